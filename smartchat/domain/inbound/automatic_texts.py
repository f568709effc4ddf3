"""Texts that a machine sent in a contact's name: away, in a meeting, driving, on vacation; what carriers write."""

import re

from smartchat.domain.text_forms import search_form
from smartchat.domain.word_patterns import WordPattern

from .absence_notes import is_absence_note
from .plain_yes import says_yes

_NO_WORD = re.compile(r"[^\w\s]")
_LONGEST = 5000
_SOON = (
    "en este momento|por el momento|de momento|actualmente|en breve|a la brevedad|lo antes posible|"
    "lo mas pronto posible|"
    "(en|fuera de)? (nuestro|nuestros|el)? (horario|horarios)|(te|le|les|los|lo) (contestaremos|"
    "responderemos|atenderemos|"
    "contactaremos|llamaremos|contestare|respondere|llamare|atendera|contactara|respondo|contesto|contestamos|"
    "respondemos|atendemos)|nos (pondremos|comunicaremos)|(un|una|nuestros|nuestro) (asesor|asesora|"
    "asesores|agente|ejecutivo|"
    "ejecutiva|representante|equipo)|en cuanto (pueda|podamos|nos sea|sea)|no (estoy|estamos|"
    "me encuentro|nos encontramos)"
    " (disponible|disponibles|laborando|abiertos)|(en que|como) (podemos|puedo) _"
)
_SOON_EN = (
    "get back to you|respond|reply|as soon as (possible|we can|i can)|business hours|office hours|shortly|"
    "(currently|now) (closed|unavailable|away|out|busy|on)|(we are|i am|we re|i m) (currently|"
    "now)? (away|closed|unavailable)|"
    "how (can|may) (we|i) help"
)
_THANKS = (
    "_? _? _? (muchas|mil)? gracias por (comunicarte|comunicarse|comunicarnos|contactar|contactarnos|"
    "contactarte|contactarse|"
    "escribir|escribirnos|escribirme|llamar|llamarnos|visitarnos|(ponerte|ponerse|ponernos) en contacto|"
    "(tu|su|el) (mensaje|preferencia|llamada|interes|contacto))"
)
_THANKS_EN = (
    "_? _? (thank you|thanks) for (contacting|texting|calling|messaging|reaching out|getting in touch|writing|"
    "(your|the) (message|email|text|call|interest))"
)
_PEOPLE = (
    "(asesor|asesora|asesores|asesoras|agente|agentes|ejecutivo|ejecutiva|ejecutivos|ejecutivas|operador|"
    "operadora|operadores|representante|representantes)"
)
_WILL_SERVE = (
    "(atenderemos|atendemos|atendera|contactaremos|contactamos|contactara|responderemos|respondemos|respondera|"
    "contestaremos|contestamos|contestara|llamaremos|llamamos|llamara)"
)
_OWN_WORDS = "|".join(
    (
        # said of itself
        "(hola|(este|esto) es (un|una))? (mensaje|respuesta|sms|correo|texto) (generado|enviado)?"
        " (automatico|automatica|automatizado|automatizada|automaticamente) _*",
        "_? _? (this is an|this is a)? (auto|automatic|automated|system) (reply|response|message|generated|"
        "text) _*",
        "(autoreply|autoresponse|autorespuesta|auto respuesta|contestador|contestadora) _*",
        "_* (no responda|no responder|no contestar|no conteste) (a)? (este|esta) (mensaje|sms|correo|numero) _*",
        "_* (do not|don t) reply to this (message|text|email|number) _*|please do not reply",
        # away
        f"{_THANKS} _* ({_SOON}) _*",
        f"{_THANKS_EN} _* ({_SOON_EN}) _*",
        "_* (fuera de (la)? oficina|out of (the)? office) _*",
        "_* (vacaciones|vacation|leave|away|fuera) _* (respondere|contestare|atendere|responder|"
        "acceso limitado|limited access|"
        "will (respond|reply|return)|when i return|a mi regreso|a mi vuelta|"
        "no (estare (revisando|atendiendo|contestando|leyendo)|revisare|atendere|contestare)|"
        "(will not|won t) be (checking|reading|answering)) _*",
        # a company's people are busy
        f"_* no hay {_PEOPLE} (disponible|disponibles) _*",
        f"_* (todos|todas) (nuestros|nuestras|los|las) {_PEOPLE} (estan|se encuentran) (ocupados|ocupadas) _*",
        f"_* en breve _? _? (te|le|les|lo|la|los|las) {_WILL_SERVE} _*",
        f"_* (un|una|nuestro|nuestra) {_PEOPLE} (se (comunicara|pondra)|(te|le|les|lo|la) {_WILL_SERVE}) _*",
        "_* our (agents|operators|representatives|lines) are busy _*",
        "_* (we will|we ll) be with you (shortly|soon|in a moment) _*",
        "_* (en que|como) (podemos|puedo) (ayudarte|ayudarle|ayudar|servirte|servirle|servir|apoyarte|"
        "apoyarle|atenderte) _*",
        "_* how (can|may) (we|i) (help|assist) you _*",
        "_* (deja|deje|dejanos|dejenos|dejame) (tu|su|un|el) mensaje _* (en breve|llamare|llamaremos|respond|"
        "contest|atender|"
        "respondere|responderemos|contestare|contestaremos|atenderemos|atendere|comunicaremos|pondremos) _*",
        "_* (leave (us|me)? a message|we ll get back to you|we will get back to you|i ll get back to you) _*",
        "(hola|hi|hello)? (por el momento|en este momento)? no (me encuentro|nos encontramos|estoy|"
        "estamos) (disponible|disponibles)"
        " (por el momento|en este momento|por ahora|ahora)? ((deja|deje|por favor|favor|te|le|en cuanto) _*)?",
        "_* (i am|i m|we are|we re) (currently|temporarily) (unavailable|away|closed|out) _*",
        "i m not receiving notifications _*",
        # codes of other services
        "_* (tu|su|your) (codigo|clave|pin|otp|code) (de (verificacion|seguridad|confirmacion|acceso|"
        "inicio de sesion))? (es|is) _ _*",
        "_* your (verification|security|confirmation|login|access|_)? _? code is _ _*",
        "_ _? es (tu|su) codigo _*|_ _? is your _ _? code _*",
        "_* (estamos|we re|we are|nos encontramos) (cerrados|closed) _* (horario|abrimos|hours|open|mensaje|"
        "message) _*",
    )
)
_CARRIERS = "|".join(
    (
        "_? _? (free msg|freemsg|free message|free mensaje) _*",
        "(msg|message|mensaje|sms) (de texto)? (not|no) (sent|delivered|enviado|entregado) _*",
        "_* (el|su|tu|este) mensaje (de texto)? _? _? _? no (se)? (pudo|ha podido|puede|fue|ha sido|"
        "logro) (ser|se)?"
        " (entregado|enviado|entregar|enviar|entregarse|enviarse|procesado) _*",
        "_* (no (se)? (pudo|ha podido|pudimos)|no (fue|es) posible) (entregar|enviar) (el|su|tu|"
        "este) (mensaje|sms) _*",
        "_* (unable|failed) to (send|deliver) (the|your|this)? (message|text|sms) _*",
        "_* message blocking is active _*",
        "_* (could not|couldn t|cannot|can t|was not|has not been) be? (delivered|sent) _*",
        "_* (delivery|message|sms) (status notification|failed|failure|undeliverable|undelivered) _*|"
        "undeliverable _*",
        "_* (number|line|phone) _* (is not|isn t|not|is no longer) (in service|a working number|"
        "a valid number|able to receive) _*",
        "_* (number|line|phone|landline|subscriber|recipient) _* (does not|doesn t|cannot|can t|"
        "unable to) (accept|receive|support)"
        " _* (text|texts|sms|mms|messages) _*",
        "_* (este|esta|el) (numero|linea|usuario|abonado) no (recibe|acepta|admite|puede recibir|"
        "tiene habilitado) _*"
        " (mensajes|sms|textos|mensaje) _*",
        "el numero (al|que (marca|marco|marcaste|intenta|intentas|desea)|marcado) _* (no (esta disponible|existe|"
        "es valido|esta en servicio)|"
        "fuera de servicio|incorrecto)",
        "(numero|number) (no valido|invalido|incorrecto|invalid|inexistente)",
        "(usted|ud)? (ha|you have) (alcanzado|excedido|reached|exceeded) (el|su|your|the) (limite|limit|"
        "message limit) _*",
        "_* (mailbox|inbox|buzon) (is|esta)? (full|lleno) _*",
        "(telcel|movistar|at t|att|unefon|bait|claro|tigo|entel|personal|t mobile|verizon|sprint) (le|"
        "te)? (informa|recuerda|avisa|tu|su) _*",
        "_* (su|tu) (saldo|credito|paquete) (es|esta|ha|se) (insuficiente|agotado|agoto|vencido|sido) _*",
        "(message|mensaje) (delivered|read|entregado|leido) (to|a|at)? _*",
    )
)
_SAID_BY_ITSELF = WordPattern(f"{_OWN_WORDS}|{_CARRIERS}")
_FILL = (
    "(lo siento|disculpa|disculpe|perdon|hola|ahora mismo?|ahorita|ya|en este momento|por ahora|"
    "por el momento|gracias|sorry|hi|hey|hello|"
    "right now|now|at the moment|please|por favor|mas tarde|luego)"
)
_LATER = (
    "(en (_ (min|mins|minuto|minutos|hora|horas)?|un (rato|momento|rato mas)|cuanto pueda)|mas tarde|"
    "luego|despues|pronto|al rato|"
    "enseguida|(cuando|en cuanto) (pueda|llegue|termine|salga|me desocupe)|al (llegar|salir)|saliendo|de vuelta|ya)"
)
_LATER_EN = (
    "(in (_ (min|mins|minutes|hour)?|a (bit|minute|moment|while))|later|back|right back|back later|soon|"
    "when i (can|get there|arrive|m out))"
)
_BUSY = (
    (
        "no puedo (hablar|contestar|atender|responder) (la|tu|su|el)? (llamada|telefono)? (ahora)?|"
        "estoy en (una|la|el|un)? (reunion|junta|conferencia|videollamada|llamada|clase|cine|consulta|"
        "entrevista|sesion)|"
        "(estoy|voy) (conduciendo|manejando) (con (un|el|modo)? (enfoque|no molestar|"
        "concentracion) (de conduccion)? (activado)?)?|"
        "(vere|leere|recibire|respondere|contestare) (a)? (tu|su) mensaje cuando llegue (a (mi destino|"
        "donde voy))?|"
        "(te|le) (llamo|marco|devuelvo la llamada|llamare|marcare|hablo) _LATER_|_LATER_ (te|le) (llamo|"
        "marco|llamare|hablo)|"
        "(te|le)? (puedo|podria) (llamarte|llamarle|marcarte|marcarle|llamar|marcar) _LATER_|"
        "(can t|cant|cannot|can not|i can t|i cant|i cannot) talk|"
        "(i m|im|i am) (in a (meeting|call|class|conference)|driving|at the movies)"
        " (with (do not disturb|focus|a focus) (while driving)? turned on)?|"
        "(i ll|i will) (see|read|get) your message when i (get where i m going|arrive|get there)|"
        "(i ll)? (call|text) (you|u)? _LATER_EN_|(can|could) i call (you)? _LATER_EN_|on my way|"
        "voy en camino|voy para alla"
    )
    .replace("_LATER_EN_", _LATER_EN)
    .replace("_LATER_", _LATER)
)
_WHATS_UP = "(que pasa|que sucede|que paso|que ocurre|que necesitas|que tal|what s up|whats up)"
_WITH_A_CALL = (
    (
        "(estoy (ocupado|ocupada)|(i m|im|i am) busy) (por el momento|ahora|ahorita|right now)? ((te|"
        "le) (llamo|marco|respondo|contesto|escribo|hablo) _LATER_|"
        "(call|text) (me|you)? _LATER_EN_|(i ll|i will) (call|text) you _LATER_EN_)"
    )
    .replace("_LATER_EN_", _LATER_EN)
    .replace("_LATER_", _LATER)
)
_LATER_ON = f"(te|le|lo|la) (escribo|contesto|respondo|escribire|contestare|respondere) {_LATER}"
"""Said after the reason only: alone it is somebody who will answer."""
_QUICK = WordPattern(
    f"{_FILL}* ({_BUSY}|{_WITH_A_CALL}) ({_FILL}|{_BUSY}|{_WHATS_UP}|{_WITH_A_CALL}|{_LATER_ON})*"
)
"""What a phone sends by itself instead of taking a call; nothing else is said beside it."""
_AT = (
    "((estoy|voy|ando|sigo|me encuentro)? (en (una|la|el|un|mi)? (clase|clases|junta|reunion|llamada|videollamada|"
    "conferencia|consulta|cine|doctor|trabajo|escuela|gimnasio|examen|iglesia|misa|hospital|carretera)|"
    "(manejando|conduciendo|trabajando|ocupado|ocupada|durmiendo|dormido|dormida|comiendo|viajando))|"
    "(i m|im|i am)? (currently|still)? ((in|at) (a|an|the|my)? (meeting|call|class|conference|movies|movie|church|"
    "doctor|dr|gym|exam|school|work|office|hospital)|driving|working|busy|sleeping|asleep|traveling))"
)
_WHEN = (
    "(mas tarde|luego|despues|pronto|al rato|al ratito|enseguida|manana|en (un rato|un momento|unos minutos|breve)|"
    "(en|por) la (manana|tarde|noche)|(cuando|en cuanto|apenas|al) (pueda|llegue|termine|salga|me desocupe|"
    "despierte|acabe|llegar|salir|terminar)|later|soon|shortly|tonight|tomorrow|in a (bit|minute|while|moment)|"
    "(when|once|as soon as) (i|i m)? (can|get off|get out|get there|get home|free|done|out|arrive|wake up|finish))"
)
_ACT = (
    "((te|le|les|lo|la|los|las) (llamo|marco|escribo|contesto|respondo|hablo|busco|llamare|marcare|escribire|"
    "contestare|respondere|hablare|devuelvo la llamada)|me (comunico|comunicare|pongo en contacto) (contigo|con "
    "usted|"
    "con ustedes)?|(i ll|i will|will|gonna)? (call|text|message|hit|reply|respond|answer|get back to|call back|"
    "text back) (you|u)? back?)"
)
_LEADING = "(perdon|disculpa|disculpe|lo siento|hola|hey|sorry|hi|hello)"
_NOW = "(ahorita|ahora|ahora mismo|en este momento|por el momento|por ahora|right now|at the moment|now)"
_ENGAGED = WordPattern(
    f"{_LEADING}? {_NOW}? {_AT} {_NOW}? (y|and|asi que|so)? ({_ACT} {_WHEN}|{_WHEN} {_ACT}) (gracias|thanks)?"
)
"""What somebody is at, and that an answer comes later: nothing is said about what was asked."""


def is_automatic(text: str) -> bool:
    """Whether a phone, a service or a carrier sent this text by itself. Its time grows with the text."""
    if len(text) > _LONGEST:
        return False
    words = _NO_WORD.sub(" ", search_form(text)).split()
    short = _QUICK.fullmatch(words) or _ENGAGED.fullmatch(words)
    return short or ((_SAID_BY_ITSELF.fullmatch(words) or is_absence_note(words)) and not says_yes(text))

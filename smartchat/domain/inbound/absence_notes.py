"""Away notes by how they are made, not by their words: who is away, until when, whom to turn to, who will answer.

One of these parts alone is what people say as well ("estoy de vacaciones hasta el lunes"). Two parts that belong
together are a note that was written for everybody.
"""

from collections.abc import Sequence

from smartchat.domain.word_patterns import WordPattern

_URGENT = (
    "(si (su|tu|el|es|tiene|tienes|necesita|necesitas|hay) _* (urgente|urgencia|emergencia))|"
    "(para|en caso de|por) (asuntos|cualquier|algo|alguna|una|seguimiento|temas|emergencia|emergencias|urgencia|"
    "urgencias)|cualquier (pendiente|asunto|duda|cosa|emergencia)|"
    "(for|if|in case of) (it|this|you|an|a|any|anything|urgent|immediate)? _? _? (urgent|emergency|emergencies|"
    "assistance|matters|inquiries|immediate)"
)
_TURN_TO = (
    "(favor de|por favor|pueden|puede|puedes|podra|podran|se puede|debera) (de)? (contactar|contacte|comunicarse|"
    "comunicate|comuniquese|llamar|llame|marcar|marque|escribir|escriba|dirigirse|acudir) _? _? (a|al|con)|"
    "(contactar|contacte|comunicarse|comuniquese|dirigirse|verlo|tratarlo) (a|al|con|directamente)|"
    "(please|you can|kindly) (contact|call|email|text|reach|direct)|reach out to|direct your|"
    "(is|will be) covering (for)?|(en mi (lugar|ausencia)|in my absence|mi suplente)"
)
_AWAY = (
    "fuera de (la|mi)? oficina|(estoy|estare|estamos|estaremos|me encuentro|me encontrare|nos encontramos) (ausente|"
    "ausentes|fuera|de (vacaciones|viaje|licencia|incapacidad|permiso))|(out of|away from) (the|my)? (office|desk)|"
    "ooo|"
    "on (maternity|paternity|parental|medical|sick|annual)? (leave|vacation|pto)|hasta nuevo aviso|"
    "until further notice|limited access|acceso limitado|"
    "(ya no|no longer) (laboro|trabajo|colaboro|laboramos|work) (en|aqui|para|at|for|with|here)|"
    "i m no longer (with|employed)"
)
_OURS = (
    "(nuestro|nuestra|nuestros|nuestras|our) (asesor|asesores|asesoras|agentes|equipo|personal|oficina|oficinas|"
    "horario|"
    "horarios|tienda|sucursal|sucursales|linea|lineas|servicio|servicios|clientes|menu|catalogo|canal|canales|pagina|"
    "team|office|offices|hours|staff|store|line|business|agents|customers|website)|"
    "(a team member|un miembro del equipo|someone from (the|our) team)|(uno|una) de nuestros|esperamos tu visita"
)
_SHUT = (
    "(estamos|estaremos|nos encontramos|permaneceremos|permaneceran|permanecera|estaran|seguimos) _? "
    "(cerrados|cerradas|cerrado|cerrada)|(is|are|will be|we re) (now|currently|temporarily)? closed|after hours|"
    "next business day|"
    "no (hay nadie|tenemos personal|estamos) _? _? _? (atender|atenderte|atenderle|disponible|disponibles|abiertos)"
)
_HOURS = (
    "(horario|horarios) (de (atencion|servicio|oficina)|es|son)|(lunes|martes|sabado|domingo) a "
    "(jueves|viernes|sabado|domingo) de _* (a|hasta)|(mon|monday) (fri|friday|to|through|thru|sat|sunday)|"
    "(we re|we are) open|(business|office) hours"
)
_AGAIN = (
    "(regresamos|reanudamos|reanudaremos|reabrimos|abrimos|volvemos|regresaremos|abriremos) (el|a|labores|"
    "actividades|nuestras|manana|hasta|este|en)|(reopen|reopens|back in the office)|"
    "(te|le|les|lo|la|los|las) (escribimos|escribiremos|contestamos|contestaremos|respondemos|respondera|"
    "responderemos|"
    "llamamos|llamaremos|contactamos|contactaremos|contactara|buscamos|atendera|atenderemos|atiende|atienden|"
    "atendemos)|(se (comunicara|comunicaran|pondra|pondran)|nos (comunicaremos|comunicamos|pondremos|ponemos))|"
    "(we ll|we will|member will|team will|someone will|representative will) (respond|reply|get back|answer|call|"
    "contact|"
    "be in touch)"
)
_GREETED = (
    "(gracias|thanks|thank you) (por|for) (comunicarte|comunicarse|contactar|contactarnos|contactarte|escribir|"
    "escribirnos|escribirle|llamar|llamarnos|visitarnos|visitar|elegirnos|contacting|texting|calling|messaging|"
    "writing|reaching|visiting|choosing|(tu|su|your) (mensaje|preferencia|llamada|message|text|call|inquiry))|"
    "(bienvenido|bienvenida|bienvenidos|welcome) (a|al|to)|you ve reached|se ha comunicado (a|con)|"
    "te has comunicado (a|con)|(hemos|we ve|we have) (recibido|received) (tu|su|your)|"
    "(su|tu) (solicitud|reporte|mensaje|peticion|ticket|caso) (ha sido|fue) (recibida|recibido|registrada|registrado)"
)
_YOUR_TURN = (
    "(dejanos|dejenos|dinos|diganos|cuentanos|envianos|escribenos|compartenos) (tu|su|un|en que|como|que)|"
    "(deja|deje) (tu|su|un) mensaje|(how|what) (can|may|could)? (we|i) (can|may)? (help|assist|do) (you)?|"
    "con gusto (te|le|lo|la) (atendemos|ayudamos|atenderemos|ayudaremos|apoyamos)|leave us a"
)
_ALONE = (
    "(este|esta|this) (numero|cuenta|linea|buzon|correo|canal|number|account|line|mailbox|inbox) _? _? _? "
    "(no (es|esta|sea)? (atendido|atendida|monitoreado|monitoreada|revisado|revisada|supervisado)|not monitored|"
    "unmonitored)|(numero|cuenta|linea|canal|number|account) (es|is)? (solo|unicamente|exclusivamente|exclusivo|"
    "only) "
    "(para|de|for)? (el)? (envio|envios|enviar|salida)? (de)? (notificaciones|avisos|alertas|notifications|alerts)|"
    "(cuenta|buzon|linea|account|mailbox|inbox) (no (monitoreada|monitoreado|atendida|atendido|supervisada)|"
    "is not monitored|not monitored)|"
    "(soy|i m|i am) _? _? _? ((asistente|assistant) (virtual|automatico|automatizado)|bot|chatbot|virtual assistant)|"
    "(elige|elija|escoge|escoja|selecciona|seleccione|digita|digite|escribe|escriba|marca|marque|choose|select) (una|"
    "alguna|an|one) (de las|of the)? (siguientes|following)? (opcion|opciones|option|options)|"
    "(escribe|escriba|responde con|reply with|text) menu|"
    "(nuestra|nuestras|our) (oficina|oficinas|tienda|sucursal|office|offices|store) _? _? (cerrada|cerradas|"
    "cerraran|permanecera|permaneceran|estara cerrada|is closed|are closed|will be closed)|"
    "(conduciendo|manejando) con (la|el)? (funcion|modo|enfoque)|do not disturb while driving|"
    "(tienes|you have) _ (mensaje|mensajes|new|voice) (nuevo|nuevos|message|messages|voicemail)|"
    "usuario (al|que) _* no (esta|se encuentra) disponible|numero fuera de servicio|number out of service|"
    "no (tienes|cuentas con) (saldo|credito)|no (tiene|cuenta con) (saldo|credito) (suficiente|disponible)|"
    "(sms|mensaje|message|text) _? _? (failed|fallo)|(cannot|can t|unable to) receive (messages|texts|text)"
)


def _somewhere(part: str) -> WordPattern:
    return WordPattern(f"_* ({part}) _*")


_MADE_BY_MACHINES = WordPattern(
    f"_* ({_ALONE}) _*|_? no (recibo|estoy recibiendo) notificaciones si es urgente _*"
)
_ELSEWHERE = _somewhere(f"{_URGENT}|{_TURN_TO}")
_NOBODY_HERE = _somewhere(_AWAY)
_FIRM = tuple(map(_somewhere, (_OURS, _SHUT, _HOURS, _AGAIN, _GREETED, _YOUR_TURN)))
_FIRMS_OWN = frozenset((0, 1, 3, 5))
"""The parts of `_FIRM` that only a firm says; who greets and names hours may be a person."""


def is_absence_note(words: Sequence[str]) -> bool:
    """Whether words in `search_form`, without signs, are a note of somebody away, of a firm, or of a machine."""
    if _MADE_BY_MACHINES.fullmatch(words):
        return True
    if _NOBODY_HERE.fullmatch(words) and _ELSEWHERE.fullmatch(words):
        return True
    said = {number for number, part in enumerate(_FIRM) if part.fullmatch(words)}
    return len(said) > 1 and not said.isdisjoint(_FIRMS_OWN)

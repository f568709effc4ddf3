"""The words of wishes to be left alone: verb, person and thing, in every form of address, Spanish and English.

Patterns of words (WordPattern) over the plain form of a text, folded by `by_ear`: how a word sounds, not how it is
spelt. Requests only: "no me manden mensajes" is one, "no me mandan mensajes" a statement.
"""

import re

from smartchat.domain.word_patterns import WordPattern

from .by_ear import by_ear

_WORD = re.compile(r"[a-z0-9]+")


def _pattern(text: str) -> WordPattern:
    return WordPattern(_WORD.sub(lambda found: by_ear(found[0]), text))


def _any(*pairs: str) -> str:
    """Beginnings with endings, as a group of words: `envi e,en` is "(envie|envien)"."""
    cut = [pair.split(" ") for pair in pairs]
    return f"({'|'.join(begin + end for begin, ends in cut for end in ends.split(','))})"


# usted, ustedes, tú and vos, vosotros
_E, _A = "e,en,es,eis,ara,aran,aras", "a,an,as,ais,iera,ieran,ieras"
_TO_WRITE = _any(
    f"escrib {_A}", f"contact {_E}", f"molest {_E}", f"mensaje {_E}", f"texte {_E}", f"fastidi {_E}",
    "hostig ue,uen,ues,ueis", f"acos {_E}", f"spame {_E}", f"jod {_A}", "ching ue,uen,ues,ueis",
)  # fmt: skip
# These need more to be clear: "no me llamen" and "no me manden" may be about a call, or a parcel.
_TO_SEND = _any(
    f"mand {_E}", f"envi {_E}", f"llam {_E}", f"busqu {_E}", f"marqu {_E}", f"habl {_E}", f"insist {_A}"
)
_WRITING = (
    "escrib contact molest mensaje texte fastidi hostig acos spame jod ching mand envi llam busc marc habl"
)
_STEMS = [(stem, "i" if stem == "escrib" else "e" if stem == "jod" else "a") for stem in _WRITING.split()]
_TO_BE = _any(*(f"{stem} {vowel}r" for stem, vowel in _STEMS))  # escribir
_TO_BE_US = _any(*(f"{stem} {vowel}rme,{vowel}rnos" for stem, vowel in _STEMS))  # escribirme
_BEING = _any(*(f"{stem} {'iendo' if vowel != 'a' else 'ando'}" for stem, vowel in _STEMS))
_BEING_US = _any(
    *(f"{s} {'iendo' if v != 'a' else 'ando'}me,{'iendo' if v != 'a' else 'ando'}nos" for s, v in _STEMS)
)
_TO_BOTHER = "(molestar|fastidiar|hostigar|acosar|chingar|joder|spamear|contactar)"
_MESSAGE = (
    "(mensaje|mensajes|mensajito|mensajitos|msj|msjs|mjs|mnsj|mnsjs|msg|msgs|sms|whatsapp|whatsapps|"
    "whats|wats|wasap|"
    "wasaps|wasa|texto|textos|publicidad|propaganda|promocion|promociones|promos|promo|spam|ofertas|"
    "anuncios|encuestas|"
    "recordatorios|notificaciones|avisos|informacion|cosas)"
)
_OF_YOURS = (
    "(suyos|suyo|suya|suyas|tuyos|tuyo|tuyas|(de (ustedes|usted|ud|uds|ti|esos|este tipo|nada|esta empresa)))"
)
_WHOSE = (
    "(de|mas|sus|su|tus|tu|los|las|el|la|esos|estos|esas|estas|tantos|tanta|ningun|ninguna|un|una|otro|"
    "otros|este|tipo)"
)
_MESSAGES = f"({_WHOSE}* {_MESSAGE} {_OF_YOURS}?)"
_OFTEN = (
    "(a cada rato|todo el dia|todos los dias|a diario|diario|diariamente|tanto|a todas horas|tan seguido)"
)
_HERE = (
    "((a|en|de|por) (este|mi|esta) (numero|num|no|cel|celular|telefono|tel|medio|via|linea|chat|"
    "whatsapp)|por aqui)"
)
_MORE = f"(nunca|jamas|mas|nada|nadita|ya|por ningun medio|{_OF_YOURS}|con? {_MESSAGES}|{_HERE}|{_OFTEN})"
_US = "(me|nos)"
_NOT = "((ya|y)? no ya?|ni|nunca mas?|jamas|ya nunca|nunca jamas)"
_NO_LONGER = "(ya no|no ya|nunca mas|nunca|jamas|ya nunca)"
_WANT = (
    "(quiero|deseo|quisiera|queremos|deseamos|permito|me interesa|nos interesa|me gustaria|acepto|"
    "autorizo|necesito)"
)
_LEAVE = (
    "(dejar|dejaran|dejara|deje|dejen|dejes|deja|dejad|dejeis|dejame|dejeme|dejenme|pare|paren|pares|"
    "para|parenle|parele|parale)"
)
_LIST = (
    "((de|en) (su|sus|tu|tus|la|las|esta|este|el|estas|vuestra) (lista|listas|base|bases|base de datos|"
    "sistema|grupo|"
    "servicio|contactos|envios|promociones|lista de (contactos|difusion|envios|clientes)|directorio|"
    "registros|registro|agenda|suscripcion)|"
    "del (servicio|sistema|grupo|directorio|registro))"
)
_FROM = "borr quit sac saqu elimin remuev remov retir suprim exclu excluy"
_REMOVE_ME = _any(
    *(f"{verb} ame,eme,enme,anme,adme,enos,ennos,anos,esme,arme,erme,irme,arnos" for verb in _FROM.split())
)
_REMOVE = _any(*(f"{verb} a,e,en,an,es,ar,er,ir,aran" for verb in _FROM.split()))
_YOU_REMOVE = (
    f"({_US} (pueden|puede|puedes|podrian|podria|podrias)? {_REMOVE[:-1]}|borras|quitas|sacas|eliminas))"
)
_MINE = "((mi|mis|este|ese) (numero|num|nombre|contacto|datos|informacion|telefono|tel|cel|celular|registro))"
_OFF = "(darme|darnos)"
_PUT_OFF = _any("d e,en,es") + " de baja"
_ASK = (
    "(quiero|quisiera|deseo|necesito|solicito|pido|exijo|requiero|prefiero|espero|agradeceria|agradezco|"
    "agradecere|suplico|"
    "ruego|favor de|les|le|te|se|me gustaria|mucho|de favor|amablemente|atentamente|para|como|hago|puedo)"
)
_CAN = "(pueden|puede|puedes|podrian|podria|podrias)"

_NOT_TO = (
    # no me escriban más · ya no me molestes · no me manden nada · ya no manden mensajes
    f"{_NOT} {_US} {_TO_WRITE}",
    f"{_NOT} {_US} {_TO_SEND} {_MORE}",
    f"{_NO_LONGER} {_US}? ({_TO_WRITE}|{_TO_SEND})",
    f"no ({_TO_WRITE}|{_TO_SEND}) (mas|{_MESSAGES}|nunca|nada {_MORE})",
    f"ya? no {_any('molest e,en,es', 'fastidi e,en,es')}",
    f"{_NOT} {_US}? ({_TO_WRITE}|{_TO_SEND}) {_MORE}? (ni {_US}? ({_TO_WRITE}|{_TO_SEND}))+",
    # no me vuelvan a escribir · no me sigas mandando mensajes · no me estén molestando
    f"{_NOT} {_US}? (vuelvan|vuelva|vuelvas|volvais) a ({_TO_BE}|{_TO_BE_US})",
    f"{_NOT} {_US} (sigan|siga|sigas|esten|este|estes|anden|ande|andes) {_BEING}",
    f"{_NOT} (sigan|siga|sigas|esten|este|estes|anden|ande|andes) ({_BEING_US}|{_BEING} {_MORE})",
    # favor de no enviarme más mensajes · no molestar · eviten escribirme
    f"(favor de|les pido|le pido|te pido|se les pide) ya? no ({_TO_BE}|{_TO_BE_US})",
    f"ya? no {_TO_BE_US}",
    f"ya? no (mandar|enviar) {_MORE}",
    "ya? no (molestar|contactar)",
    # ya no quiero recibir mensajes · no deseo que me escriban · no quiero saber nada de ustedes
    f"{_NOT} {_WANT} (recibir|me lleguen|que me lleguen) mas? nada? {_MESSAGES} mas?",
    f"{_NOT} {_WANT} recibir mas? nada",
    f"{_NOT} (quiero|deseo|queremos|deseamos) (mas|{_WHOSE})* {_MESSAGES} mas?",
    f"{_NOT} {_WANT} que {_US} ({_TO_WRITE}|{_TO_SEND} {_MORE})",
    f"ya no (quiero|deseo) que {_US} {_TO_SEND}",
    f"{_NOT} (quiero|deseo) que {_US} (sigan|siga|sigas|esten|este|estes|anden) {_BEING}",
    f"{_NOT} (quiero|deseo) que {_US} (vuelvan|vuelva|vuelvas) a {_TO_BE}",
    f"{_NOT} quiero (saber|tener)? (nada|contacto) mas? (con|de) (ustedes|usted|ti|uds|ud)",
    "(ya? no mas|ya? basta (de|con)|alto (a|con|de)|ya estuvo (bueno)? (de|con)) (los|sus|tus|estos|"
    f"tantos)? {_MESSAGE}",
)  # fmt: skip
_TO_END = (
    # dejen de escribirme · para de mandarme mensajes · dejen de estar molestando
    f"ya? {_LEAVE} ya? de estar? ({_TO_BE_US}|{_BEING_US}|{_BEING} {_MORE})",
    f"ya? {_LEAVE} ya? de (estarme|estarnos) {_BEING}",
    f"ya? basta (ya|de)+ ({_TO_BE_US}|{_TO_BOTHER})",
    f"ya? {_LEAVE} ya? de recibir {_MORE}",
    f"ya? (dejar|dejen|dejes|deja|paren|pare) ya? de (mandar|enviar) {_MORE}",
    f"ya? (dejen|dejes) ya? de {_TO_BE} {_MORE}*",  # "dejé de buscar" looks like "deje de buscar"
    f"ya? {_LEAVE} ya? de ({_TO_BOTHER}|estar (molestando|fastidiando|chingando|jodiendo))",
    f"(evite|eviten|evita|evitad|favor de evitar) ({_TO_BE_US}|(mandar|enviar) {_MORE})",
    f"(abstenganse|abstengase|abstente|favor de abstenerse) de ({_TO_BE_US}|{_TO_BE} {_MORE}*)",
    "(parar|detener|cancelar|paren|bajenle|bajele|parenle|parele|detengan|detenga|detente|cancelen|cancele|cancela)"
    f" ya? (a|con|de|el envio de|los|las|sus|tus|estos|mis)* {_MESSAGES}",
    # quiero darme de baja · quiero que me den de baja · denme de baja · bórrenme de su lista · borren mi número
    f"({_ASK}|me|{_CAN}|como)* ({_OFF}|doy|dar|dame|darme|denme|deme|dadme|den me) de baja (a? {_MINE})? {_LIST}?",
    f"{_US} {_ASK} (dar|darme) de baja {_LIST}?",
    f"{_ASK} que {_US} ((den|de|des) de baja|dieran de baja|{_REMOVE}) {_LIST}?",
    f"{_US} ({_CAN} dar|das|dan|da) de baja {_LIST}?",
    f"({_ASK}|me|{_CAN})* (dar|den|de|da|des) de baja (a)? {_MINE} {_LIST}?",
    f"(solicito|quiero|pido|deseo) (mi|la) baja {_LIST}",
    f"ya? {_REMOVE_ME} ya? {_LIST}",
    f"{_US} ({_CAN} {_REMOVE}|{_REMOVE}|borras|quitas|sacas|eliminas) {_LIST}",
    f"({_ASK}|{_CAN})* (que)? (salir|salirme) {_LIST}",
    f"({_ASK}|{_CAN})* (que)? ({_REMOVE}|{_REMOVE_ME}) {_MINE} {_LIST}?",
    "(olviden|olvide|olvida|pierdan|pierda|pierde) mi (numero|telefono|cel|celular)",
    "ya? (dejeme|dejenme|dejame|dejadme|dejesme|dejenos|dejennos) ya? (en paz|tranquilo|tranquila|tranquilos)",
    f"{_ASK}? (cancelar|cancelen|cancele|cancela|anular|anulen|anule|anula|terminar) (mi|la|esta)? suscripcion",
    f"({_ASK}|{_CAN})* (desuscribir|desuscribirme|desuscribanme|desuscribame|desuscribeme|desubscribirme)",
)  # fmt: skip
_THINGS = (
    "(message|messages|msg|msgs|text|texts|sms|stuff|spam|ad|ads|promotion|promotions|promo|promos|"
    "notifications|marketing|reminders|surveys|offers|crap|shit)"
)
_WHICH = "(these|this|those|any|more|the|your|all|of|further|so|many|other)"
_TEXTING = (
    "(texting|messaging|contacting|writing|bothering|calling|spamming|harassing|emailing|annoying|pestering)"
)
_TEXT = "(text|message|msg|contact|write|bother|spam|harass|annoy|disturb|email|dm)"
_AT = (
    "(me|us|to (me|us|this number|my phone|my number|this phone)|my phone|this phone|my number|"
    "this number|at this number|on this number|from you|here)"
)
_AGAIN = "(again|anymore|any more|ever|at all|now|more|ever again|already|today)"
_DO_NOT = "(do not|don t|dont|never|please don t|i do not want you to|i don t want you to)"
_I_DO_NOT = (
    "(no longer (want|wish|need)|i (do not|don t|dont|no longer|never) (want|wish|need|care)|"
    "not interested in|i m not interested in|i am not interested in)"
)
_TO_GO = "(i (want|wish|would like|d like|need)|how (do|can) i|id like)"
_OFF_LIST = (
    "((from|off) of? (your|this|the|all|any) (list|lists|database|contacts|contact list|mailing list|"
    "system|records))"
)
_ENGLISH = (
    # stop texting me · stop sending me messages · stop promotions
    f"(stop|quit|cease) {_TEXTING} {_AT}* {_AGAIN}*",
    f"(stop|quit|cease) (sending|with)? (me|us)? {_WHICH}* ({_THINGS}|this|these) {_AT}* {_AGAIN}*",
    f"{_DO_NOT} ever? {_TEXT} {_AT}+ {_AGAIN}*",
    f"{_DO_NOT} ever? (call|{_TEXT}) {_AT}* {_AGAIN}+",
    f"{_DO_NOT} ever? send {_AT}? {_WHICH}* (anything|nothing|{_THINGS}|these|this|more) (else)? {_AT}* {_AGAIN}*",
    f"{_I_DO_NOT} (to)? (get|receive|getting|receiving|be)? (contacted|messaged|texted|"
    f"bothered)? {_WHICH}* {_THINGS} {_AT}* {_AGAIN}*",
    f"{_I_DO_NOT} (to be|being) (contacted|messaged|texted|bothered|called) {_AT}* {_AGAIN}*",
    f"{_I_DO_NOT} to hear from you {_AGAIN}*",
    f"(remove|take|delete|get|drop) (me|us|my name|my number|this number|my info|my contact) {_OFF_LIST}",
    "(remove|delete|erase|lose|forget) (my|this) (number|phone number|info|contact)",
    "(remove|delete) me",
    "take me off",
    f"({_TO_GO} to?)? (unsubscribe|opt out|be removed|be taken off|get removed) (me|us|my number|this number)?"
    f" ({_OFF_LIST}|from (this|these|it|all|your service))?",
    "opt (me|us) out",
    f"(no more|enough) {_WHICH}* {_THINGS}+",
    "leave (me|us) alone",
)  # fmt: skip
_GREETING = (
    "(hola|holaa|ola|buenas|buenos|buen|buena|dia|dias|tarde|tardes|noche|noches|que tal|hi|hello|hey|good|morning|"
    "afternoon|evening|disculpe|disculpa|disculpen|perdon|perdone|perdonen|oiga|oigan|oye|mire|miren|mira|saludos|"
    "senor|senora|senorita|senores|sr|sra|srta|joven|amigo|amiga|sir|madam|dude|man|bro)"
)
_POLITE = (
    "(por favor|porfavor|porfa|porfis|porfavorcito|xfavor|xfa|x favor|x fa|xfas|plis|please|pls|plz|"
    "gracias|muchas gracias|"
    "mil gracias|de antemano|grax|grs|kindly|thanks|thank you|thx|ty|ok|okay|bueno|pues)"
)
_EMPHASIS = (
    "(ya|now|immediately|inmediatamente|en serio|de verdad|right now|asap|ahora mismo|de una vez|de inmediato|"
    "urgente|i mean it|i said|i told you|just|again|already)"
)
_LEAD = (
    f"(que|y|and|{_ASK}+ que?|{_CAN}|"
    f"ya? (les|le|te) (dije|pedi|habia dicho|he dicho) (que)?|dije que|me haces favor de|{_CAN} por favor)"
)
_REASON = (
    "((es|esta|este|tienen|tiene)* (un)? (numero|telefono|tel|num) equivocado|equivocado|persona equivocada|"
    "(se|te) (equivocaron|equivoco|equivocaste|equivocan) (de (numero|persona))?|"
    "no (los|lo|las|la|te|les|le) conozco|no se (quien|quienes) (es|son|eres|sea|sean)|quien (eres|es|son|habla)|"
    "no soy (esa|la) persona|no (me|nos) interesa|no gracias|no estoy (interesado|interesada)|(esto)? es spam|"
    "(ya)? (estoy|me tienen|me tiene) (harto|harta|hasta la madre)|ya me (cansaron|canse)|(que|"
    "son) (muy)? molestos|"
    "(you have the|this is the|its the)? wrong (number|person)|i don t know you|who (is this|dis|are you)|"
    "not interested|no thanks|ya pague|ya no soy cliente|yo no pedi (esto|eso|nada)|es acoso|ya basta)"
)
_NAME = "((no|yo|yo no)? soy (el|la)? _ _? _?|(hola|oye|oiga) _ _?|(atte|atentamente|firma) _ _? _?)"
_STOP = "(stop|stopal|stopall|unsubscribe|un subscribe|unsub|optout|opt out)"
_BESIDE = f"({_GREETING}|{_POLITE}|{_EMPHASIS}|{_NAME}|{_STOP})"
_AROUND = f"({_BESIDE}|{_LEAD}|{_REASON}|no)"
# A "no" makes "no me escriban" stronger, and turns round "bórrenme", "dejen de …" and "quiero que no me escriban".
_NO_BEFORE = f"(no* ({_BESIDE}|{_REASON})|{_LEAD})* no*"

CLEAR = _pattern(
    f"((({_NO_BEFORE} ({'|'.join(_NOT_TO)})|({_BESIDE}|{_LEAD})* ({'|'.join((*_TO_END, *_ENGLISH))})) {_MORE}*)"
    f" {_AROUND}*)+"
)
"""A clear wish, with a greeting, politeness, emphasis, a reason or a name around it."""
STOP = _pattern(
    f"({_GREETING}|{_POLITE}|{_EMPHASIS})* {_STOP} (it|that|this|all|{_STOP}|{_POLITE}|{_EMPHASIS}|{_REASON})*"
)
"""The English word, as a sentence of its own: clear whatever stands around it."""
_BARE = (
    "alto|baja|parar|detener|cancelar|salir|salirme|remover|remove|no mas|dar de baja|darme de baja|dame de baja|"
    "desuscribir|cancelar baja"
)
BARE = _pattern(f"({_GREETING}|{_POLITE})* ({_BARE}) ({_BARE}|{_GREETING}|{_POLITE}|{_EMPHASIS}|{_REASON})*")
"""One Spanish word, or nearly: a wish where it is all that is said, and an answer where the question offers it."""
_CAN_OR_WILL = "((voy|vamos) a|los|las|lo|la|te|les|le|ya|pienso|tendre que)"
_REPORT = (
    "(reporto|reportare|reportar|reportados|reportado|bloqueo|bloqueare|bloquear|bloqueado|bloqueados|"
    "denuncio|denunciar|"
    "denunciare|demando|demandar|demandare|reportarlos|bloquearlos|denunciarlos|demandarlos|reportarte|bloquearte)"
)
_DOUBT = "|".join(
    (
        "(ya)? no (me|nos) interesa (nada|esto|eso|en lo absoluto|para nada|su oferta|su promocion)?",
        "no (estoy|estamos) (interesado|interesada|interesados) (en nada)?",
        "(esto|eso|este numero)? (es|parece)? (puro|un|una)? (spam|estafa|fraude|acoso)",
        f"{_CAN_OR_WILL}* {_REPORT} (a (profeco|la profeco|whatsapp))? ((como|por) (spam|acoso|fraude))?",
        "ya? basta ya?",
        "ya estuvo (bueno)?",
        "(paren|parenle|parele|detenganse|ya parenle) ya?",
        f"{_NOT} (quiero|queremos|deseo|deseamos) ya? (saber|oir|recibir)? (mas)? nada (de nada)? (mas)?",
        "ya no mas",
        f"{_NOT} {_US} {_TO_SEND}",
        "ya? no (insistan|insista|insistas|sigan insistiendo|insistir)",
        "(dejen|deje|deja) de (insistir|chingar|joder)",
        f"ya? {_REMOVE_ME} (ya|de ahi|de aqui)?",
        "(ya)? (estoy|me tienen|me tiene) (muy|bien)? (harto|harta|hasta la madre)",
        "ya me (cansaron|canse|hartaron)",
        "(que|son|son unos|que gente tan) (muy)? (molestos|molesto|enfadosos|latosos|encimosos) (son)?",
        "(quien|quienes) (les|le|te) (dio|dieron|paso) mi numero",
        "de donde (sacaron|saco|sacaste|obtuvieron) mi (numero|telefono|contacto)",
        "(solicito|quiero|pido|deseo|la) (mi|la) baja",
        "(i m|i am|im)? (not|no longer|never) interested (in this|at all)?",
        "(this|it|that)? (is|s)? (a)? (spam|scam|harassment)",
        "(i will|i ll|ill|i m|im|i am)? (report|reported|reporting|block|blocked|blocking) (you|"
        "this)? (as spam|for spam)?",
        "(go away|fuck off|get lost|piss off|stop it)",
    )
)
DOUBTFUL = _pattern(f"({_AROUND})* ({_DOUBT}) ({_DOUBT}|{_AROUND})*")
"""May be a wish to be left alone, and may be an answer: somebody has to read it."""
CONDITIONS = frozenset(
    by_ear(word)
    for word in _WORD.findall(
        "mejor pero sino solo solamente hasta excepto salvo prefiero antes despues cuando luego escribanme mandenme"
        " llamenme instead but only except until unless rather call"
    )
)
"""Words that say that a wish is not for good: "no me molesten hoy, mejor mañana"."""

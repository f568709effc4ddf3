"""How people say that they are not who is meant, as patterns of words by ear: who it is not, whose the number is."""

NAME, CAPITAL = "_name", "_capital"
"""Stand for every word that is a name, or may be one by its capital, in texts and patterns."""
_N = f"((el|la)? (senor|senora|senorita|sr|sra|don|dona)? {NAME} ({NAME}|{CAPITAL})*)"
_M = f"((el|la)? (senor|senora|senorita|sr|sra|don|dona)? ({NAME}|{CAPITAL})+)"
_WHO = (
    f"((ese|esa|esta|este|la|el) (persona|senor|senora|senorita|muchacho|joven)|{_M}|(el|ella|"
    "otra persona|alguien mas|otro senor|otra senora))"
)
_PHONE = "(numero|num|telefono|tel|cel|celular|linea|chip|whatsapp)"
_THIS = f"((este|ese|esta) (es)? (un)? {_PHONE}?)"
_THAT_ONE = (
    "((esa|la|dicha) persona (que (busca|buscan|buscas|dice|dicen|menciona))?|"
    "(el|ella|ese|esa) (senor|senora)?)"
)
_SINCE = (
    "(desde|hace) (ayer|antier|hoy|poco|apenas|hace|_) _? _? _?|(es nuevo|es mio|es mia|"
    "lo acabo de (comprar|adquirir|sacar))|(lo|la) (tengo|compre|adquiri) (yo)? (desde|hace|apenas) _ _? _? _?"
)
_HERE = (
    "(aqui|con nosotros|en (este|esta|ese|esa) (numero|casa|empresa|oficina|domicilio|lugar|escuela)|here|"
    "at this (number|address|phone))"
)
# Who it is not.
_NOT_I = "|".join(
    (
        f"(yo|ya)? no soy (el|la)? ({_N}|(esa|la) persona (que (busca|buscan|buscas|dice|dicen))?)"
        " (ni (lo|la)? (conosco|ubico))?",
        f"(yo)? no soy (el|ella|quien (busca|buscan|buscas)|a quien (busca|buscan|buscas)) {_N}?",
        f"(yo)? (asi)? no me llamo (asi|{_M})|{_N} no es mi nombre|mi nombre no es (ese|asi|{_M})",
        f"(yo)? soy otra persona (no {_M})?|creo que (es|buscan|busca|buscas|quiere|quieren) (a|para|con)? "
        "(otra persona|alguien mas)",
        "me (esta|estan|estas)? (confunde|confunden|confundes|confundio|confundieron|confundiendo) (con "
        f"({_WHO}|otra|alguien|otro))?",
        f"(i m|im|i am|this is|this isn t|this isnt|it s)? not {_N}|this (isn t|isnt) {_N}|(my name is|"
        f"my name s) not {_M}|my name (isn t|isnt|ain t|aint) {_M}",
        "i (m|am) not (who|the (one|person|guy|man|woman)) (you|you re|u)? (re|are)? (looking for|want|need|texting)",
        "you (must)? (have|got) me (confused|mixed up) (with (somebody|someone|another) (else|person)?)?|"
        "you (must have)? (meant|mean|wanted) (to text|for) (somebody|someone|another) (else|person)",
    )
)
# Whom nobody knows.
_UNKNOWN = "|".join(
    (
        f"yo? no conosco a (ningun|ninguna|algun|alguna) ({_M}|persona (con ese nombre|asi)?)",
        f"yo? no conosco a ({_M}|(esa|ese|dicha|la) (persona|senor|senora|muchacho|individuo) (que (busca|buscan|"
        "buscas|dice))?)",
        f"(yo)? no (se|tengo idea de) quien (es|sea) ({_M}|{_THAT_ONE})",
        "(yo)? no (lo|la) conosco (ni|y)? no se (de que|que) _? (me)? (habla|hablan|hablas|dice|dicen)",
        "no (conosco|hay|existe|vive)  (a)? (nadie|alguien) (aqui)? (con|de) (ese|tal) nombre (aqui)?",
        f"i (don t|dont|do not) know (any|a|any one named|anyone named|anybody named|who is)? ({_N}|"
        "that person|this person)",
        f"(idk|no idea|i don t know|i dont know) who (that|this|he|she|{_M}) (person)? is",
    )
)
# Who is not here.
_GONE = "|".join(
    (
        f"{_HERE} ya? no (vive|trabaja|labora|se encuentra|existe|esta) (ningun|ninguna|la|el)? ({_M}|esa persona)",
        f"{_HERE} no hay ((ningun|ninguna) {_M}|{_N}|esa persona)|no hay ((ningun|ninguna) {_M}|{_N}) {_HERE}?",
        f"no (vive|trabaja) (ningun|ninguna) {_M} {_HERE}?",
        f"({_WHO})? ya no (vive|trabaja|labora|esta|se encuentra) {_HERE}",
        f"(nadie|ninguna persona) (aqui)? (con|de) (ese|tal) nombre {_HERE}?",
        f"(there is|there s) (no|nobody named|no one named) {_N} {_HERE}?|no {_N} here",
        f"(there is|there s)? (no one|nobody|no body) ((by|with) that name|named {_M}|called {_M}) (lives|works|is)? "
        f"{_HERE}?",
        f"({_M}|he|she) (doesn t|does not|no longer) (live|lives|work|works) {_HERE} (anymore|any more|now)?",
    )
)
# Whose the number is.
_NOT_THEIRS = "|".join(
    (
        f"{_THIS}? ya? no es (su|mi|el) {_PHONE} (de {_WHO})?",
        f"{_THIS}? ya? no es (de|{_PHONE} de) {_WHO}",
        f"{_THIS} es de (otra persona|alguien mas|otro senor|otra senora)",
        f"{_THIS} ya? no (le|les)? (pertenece|corresponde) (a)? {_WHO}",
        f"{_THIS} ya? no (lo|la) (usa|tiene|ocupa|maneja) {_WHO}",
        f"el {_PHONE} (que|al que) (marco|marca|escribe|escribio|mando|manda) ya? no (es de|(le)? pertenece (a)?) "
        f"({_WHO}|{_THAT_ONE})?",
        f"({_WHO} ya? no (lo)? (tiene|usa|ocupa|es duen[a]? de) {_THIS})",
        f"{_WHO} ya? (cambio|perdio|vendio|dejo) (de|el|su|este) {_PHONE}",
        f"ya (cambio|perdio|vendio|dejo) (de|el|su|este) {_PHONE} ({_WHO})?",
        "(la persona|el senor|la senora) (que (busca|buscan|buscas))? (ya)? (fallecio|murio) y "
        f"{_THIS} (es)? (ahora)? (mi|el mio) {_PHONE}?",
        "(me|nos)? (acaban de dar|acabo de (comprar|adquirir|sacar|contratar)|acaban de asignar|dieron|"
        f"asignaron) {_THIS} (ayer|hace _ _?|apenas)?",
        f"(yo)? (tengo|adquiri|compre) {_THIS} ({_SINCE}|ayer|apenas)|{_THIS} ({_SINCE}|lo tengo yo)",
        f"(yo)? llevo _ _? con {_THIS} (y|pero)? (no soy (el|ella|{_N}))?",
        f"(this is|it s|that s) (no longer|not) ({_M}|his|her|their|my) s? (number|phone|cell) (anymore|any more)?",
        f"(this|that) (isn t|isnt|ain t|aint) ({_M}|his|her|their) s? (number|phone|cell) (anymore|any more)?",
        f"this (number|phone) (no longer belongs|does not belong|doesn t belong|is not|isn t) (to)? ({_M}|him|"
        "her|them) (anymore|any more)?",
        f"({_M}|he|she) (no longer has|doesn t have|does not have|changed|lost) (this|his|her|their)? (number|"
        "phone) (anymore|any more|now)?",
        f"({_M}|he|she) (no longer uses|doesn t use|does not use|doesnt use) this (number|phone)? (anymore|any "
        f"more|now)?",
        "(this is a)? new (phone|number) (number)? owner (here)?",
        "i (just|recently|only)? (got|have|bought) this (new)? (number|phone) (yesterday|recently|last _|_ _ ago|"
        "today)?",
    )
)
# A mistake in the number or the person.
_MISTAKEN = "|".join(
    (
        "(es|esta|este|este es|tiene|tienes|tienen|marco|creo que|que|_ que)* (un|el|al)? "
        f"{_PHONE} (es)? (el)? equivocado",
        "(esta|estan|estas|creo que esta|creo que estan) equivocado de (numero|persona|telefono)",
        "(creo que|creo|que)? (se|te|me) (equivoco|equivocaron|equivoca|equivocan|equivocaste|equivocas|confundio|"
        "confundieron|confundiste|esta equivocando) de (numero|persona|telefono)",
        "(creo que)? (tiene|tienen|tienes|le dieron|les dieron|te dieron|le han dado|les han dado|anoto|apunto|"
        "tengo) "
        "mal (el|mi|su)? (numero|telefono|dato|contacto)|(esta|estan) mal (el|su|sus)? (numero|telefono|dato|datos)",
        f"quien es {_M} no (lo|la) conosco|(aqui no es|no es aqui) (marco mal|esta equivocado|se equivoco)|marco mal",
        "persona equivocada|numero incorrecto|numero erroneo|es otro numero",
        "(i think|sorry|i believe)* (you|u|this is|you ve|you re|its|it s|that s)* (have|got|texted|texting|"
        "texting to)? "
        "(the|a)? wrong (number|person|phone|guy|girl|lady|dude)",
    )
)
WRONG = f"{_NOT_I}|{_UNKNOWN}|{_GONE}|{_NOT_THEIRS}|{_MISTAKEN}"
# Said of anything; of the number only where nothing else is said.
VAGUE = (
    "(creo que|creo|que)? (se|te) (equivoco|equivocaron|equivoca|equivocan|equivocaste|equivocas|confundio|"
    "confundieron|"
    "confundiste)|no (esta|estan|estas) equivocado|(ese|este)? no es mi nombre|aqui no es|no es aqui|"
    f"(quien es|who is|who s) {_M} (creo que|creo)? (se|te|you must be|you re) (equivoco|equivocaron|equivoca|"
    f"mistaken|confused)|"
    f"(quien es|who is|who s) {_M} {_THIS} es mi {_PHONE}|(quien es|who is|who s) {_M} this is my (number|phone)"
)
AROUND = (
    "(no|hola|buenas|buenos|buen|dia|dias|tardes|tarde|noches|disculpe|disculpa|disculpen|perdon|perdone|"
    "lo siento|oiga|oye|mire|"
    "senor|senora|senorita|joven|amigo|amiga|por favor|gracias|muchas|saludos|pero|es que|creo|creo que|"
    "la verdad|fijese que|y|ya|"
    f"yo soy {_M}|soy {_M}|lo tengo (desde|hace) _ _? _?|ke tenga buen dia|bonito dia|hi|hello|hey|sorry|"
    "please|thanks|thank you|"
    "good (morning|afternoon|evening)|i m|i (think|believe)|"
    "no se (kien|quien) es|not me|dude|bro|man|lol|amigo|this is my (number|phone)|you must be mistaken|"
    f"{_THIS} es (ahora)? mi {_PHONE}|(yo)? no (hice|tengo|pedi|agende) (ninguna|una) (cita|compra|pedido)|"
    "no lo konosco|no la konosco|ke (este|esten) bien|no por favor)"
)

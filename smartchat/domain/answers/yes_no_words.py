"""The words and phrases by which answers say yes and no, or take back what they said."""

from smartchat.domain.answers.phrases import Phrases, listed

# Whatever else the clause says, these decide it. Phrases with a "no" inside that means yes stand here too.
YES = Phrases(
    """x supuesto | ya lo creo | sip | sipi | sep | sipo | sipirili | sisi | ci | zi | simon | simona
    claro que si | claro que sip | claro que | i can make it | i can pay | i can do it | i can attend
    i can come | i will be there | i will attend | i will pay | i will come | por supuesto
    por supuesto que si | desde luego | desde luego que si | obvio que si | obviamente | obviamente si
    efectivamente | afirmativo | afirmativa | asi es | asi sera | correcto | es correcto | exacto
    exactamente | cierto | es cierto | de acuerdo | estoy de acuerdo | sin duda | sin duda alguna
    sin problema | sin problemas | no hay problema | no hay ningun problema | no hay bronca | no hay pedo
    no tengo problema | no tengo ningun problema | ningun problema | no tengo inconveniente
    ningun inconveniente | no hay inconveniente | cuente conmigo | cuenten conmigo | cuenta conmigo
    cuente con ello | cuente con eso | cuenta con ello | ahi estare | ahi estaremos | ahi nos vemos
    alla nos vemos | alli estare | alla estare | me apunto | confirmo | confirmado | confirmada
    confirmadisimo | con todo gusto | acudire | acudiremos | estare presente
    estaremos presentes | le caigo | ni dudarlo | acepto | aceptado | aceptada | con gusto | con mucho gusto
    con placer | me parece bien
    me parece perfecto | me parece excelente | me parece genial | buena idea | autorizo | me late
    a huevo | a webo | a guevo | a fuerzas | simon que si | ya vas | ya rugiste
    ya estas | va que va | sale y vale | sale pues | va pues | orale pues | arre | jalo | le entro
    yo le entro | positivo | sin lugar a dudas | no lo dude | no lo dudes | hagamoslo | siempre si
    sii | siip | zii | sip sip | me anoto | no faltare | no faltaremos | no pos si | no pues si
    a fuerza | anoteme | anotame | cuenten con nosotros | esta bn""",
    """yes | yess | yep | yup | yeah | yea | ye | yas | yah | yessir | yes sir | aye | sure | sure thing
    for sure | that works | works for me | of course | absolutely | definitely | certainly | indeed
    affirmative | correct | that's right | thats right | that's correct | that is correct | exactly | right on
    i agree | agreed | sounds good | sounds great | count me in | i'm in | im in | i'll be there
    ill be there | will do | i'd love to | i would love to | with pleasure | no problem | no worries
    not a problem | you bet | you betcha | delighted | totally | i think so | i guess so | i suppose so
    i believe so | confirmed
    that would be great | that would be nice | that would be good | that would be fine | that'd be great
    go for it | why not | i would appreciate | i'd appreciate | i would like that | i'd like that | hell yes
    hell yeah | heck yes | heck yeah | you know it | you got it | i'm game | happy to | looking forward
    confirm | let's do this | lets do this | i'll pay | i'll come | i'll go | i'll do it | i'll attend
    mmhmm | wouldn't miss it | let's do it | lets do it | let's go | will be there | count on me
    sure do | sure will
    fasho | fosho | yeppers | uh huh | planning on it | i plan to | on my way | omw | i shall
    i confirm | i accept | go ahead | by all means | without a doubt | no doubt | can't wait""",
)
NO = Phrases(
    """nel | nell | nel pastel | nop | nope | nopi | nones | nonono | nono | negativo | negativa | nanai
    nanay
    naranjas | nah | naa | para nada | por supuesto que no | claro que no | desde luego que no | obvio no
    obvio que no | obviamente no | de ninguna manera | de ningun modo | ni loco | ni loca | ni de chiste
    ni de broma | ni hablar | ni madres | ni maiz | ni al caso | ni en suenos | ni pensarlo | jamas | nunca
    tampoco | imposible | me es imposible | es imposible | creo que no | yo creo que no | supongo que no
    pienso que no | no creo | ya no | mejor no | siempre no | todavia no | aun no | ahorita no | por ahora no
    por el momento no | que no | digo que no | falso | incorrecto | es incorrecto | es falso | rechazo
    declino | nelson | nelazo | nanais | ni muerto | ni muerta | ni maiz paloma | ni en broma | ahora no
    sin interes | no requiero | no deseo | no es necesario | lamento no poder | orita no | rechazado
    paso por esta vez | se me complica | se me hace imposible | cero interes | cero interesado
    cero interesada | no gracias | nadita | nunca jamas""",
    """nope | nah | nay | yeah no | false | nothing yet | i'm good | no way | not at all | not really | not now
    not yet | not today | not this time
    never | negative | i don't think so | i dont think so | don't think so | i guess not | i think not
    i hope not | i'd rather not | rather not | of course not | absolutely not | definitely not | certainly not
    nuh uh | hard pass | i'll pass | ill pass | no can do | not happening | not a chance | no chance
    fat chance | decline | i decline | respectfully decline | not interested | no need | naw | negatory
    do not call | don't call | dont call | not able | won't be able | unable to | not for me | never mind
    nevermind | no siree | i'm good thanks | im good thanks | im good | i'm good thank you | i'm all set
    all set thanks | have to pass | i disagree | hell no | no thanks | no thank you | no sir | impossible
    i refuse | count me out | i'm out | i'm not
    im not | i am not | i do not | i will not | i can not | i'm afraid not | unfortunately not | incorrect
    that's wrong""",
)
# They mean yes where nothing else is said: "va" does, "va mi hermano" does not.
WEAK_YES = Phrases(
    """va | vale | sale | dale | bueno | buena | bien | muy bien | listo | lista | listos | claro | seguro
    segura | perfecto | perfecta | excelente | genial | orale | andale | obvio | eso | aja | aha | ajam | mju
    s | okey | oki | okis | oka | okas | ok | okay | k | va va | ya quedo | quedo | enterado
    enterada | entendido | puedo | podre | podria | podemos | quiero | voy | vamos | ire | iremos | asisto
    asistire | asistiremos | pago | pagare | lo hare | lo haremos | lo pago | lo pagare | listisimo | sobres
    fierro | jalo | con todo | quiero ir | me apunto | lo quiero | la quiero | interesado | interesada
    dale | de una | primero dios | dios mediante | encantado | encantada | recibido | ya sabe | juega | siu
    simonazo | clarin | clarines | sabes que si | see | cincho | chi | sincho | camara | ya estuvo | ya esta
    jalo | pos si | eso mero | ey | fuga
    va que va
    oki doki | okidoki | 100 | al 100 | cien por ciento | al cien | ai estare | aqui estare | a la orden
    a darle
    claramente | evidentemente | naturalmente | ya dijo | ya dijiste | sin falta | me interesa
    me encantaria | me gustaria | esta bien | estaria bien | cuando guste | cuando gusten
    como usted diga | como diga | adelante | eso es
    eso mismo""",
    """ok | okay | okey | okie | okie dokie | k | kk | alright | all right | fine | good | great | cool
    perfect
    right | true | deal | done | got it | interested | gladly | please do | sounds fine | mhm | uh huh
    100 | 100 percent | hundred percent | a hundred percent | okey dokey | okie doke | roger | roger that
    copy
    copy that | very well | why yes | that's fine | thats fine | that is fine | that'll work | that will work
    fine by me | fine with me | good with me | i'm down | im down | down | see you then
    see you there
    see ya there | see you tomorrow | see ya then | see you | i will | i can | i do | i am | i would
    i did | we did | it did""",
)
ENGLISH_SLANG = Phrases(
    """ya | def | deff | ofc | fs | bet | word | aight | ight | ye | yee | fosho | fo sho | yuh | yezzir
    say less | fa sho | yessirski""",
)
WEAK_NO = Phrases(
    "n",
)
# What may stand beside a weak word without taking its meaning.
NEUTRAL = listed(
    """gracias muchas mil por favor porfa porfavor porfis hola buenos buenas dias tardes noches dia pues mmm
    eh
    ah oh amigo amiga joven senor senora senorita srta sr sra jefe jefa patron carnal wey guey bro compa muy
    super y que el la los las a de con lo le les mi me yo nosotros todo toda todos bien entonces este esta ese
    eso jaja jajaja jeje haha lol thanks thank you so much sir madam mr mrs please hi hello hey well then dear
    good day morning afternoon evening that's it is i i'm am asi saludos bonito excelente oiga oye mande ahi
    alla nomas tranquilo ahorita hoy manana ya"""
)
# "Sí, no se preocupe" and "claro, no le fallo" say yes: these clauses say nothing of their own.
EMPTY = Phrases(
    """si dios quiere
    no se preocupe | no se preocupen | no te preocupes | no falto | no fallo | no le fallo | no te fallo
    no les fallo | no importa | no pasa nada | no hay de que | no lo olvido | no se me olvida | no me olvido
    don't worry | dont worry | no need to worry | no mas | nada mas | nomas | no manches | no inventes
    no bueno | good morning | good afternoon | good evening | good day | good night | have a good day
    have a good one | have a great day | have a nice day | buen dia | buena tarde | buena noche | buenos dias
    buenas tardes | buenas noches | excelente dia | excelente tarde | excelente noche | bonito dia | lindo dia
    bonita tarde | linda tarde | que tenga buen dia | que tenga excelente dia | que tenga bonito dia""",
)
NEGATORS = listed("no not don't dont can't cant cannot won't wont isn't didn't doesn't wouldn't couldn't")
# Before a "si" without accent these make it a yes; after any other word it means "if".
BEFORE_YES = listed(
    """pues que q k ke yo ahora mmm hola bueno ok okay claro este esta mi nosotros tambien gracias dias tardes noches
    ahi creo eso ay ah eh oh obvio siempre porque simon entonces aqui jaja jajaja y e a hoy manana no ella el
    senor senora senorita joven amigo amiga buenas buenos favor digo vez verdad pos nos me le lo la ya bien
    nel todo todos"""
)
IF = Phrases(
    """si me alcanza | si es que | si acaso | si llego | si consigo | si me da tiempo
    si tengo tiempo | si tengo dinero | si tengo chance | si me pagan | si me depositan | si hay | si alcanzo
    si me dejan | si cobro | solo si | siempre y cuando | a menos que | a ver si | en caso de que | if
    only if | unless | as long as | si puedo voy | si puedo ire | si puedo asisto | si puedo paso
    si puedo pago
    si puedo llego | si podemos vamos | si puedo confirmo | if i can | if possible""",
)
# Words that take back what was said, where a plain yes or no follows: "no, perdón, sí", "yes, I mean no".
CORRECTIONS = Phrases(
    """perdon | perdone | disculpe | disculpa | corrijo | quise decir | me equivoque | no espera | no espere
    espera | espere | no perdon | ay no perdon | no wait | wait no | wait | i mean | i meant | meant | sorry
    oops
    my bad | correction""",
)

# Clauses that begin so take back what was said: "sí... mejor no".
TURNS = frozenset({"mejor", "digo", "bueno", "pues", "siempre"})
CIVIL = listed("gracias thanks thx please porfa porfavor bro fam man dude dear")
# Questions only by their form.
RHETORICAL = Phrases(
    "como no | por que no | why not",
)
# "No sí voy" says yes even without its accent; before other words "no si" may be a "not if".
AFTER_NO_YES = listed(
    """voy puedo quiero asisto claro pago ire confirmo me acepto va vamos podre podremos podemos gracias asistire"""
)

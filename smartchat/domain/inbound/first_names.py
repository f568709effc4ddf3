"""Names of people that are common in Mexico and the United States, by ear."""

import re

from smartchat.domain.text_forms import search_form

from .by_ear import by_ear


def _names(text: str) -> frozenset[str]:
    return frozenset(by_ear(search_form(name)) for name in re.findall(r"\w+", text))


FIRST_NAMES = _names(
    "aaron abel abigail abraham adan adrian adriana aguilar agustin alberto alejandra alejandro alexander "
    "alfonso alfredo alicia alvarez amanda amy ana anderson andrea andres andrew angela angelica anna anthony "
    "antonio araceli ariadna armando arturo ashley barbara beatriz benjamin beto betty brandon brenda brian "
    "bruno camila carlos carmen carol carolina carolyn castro catherine cecilia cervantes cesar charles chavez "
    "chela christian christina christine chuy claudia contreras cristian cristina cristobal cynthia daniel "
    "daniela david davis deborah dennis diana diane diaz diego dominguez donna edgar edmundo eduardo edward "
    "efrain elena elias elizabeth elsa emilio emily emma emmanuel enrique eric erick erika ernesto esteban "
    "estela esther eugenia eugenio eva evelyn ezequiel fabian fatima federico felipe fernanda fernando "
    "francisco gabriel gabriela gaby garcia george gerardo gilberto gisela gomez gonzalez graciela gregory "
    "griselda guadalupe guillermo gustavo gutierrez guzman heather hector helen hernandez herrera hilda hugo "
    "humberto ignacio ines irene irma isaac isabel ismael israel itzel ivan ivonne jack jackson jacob jaime "
    "james janet jason javier jeffrey jennifer jerry jessica jesus jimena jimenez joan joaquin joel johana "
    "john johnson jonathan jones jorge jose josefina joseph joshua josue joyce juan juana juarez julia julian "
    "julie julio justin karen karina karla katherine kathleen kelly kenneth kevin kimberly lalo larry laura "
    "lauren lazaro leonardo leonel leonor leopoldo leticia lety liliana linda lisa lola lopez lorena lorenzo "
    "lourdes lucia luis luisa lupe lupita magdalena manuel marcela marcelo marcos maria mariana maribel "
    "maricela mario marisol marta martha martin martina martinez mary matias matilde matthew mauricio "
    "maximiliano mayra medina melissa mendoza michael michelle miguel miller minerva miriam moises monica "
    "munoz nacho nadia nancy natalia nicholas nicolas nicole noemi norma octavio ofelia olga olivia omar "
    "orlando ortega oscar osvaldo pablo paco pamela pancho paola pascual patricia patricio patrick paty paul "
    "paulina pedro pepe perez quique rachel rafael ramirez ramiro ramon raquel raul rebeca rebecca renata rene "
    "reynaldo ricardo richard rigoberto rita robert roberto rocio rodolfo rodrigo rodriguez rogelio rojas "
    "romero ronald roxana ruben ruiz ryan salazar samantha samuel sanchez sandra santiago sara sarah saul "
    "sebastian sergio sharon shirley silvia simon smith sofia sonia stephanie stephen steven susan susana "
    "tania taylor teresa thomas timothy tomas toño tyler ulises uriel valentin valentina valeria vanessa "
    "vargas vazquez velazquez vero veronica vicente victor virginia viviana william williams wilson xavier "
    "ximena yadira yesenia yolanda zoila"
)
"""Names that mean nothing else, however they are written."""
NAMES_WITH_A_CAPITAL = _names(
    "angel april aurora bautista bill blanca brown cabrera campos castillo celeste concha consuelo cruz dawn "
    "delgado dolores domingo esperanza estrella faith flor flores gary gloria grace green hope joy june king "
    "leon lucio luna luz margarita marina mark may memo mercado mercedes moreno paloma paz perla pilar ramos "
    "regina reyes rios rosa rosario salvador santos scott sol torres vega victoria victoriano violeta white "
    "will young"
)
"""Names that are words as well: a capital tells."""

"""What the problems of actions say, in Spanish and English: formulas, conditions, external systems."""

from collections.abc import Mapping

# code: (Spanish, English)
ACTION_SENTENCES: Mapping[str, tuple[str, str]] = {
    "formula_unknown_reference": (
        "Ningún paso tiene el identificador único «$id» (posición $position).$proposal Corríjalo o quítelo.",
        "No step has the Unique ID “$id” (position $position).$proposal Correct it or remove it.",
    ),
    "formula_later_reference": (
        "«$id» todavía no tiene valor aquí: su paso viene después. Mueva ese paso antes o quite «$id».",
        "“$id” has no value here yet: its step comes later. Move that step up or remove “$id”.",
    ),
    "formula_reference_without_value": (
        "El paso «$id» no guarda ningún valor (no es pregunta, cálculo ni Dato Personalizado). Quite «$id».",
        "The step “$id” keeps no value (it is no question, calculation or Custom Data). Remove “$id”.",
    ),
    "formula_not_a_number": (
        "«$id» (posición $position) no es un número: no se puede calcular con él. Use un paso que dé un número.",
        "“$id” (position $position) is no number: one cannot calculate with it. Use a step that gives a number.",
    ),
    "formula_empty": (
        "La fórmula está vacía. Escriba qué hay que calcular o comparar.",
        "The formula is empty. Write what is to be calculated or compared.",
    ),
    "formula_too_long": (
        "La fórmula tiene $length caracteres y el máximo es $limit. Divídala en varios pasos.",
        "The formula has $length characters and the most is $limit. Divide it into several steps.",
    ),
    "formula_too_deep": (
        "Hay demasiados paréntesis unos dentro de otros (posición $position). Divida la fórmula en varios pasos.",
        "There are too many parentheses inside each other (position $position). Divide it into several steps.",
    ),
    "formula_ends": (
        "La fórmula termina donde falta un valor (posición $position). Complétela.",
        "The formula ends where a value is missing (position $position). Complete it.",
    ),
    "formula_unclosed": (
        "El paréntesis de la posición $position no se cierra. Agregue «)».",
        "The parenthesis at position $position is never closed. Add “)”.",
    ),
    "formula_unopened": (
        "El paréntesis de la posición $position se cierra sin haberse abierto. Quítelo o agregue «(».",
        "The parenthesis at position $position closes none. Remove it or add “(”.",
    ),
    "formula_no_operator": (
        "Antes de «$excerpt» (posición $position) falta un signo, como + o ==. Agréguelo.",
        "Before “$excerpt” (position $position) a sign is missing, such as + or ==. Add it.",
    ),
    "formula_no_value": (
        "Antes de «$excerpt» (posición $position) falta un valor. Agregue un número o un identificador.",
        "Before “$excerpt” (position $position) a value is missing. Add a number or an ID.",
    ),
    "formula_strange": (
        "«$character» (posición $position) no se usa en fórmulas. Quítelo.",
        "“$character” (position $position) has no meaning in formulas. Remove it.",
    ),
    "formula_half_operator": (
        "«$operator» (posición $position) no existe. Escriba «$whole».",
        "There is no “$operator” (position $position). Write “$whole”.",
    ),
    "formula_open_quote": (
        "Las comillas de la posición $position no se cierran. Ciérrelas.",
        "The quotation mark at position $position is never closed. Close it.",
    ),
    "formula_is_condition": (
        "«$operator» (posición $position) compara, y una fórmula solo calcula: use + - * / ( ).",
        "“$operator” (position $position) compares, and a formula only calculates: use + - * / ( ).",
    ),
    "formula_has_text": (
        "«$excerpt» es un texto, y aquí se calcula. Use números o identificadores de números.",
        "“$excerpt” is a text, and this calculates. Use numbers or the IDs of numbers.",
    ),
    "condition_is_number": (
        "La condición no compara nada en la posición $position. Escriba una comparación, como MONTO > 500.",
        "The condition compares nothing at position $position. Write a comparison, such as AMOUNT > 500.",
    ),
    "empty_flow": (
        "El flujo no tiene pasos adentro, así que no hace nada. Agregue alguno o quite el flujo.",
        "The flow has no steps inside, so it does nothing. Add one or remove the flow.",
    ),
    "invalid_header": (
        "«$name» no sirve como encabezado HTTP. Use letras, números y guiones, y un valor de una sola línea.",
        "“$name” cannot be an HTTP header. Use letters, digits and hyphens, and a value of one line.",
    ),
    "address_of_contact": (
        "La dirección depende de un dato del contacto desde el principio. Escriba al menos el servidor.",
        "The address depends on a contact's value from its start. Write at least the server.",
    ),
}

"""Las frases de los problemas de un archivo de contactos, en español."""

SPANISH = {
    # El archivo entero
    "unreadable_file": "No se puede abrir este archivo: no es una hoja de cálculo conocida. "
    "Guárdelo en Excel como «Libro de Excel (.xlsx)» o «Texto (delimitado por tabulaciones)» y suba ese archivo.",
    "unreadable_file.kind": "Esto es {kind}, no una hoja de cálculo. "
    "Guarde los contactos como .xlsx, .xls o .tsv y suba ese archivo.",
    "unreadable_file.damaged": "Este archivo está dañado o incompleto y no se puede leer hasta el final. "
    "Ábralo en Excel, guárdelo otra vez y vuelva a subirlo.",
    "unreadable_file.unsafe": "Este archivo contiene en su XML referencias a otros documentos, que las "
    "hojas de cálculo no "
    "escriben; no se abrió. Copie los contactos a un libro nuevo y suba ese archivo.",
    "unreadable_file.no_table": "Este archivo es una página web sin tabla. Tal vez su sesión había terminado "
    "cuando descargó el reporte: descárguelo otra vez, o guárdelo como .xlsx.",
    "unreadable_file.gave_up": "La lectura de este archivo tardó demasiado o se interrumpió, y se detuvo. "
    "Copie los contactos "
    "a un libro nuevo, guárdelo como .xlsx o como «Texto (delimitado por tabulaciones)» y suba ese archivo.",
    "encrypted_file": "Este libro está protegido con contraseña. "
    "Quítela en Excel (Archivo › Información › Proteger libro), guarde y vuelva a subirlo.",
    "empty_file": "Este archivo está vacío. Necesita los encabezados en la fila 1 (el primero es CONTACT) "
    "y una fila por contacto.",
    "wrong_delimiter": "las columnas están separadas por {delimiter}; un archivo .tsv las separa con tabuladores. "
    "En Excel: Guardar como › «Texto (delimitado por tabulaciones)», o suba el .xlsx.",
    "too_large.bytes": "Este archivo pasa de {limit} MB. Divídalo en varias campañas.",
    "too_large.inflated": "Este libro ocupa más de {limit} MB al abrirse. "
    "Copie solo los contactos a un libro nuevo y suba ese archivo.",
    "too_large.rows": "Este archivo tiene más de {limit} contactos. Divídalo en varios archivos.",
    "too_large.columns": "Este archivo tiene {found} columnas; se pueden leer {limit} como máximo. Borre "
    "las que no necesite.",
    "too_large.sheet": "Esta hoja tiene valores mucho más allá de donde termina un archivo de contactos. "
    "Copie solo los contactos a un libro nuevo y suba ese archivo.",
    "too_large": "Este archivo es demasiado grande para leerlo. Copie solo los contactos a un libro nuevo, "
    "o divídalo.",
    "too_large.line": "Este archivo tiene una línea, o una celda, demasiado larga: probablemente no es un "
    "archivo de contactos. "
    "Guarde los contactos en Excel como .xlsx y suba ese archivo.",
    "bad_encoding": "a partir de aquí no se pueden leer las letras del archivo: {value}. "
    "Guárdelo en Excel como .xlsx, o como «Texto Unicode», y suba ese archivo.",
    "bad_encoding.cell": "{value} contiene el signo � donde se perdió una letra antes de llegar aquí. "
    "Escriba la celda otra vez, o exporte de nuevo la lista como .xlsx.",
    "unclosed_quote": 'una celda empieza con comillas (") que nunca se cierran '
    "y se traga las filas de abajo: {value}. "
    "Borre esas comillas, o ciérrelas al final de la celda.",
    "other_sheets": "Solo se leyó la hoja «{sheet}». También hay datos en otras hojas: {others}.",
    # Encabezados
    "no_contact_column": "el primer encabezado es {value} y debe ser CONTACT. "
    "Ponga los teléfonos en la columna A con el encabezado CONTACT.",
    "no_contact_column.similar": "el primer encabezado es {value}; ¿quiso decir CONTACT? "
    "Cámbielo por CONTACT, en mayúsculas.",
    "no_contact_column.elsewhere": "CONTACT está en la columna {letter} y debe ser la primera columna. "
    "Muévala a la columna A.",
    "no_contact_column.blank": "no tiene encabezado; la primera columna debe ser CONTACT. "
    "Ponga los teléfonos en la columna A con el encabezado CONTACT.",
    "no_contact_column.no_headers": "{value} parece un contacto; la primera fila debe tener los encabezados. "
    "Inserte una fila arriba, con CONTACT en la primera celda.",
    "missing_column": "no existe esta columna, y el chatbot necesita una con este encabezado. "
    "Agréguela, con un valor para cada contacto.",
    "missing_column.similar": "no existe esta columna; ¿quiso decir {column} con {value} en la columna {letter}? "
    "Cambie ese encabezado por {column}.",
    "duplicate_column": "hay dos columnas con este encabezado. Borre una de ellas, o póngale otro encabezado.",
    "unknown_column": "el chatbot no usa esta columna. Se conserva para la descarga de las respuestas.",
    "unknown_column.similar": "el chatbot no usa esta columna; ¿quiso decir {similar}?",
    "unknown_column.blank": "tiene valores (el primero en la fila {found_in}) y no tiene encabezado. El "
    "chatbot no la usa.",
    "no_rows": "Hay encabezados y ningún contacto debajo. Agregue una fila por contacto.",
    # Celdas
    "missing_value": "esta celda está vacía. Cada contacto necesita un valor aquí: llénela, o borre la fila.",
    "missing_value.not_calculated": "esta fórmula nunca se calculó, así que la celda está vacía. "
    "Abra el archivo en Excel, guárdelo y vuelva a subirlo.",
    "invalid_phone": "{value} no es un número de teléfono. Escríbalo con + y la clave del país.",
    "invalid_phone.no_country_code": "{bare} tiene {digits} dígitos y no lleva código de país. "
    "Escríbalo con + y la clave del país: +52 … para México, +1 … para Estados Unidos.",
    "invalid_phone.no_country_code.region": "{bare} tiene {digits} dígitos y no lleva código de país. "
    "Si es un número de {country}, ponga +{country_code} antes de sus últimos diez dígitos.",
    "invalid_phone.wrong_length": "{bare} tiene {digits} dígitos; ningún número de ese país los tiene. "
    "Revise el número.",
    "invalid_phone.wrong_length.region": "{bare} tiene {digits} dígitos; un número de {country} tiene {expected} "
    "con su código de país. Revise el número.",
    "invalid_phone.too_short": "{bare} tiene {digits} dígitos, muy pocos para un teléfono. "
    "Escríbalo completo, con + y la clave del país.",
    "invalid_phone.too_long": "{bare} tiene {digits} dígitos; ningún teléfono tiene más de 15. Revise el número.",
    "invalid_phone.unknown_country": "{bare} no empieza con ningún código de país que exista. "
    "Revise los dígitos después del +.",
    "invalid_phone.zero_first": "{bare} lleva un cero después del +, y ningun código de país empieza con cero. "
    "Escriba {proposed}.",
    "invalid_phone.trunk_zero": "{bare} lleva, después de la clave del país, lo que se marca dentro del país. "
    "Escriba {proposed}.",
    "invalid_phone.trunk_zero.region": "{bare} lleva un cero después de +{country_code}, como se marca dentro de "
    "{country}. Escriba {proposed}.",
    "invalid_phone.dressed": "{value} contiene un número y algo más alrededor. Escriba solo el número: {proposed}.",
    "invalid_phone.not_in_use": "{bare} no está en ninguna serie conocida de ese país. "
    "Si es correcto, escríbalo con + por delante; si no, corríjalo.",
    "invalid_phone.not_in_use.region": "{bare} no está en ninguna serie conocida de {country}. "
    "Si es correcto, escríbalo con + por delante; si no, corríjalo.",
    "invalid_phone.letters": "{value} contiene letras o signos que no son de un teléfono. "
    "Deje solo + y los dígitos.",
    "invalid_phone.several": "{value} parecen dos números. Deje uno; para el otro, agregue una fila.",
    "invalid_phone.dial_prefix": "{bare} empieza con {country_code}, como al marcar. Escriba {proposed}.",
    "invalid_phone.formula_text": "{value} es una fórmula escrita como texto. Deje solo + y los dígitos.",
    "other_country": "{bare} no lleva + y se lee como un número de {country}, pero la mayor parte de este archivo es "
    "de {home}. Si es de {home}, escriba {proposed}; si es de {country}, escriba +{bare_digits}.",
    "unusual_phone": "{bare} tiene la longitud correcta y su serie no se conoce en {country}: puede ser nueva. "
    "Se conserva.",
    "digits_lost": "{bare} es lo que Excel deja de un número largo: se perdieron sus últimos dígitos. Tome "
    "los números otra "
    "vez de donde vienen: primero dé a la columna el formato Texto, y luego péguelos o impórtelos.",
    "digits_lost.zeros": "{bare} tiene {digits} dígitos y Excel conserva solo 15: se perdieron los últimos. "
    "Tome el número "
    "otra vez de donde viene: primero dé a la columna el formato Texto, y luego péguelo.",
    "duplicate_contact": "{bare} ya está en la fila {first_row}. Borre una de las dos filas.",
    "invalid_date": "{value} no es una fecha. Escriba año-mes-día: 2026-03-05.",
    "invalid_date.no_such_day": "{value} no es un día del calendario. Revíselo: año-mes-día, como 2026-03-05.",
    "invalid_date.two_days": "{value} puede ser {day} o {other_day}. Escriba en esa forma el que sea.",
    "invalid_date.other_order": "{value} no está en la forma año-mes-día. Escriba {day}.",
    "invalid_date.with_time": "{value} lleva hora. Deje solo la fecha: 2026-03-05.",
    "invalid_date.serial": "{value} es un número, no una fecha. Dé a la celda el formato Fecha, o escriba "
    "2026-03-05.",
    "invalid_number": "{value} no es un número. Escríbalo con dígitos: 1350 o 1350.50.",
    "invalid_number.thousands": "{value} lleva separador de miles. Escriba solo los dígitos, y punto para "
    "los decimales: 1350.50.",
    "invalid_number.decimal_comma": "{value} lleva coma en los decimales. Escriba un punto: 1350.50.",
    "invalid_number.dressed": "{value} lleva algo más que el número. Escríbalo sin signo de moneda ni de "
    "porcentaje: 1350.50.",
    "invalid_number.scientific": "{value} es un número que Excel abrevió. Escríbalo con todos sus dígitos: 1350.50.",
    "invalid_number.date": "{value} es una fecha; aquí va un número. Cambie el formato de la celda a Número "
    "y revíselo.",
    "precision_lost": "{bare} tiene 16 dígitos o más y Excel conserva solo 15: se perdieron los últimos. "
    "Dé a la columna el formato Texto, y luego escriba o pegue el valor otra vez.",
    "formula_error": "esta celda contiene el error {bare} de una fórmula. Corrija la fórmula, o escriba el valor.",
    "extra_cell": "{value} está más allá del último encabezado: probablemente los valores de esta fila "
    "están recorridos. "
    "Regréselos a su columna, o borre este valor.",
}

WORDS_SPANISH = {
    "delimiter": {",": "comas", ";": "punto y coma", "|": "barras verticales"},
    "kind": {
        "pdf": "un documento PDF",
        "picture": "una imagen",
        "media": "un sonido o video",
        "document": "un documento de texto",
        "archive": "un archivo comprimido",
        "program": "un programa",
        "database": "una base de datos",
        "sylk": "un archivo SYLK (.slk)",
        "xlsb": "un libro binario (.xlsb) dañado",
        "numbers": "un documento de Numbers",
        "mail": "un mensaje de correo",
        "xml": "un archivo XML de otro tipo",
    },
    "region": {
        "MX": "México",
        "US": "Estados Unidos",
        "GT": "Guatemala",
        "BZ": "Belice",
        "SV": "El Salvador",
        "HN": "Honduras",
        "NI": "Nicaragua",
        "CR": "Costa Rica",
        "PA": "Panamá",
        "CU": "Cuba",
        "HT": "Haití",
        "CO": "Colombia",
        "VE": "Venezuela",
        "EC": "Ecuador",
        "PE": "Perú",
        "BO": "Bolivia",
        "CL": "Chile",
        "AR": "Argentina",
        "PY": "Paraguay",
        "UY": "Uruguay",
        "BR": "Brasil",
        "ES": "España",
        "PT": "Portugal",
        "FR": "Francia",
        "DE": "Alemania",
        "IT": "Italia",
        "GB": "Reino Unido",
    },
}

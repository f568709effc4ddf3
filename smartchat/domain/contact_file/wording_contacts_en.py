"""The sentences of contact-file problems in English."""

ENGLISH = {
    # The file as a whole
    "unreadable_file": "This file cannot be opened: it is not a spreadsheet that we know. "
    "Save it in Excel as “Excel Workbook (.xlsx)” or “Text (Tab delimited)” and upload that.",
    "unreadable_file.kind": "This is a {kind}, not a spreadsheet. "
    "Save the contacts as .xlsx, .xls or .tsv and upload that file.",
    "unreadable_file.damaged": "This file is damaged or incomplete, so that it cannot be read to its end. "
    "Open it in Excel, save it again, and upload it once more.",
    "unreadable_file.unsafe": "This file holds references to other documents inside its XML, which "
    "spreadsheet programs "
    "do not write; it was not opened. Copy the contacts into a new workbook and upload that.",
    "unreadable_file.no_table": "This file is a web page without a table. "
    "Perhaps the report had ended your session when you downloaded it: download it again, or save it as .xlsx.",
    "unreadable_file.gave_up": "Reading this file took too long or broke off, so it was stopped. "
    "Copy the contacts into a new workbook, save it as .xlsx or as “Text (Tab delimited)”, and upload that.",
    "encrypted_file": "This workbook is protected by a password. "
    "Remove it in Excel (File › Info › Protect Workbook), save, and upload it again.",
    "empty_file": "This file is empty. It needs the headers in row 1 (the first is CONTACT) and one row for "
    "each contact.",
    "wrong_delimiter": "the columns are separated by {delimiter}; a .tsv file separates them by tabs. "
    "In Excel: Save As › “Text (Tab delimited)”, or upload the .xlsx instead.",
    "too_large.bytes": "This file is larger than {limit} MB. Split it into several campaigns.",
    "too_large.inflated": "This workbook becomes larger than {limit} MB when it is opened. "
    "Copy only the contacts into a new workbook and upload that.",
    "too_large.rows": "This file has more than {limit} contacts. Split it into several files.",
    "too_large.columns": "This file has {found} columns; at most {limit} can be read. Delete those that are "
    "not needed.",
    "too_large.sheet": "This sheet has values far beyond where a contact file ends. "
    "Copy only the contacts into a new workbook and upload that.",
    "too_large": "This file is too large to be read. Copy only the contacts into a new workbook, or split it.",
    "too_large.line": "This file has a line, or a cell, that is too long to be read: it is probably not a "
    "contact file. "
    "Save the contacts in Excel as .xlsx and upload that.",
    "bad_encoding": "the letters of this file cannot be read from here on: {value}. "
    "Save it in Excel as .xlsx, or as “Unicode Text”, and upload that.",
    "bad_encoding.cell": "{value} holds the sign � where a letter was lost before the file came here. "
    "Type the cell again, or export the list anew as .xlsx.",
    "unclosed_quote": 'a cell begins with a quotation mark (") that is never closed '
    "and swallows the rows below it: {value}. "
    "Delete that quotation mark, or close it at the end of the cell.",
    "other_sheets": "Only the sheet “{sheet}” was read. There is data in other sheets too: {others}.",
    # Headers
    "no_contact_column": "the first header is {value}, and should be CONTACT. "
    "Put the phone numbers into column A with the header CONTACT.",
    "no_contact_column.similar": "the first header is {value}; did you mean CONTACT? "
    "Change it to CONTACT, in capital letters.",
    "no_contact_column.elsewhere": "CONTACT stands in column {letter}, and must be the first column. "
    "Move it to column A.",
    "no_contact_column.blank": "it has no header; the first column must be CONTACT. "
    "Put the phone numbers into column A with the header CONTACT.",
    "no_contact_column.no_headers": "{value} looks like a contact; the first row must hold the headers. "
    "Insert a row above, with CONTACT in its first cell.",
    "missing_column": "there is no such column, and the chatbot needs one with this header. "
    "Add it, with a value for each contact.",
    "missing_column.similar": "there is no such column; did you mean {column} by {value} in column {letter}? "
    "Change that header to {column}.",
    "duplicate_column": "there are two columns with this header. Delete one of them, or give it another header.",
    "unknown_column": "the chatbot does not use this column. It is kept for the download of the answers.",
    "unknown_column.similar": "the chatbot does not use this column; did you mean {similar}?",
    "unknown_column.blank": "it has values (the first in row {found_in}) and no header. The chatbot does not use it.",
    "no_rows": "There are headers and no contacts below them. Add one row for each contact.",
    # Cells
    "missing_value": "this cell is empty. Every contact needs a value here: fill it in, or delete the row.",
    "missing_value.not_calculated": "this formula was never calculated, so that the cell is empty. "
    "Open the file in Excel, save it, and upload it again.",
    "invalid_phone": "{value} is not a phone number. Write it with + and the country code.",
    "invalid_phone.no_country_code": "{bare} has {digits} digits and no country code. "
    "Write it with + and the country code: +52 … for Mexico, +1 … for the United States.",
    "invalid_phone.no_country_code.region": "{bare} has {digits} digits and no country code. "
    "If it is a number in {country}, put +{country_code} before its last ten digits.",
    "invalid_phone.wrong_length": "{bare} has {digits} digits, which no number in that country has. Check "
    "the number.",
    "invalid_phone.wrong_length.region": "{bare} has {digits} digits; a number in {country} has {expected} "
    "with its country code. Check the number.",
    "invalid_phone.too_short": "{bare} has {digits} digits, too few for a phone number. "
    "Write all of it, with + and the country code.",
    "invalid_phone.too_long": "{bare} has {digits} digits; no phone number has more than 15. Check the number.",
    "invalid_phone.unknown_country": "{bare} begins with no country code that exists. "
    "Check the digits after the +.",
    "invalid_phone.zero_first": "{bare} has a zero after the +, and no country code begins with zero. "
    "Write {proposed}.",
    "invalid_phone.trunk_zero": "{bare} has what one dials inside the country after its country code. "
    "Write {proposed}.",
    "invalid_phone.trunk_zero.region": "{bare} has a zero after +{country_code}, as one dials it inside {country}. "
    "Write {proposed}.",
    "invalid_phone.dressed": "{value} holds a number and something around it. Write only the number: {proposed}.",
    "invalid_phone.not_in_use": "{bare} is in no range of that country that is known. "
    "If it is right, write it with + in front; if not, correct it.",
    "invalid_phone.not_in_use.region": "{bare} is in no range of {country} that is known. "
    "If it is right, write it with + in front; if not, correct it.",
    "invalid_phone.letters": "{value} holds letters or signs that do not belong to a phone number. "
    "Leave only + and the digits.",
    "invalid_phone.several": "{value} looks like two numbers. Leave one; for the other, add a row.",
    "invalid_phone.dial_prefix": "{bare} begins with {country_code}, as one dials it. Write {proposed}.",
    "invalid_phone.formula_text": "{value} is a formula written as text. Leave only + and the digits.",
    "other_country": "{bare} has no + and reads as a number of {country}, while most of this file is of {home}. "
    "If it is of {home}, write {proposed}; if it is of {country}, write +{bare_digits}.",
    "unusual_phone": "{bare} has the right length, and its range is not known in {country}: it may be a new one. "
    "It is kept.",
    "digits_lost": "{bare} is what Excel leaves of a long number: its last digits are lost. Take the "
    "numbers again from "
    "where they came from: give the column the format Text first, and then paste or import them.",
    "digits_lost.zeros": "{bare} has {digits} digits, and Excel keeps only 15: the last ones are lost. Take "
    "the number "
    "again from where it came from: give the column the format Text first, and then paste it.",
    "duplicate_contact": "{bare} is already in row {first_row}. Delete one of the two rows.",
    "invalid_date": "{value} is not a date. Write year-month-day: 2026-03-05.",
    "invalid_date.no_such_day": "{value} is not a day of the calendar. Check it: year-month-day, as 2026-03-05.",
    "invalid_date.two_days": "{value} may mean {day} or {other_day}. Write the one that is meant in that form.",
    "invalid_date.other_order": "{value} is not in the form year-month-day. Write {day}.",
    "invalid_date.with_time": "{value} holds a time. Leave only the date: 2026-03-05.",
    "invalid_date.serial": "{value} is a number, not a date. Give the cell the format Date, or write 2026-03-05.",
    "invalid_number": "{value} is not a number. Write it in digits: 1350 or 1350.50.",
    "invalid_number.thousands": "{value} has a thousands separator. Write only the digits, and a point for "
    "decimals: 1350.50.",
    "invalid_number.decimal_comma": "{value} has a comma for the decimals. Write a point: 1350.50.",
    "invalid_number.dressed": "{value} has more than the number. Write it without currency or percent sign: 1350.50.",
    "invalid_number.scientific": "{value} is a number that Excel has shortened. Write it with all its "
    "digits: 1350.50.",
    "invalid_number.date": "{value} is a date; a number belongs here. Change the format of the cell to "
    "Number and check it.",
    "precision_lost": "{bare} has 16 digits or more, and Excel keeps only 15: the last ones are lost. "
    "Give the column the format Text, and then type or paste the value again.",
    "formula_error": "this cell holds the error {bare} of a formula. Mend the formula, or type the value.",
    "extra_cell": "{value} stands beyond the last header: the values of this row are probably shifted. "
    "Move them back under their headers, or delete this value.",
}

WORDS_ENGLISH = {
    "delimiter": {",": "commas", ";": "semicolons", "|": "vertical bars"},
    "kind": {
        "pdf": "PDF document",
        "picture": "picture",
        "media": "sound or film",
        "document": "text document",
        "archive": "archive",
        "program": "program",
        "database": "database",
        "sylk": "SYLK file (.slk)",
        "xlsb": "damaged binary workbook (.xlsb)",
        "numbers": "Numbers document",
        "mail": "mail message",
        "xml": "XML file of another kind",
    },
    "region": {
        "MX": "Mexico",
        "US": "the United States",
        "GT": "Guatemala",
        "BZ": "Belize",
        "SV": "El Salvador",
        "HN": "Honduras",
        "NI": "Nicaragua",
        "CR": "Costa Rica",
        "PA": "Panama",
        "CU": "Cuba",
        "HT": "Haiti",
        "CO": "Colombia",
        "VE": "Venezuela",
        "EC": "Ecuador",
        "PE": "Peru",
        "BO": "Bolivia",
        "CL": "Chile",
        "AR": "Argentina",
        "PY": "Paraguay",
        "UY": "Uruguay",
        "BR": "Brazil",
        "ES": "Spain",
        "PT": "Portugal",
        "FR": "France",
        "DE": "Germany",
        "IT": "Italy",
        "GB": "the United Kingdom",
    },
}

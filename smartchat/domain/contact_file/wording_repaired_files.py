"""Words of the contact file that comes back to be corrected."""

REPAIRED_FILE_WORDS = {
    "en": {"suffix": "to-correct", "stem": "contacts", "sheet": "Contacts"},
    "es": {"suffix": "corregir", "stem": "contactos", "sheet": "Contactos"},
}

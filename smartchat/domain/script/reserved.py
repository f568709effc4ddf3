"""The words that no Unique ID and no value of another system can have: the one list of them.

CONTACT heads the numbers in every contact file, TODAY is a limit of dates, and the others are kept for conditions.
Upper and lower case differ, as in all IDs. `script.schema.json` repeats the list for editors.
"""

CONTACT = "CONTACT"
TODAY = "TODAY"
RESERVED_IDS = frozenset({CONTACT, TODAY, "TRUE", "FALSE", "AND", "OR", "NOT"})

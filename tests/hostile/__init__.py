"""Texts made to hurt: what a contact, a file or a stranger wrote must never hold up the rest."""

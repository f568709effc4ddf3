"""What contacts write: good answers, typos, talk that is no answer, and wishes to be left alone."""

OUT_WORDS = frozenset({"stop", "unsubscribe", "alto", "baja", "no más", "ya no me escriban"})
IN_WORDS = frozenset({"start"})
"""Both in lower case; the auditor goes by them, the product by its own."""

ANSWERS = {
    "PAGA": ("sí", "claro que si", "no", "simón", "no puedo", "Sí, con gusto 🙏"),
    "EDAD": ("34", "treinta y dos", "tengo 51", "cuarenta y un años", "19 porfa"),
    "MEDIO": ("Banco", "la tienda", "2", "trasferencia", "Tinda", "en el banco porfa"),
}
"""By step: what is understood."""

NO_ANSWERS = (
    "¿quién es?",
    "mande",
    "luego le digo",
    "jajaja",
    "no sé",
    "👍👎",
    "qué onda con mi pedido",
    "asdf",
)
"""What answers no question: it is asked again."""

QUICK = ("hola", "perdón", "espere", "ya le digo")
"""Said right before an answer, in a message of its own."""

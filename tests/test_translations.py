"""Every text of the pages exists in Spanish, and what is compiled is what is written."""

from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.stand import ROOT

FOLDER = ROOT / "smartchat" / "translations" / "es" / "LC_MESSAGES"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def key(id_: object) -> object:
    """A message's id; that of a plural holds two texts."""
    return tuple(id_) if isinstance(id_, (list, tuple)) else id_


def written() -> dict[object, Message]:
    with (FOLDER / "messages.po").open("rb") as file:
        return {key(message.id): message for message in read_po(file, locale="es") if message.id}


def used() -> set[object]:
    found = extract_from_dir(
        ROOT / "smartchat",
        method_map=[("**.py", "python"), ("**/templates/**.html", "jinja2")],
        keywords=KEYWORDS,
    )
    return {key(id_) for _, _, id_, _, _ in found}


def test_every_text_of_the_pages_is_translated() -> None:
    translated = {id_ for id_, message in written().items() if message.string and all(message.string)}
    assert used() - translated == set()


def test_no_translation_is_left_over_from_a_text_that_is_gone() -> None:
    assert set(written()) - used() == set()


def test_the_compiled_translations_are_those_that_are_written() -> None:
    with (FOLDER / "messages.mo").open("rb") as file:
        compiled = {key(message.id): key(message.string) for message in read_mo(file) if message.id}
    assert compiled == {id_: key(message.string) for id_, message in written().items()}


def test_placeholders_survive_translation() -> None:
    wrong = [message.id for message in written().values() if list(message.check())]
    assert wrong == []


def test_the_domain_speaks_both_languages_for_every_code() -> None:
    from smartchat.domain.campaign import wording

    for messages in wording._MESSAGES.values():
        assert set(messages) == {"es", "en"}
        assert all(messages.values())


def test_the_translations_folder_is_where_flask_babel_looks() -> None:
    assert Path(FOLDER / "messages.mo").is_file()

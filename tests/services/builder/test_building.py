"""The builder's drafts and versions, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from smartchat import clock
from smartchat.db import db
from smartchat.domain.builder.editing import Document, Place, add, change, delete, move
from smartchat.models import ChatbotVersion
from smartchat.services.builder import building, chatbots
from smartchat.services.operations import users
from tests.services.conftest import SCRIPT

Edit = Callable[[Document], Document]


@pytest.fixture
def chatbot_id(app: Flask) -> Any:
    with app.app_context():
        imported = chatbots.import_script(SCRIPT, None, clock.now())
        assert imported.id is not None
        yield imported.id
        db.session.rollback()


def draft(chatbot_id: int) -> building.Draft:
    found = building.draft_of(chatbot_id)
    assert found is not None
    return found


def do(
    chatbot_id: int, edit: Edit, revision: int | None = None, author_id: int | None = None
) -> building.Built:
    at = draft(chatbot_id).revision if revision is None else revision
    return building.edit(chatbot_id, at, edit, author_id, clock.now())


def say(text: str) -> Edit:
    return lambda document: change(document, "SALUDO", {"id": "SALUDO", "type": "message", "text": text})


def said(document: Document) -> str:
    return str(next(step["text"] for step in document["steps"] if step["id"] == "SALUDO"))


def ids(document: Document) -> list[str]:
    return [step["id"] for step in document["steps"]]


def versions() -> int:
    return db.session.query(ChatbotVersion).count()


def test_looking_at_a_chatbot_makes_no_draft(chatbot_id: int) -> None:
    assert draft(chatbot_id).revision == 0
    assert draft(chatbot_id).unsaved == ()
    assert draft(chatbot_id).changed_at is None


def test_an_edit_is_kept_at_once_and_is_no_version_yet(chatbot_id: int) -> None:
    assert do(chatbot_id, say("Buenas."), author_id=None).done
    db.session.expire_all()
    assert said(draft(chatbot_id).document) == "Buenas."
    assert [found.step for found in draft(chatbot_id).unsaved] == ["SALUDO"]
    assert versions() == 1


def test_an_edit_of_an_older_revision_changes_nothing(chatbot_id: int) -> None:
    do(chatbot_id, say("Uno"))
    refused = do(chatbot_id, say("Dos"), revision=0)
    assert (refused.done, refused.late) == (False, True)
    assert said(draft(chatbot_id).document) == "Uno"


def test_the_draft_says_who_changed_it_last(chatbot_id: int) -> None:
    user = users.add("ana@example.com", "operator", None)
    do(chatbot_id, say("Uno"), author_id=user.id)
    assert draft(chatbot_id).changed_by == "ana@example.com"


def test_an_edit_that_leaves_no_script_is_refused_with_its_problems(chatbot_id: int) -> None:
    refused = do(chatbot_id, say(""))
    assert not refused.done
    assert [problem.code for problem in refused.problems] == ["empty_text"]
    assert said(draft(chatbot_id).document) == "Hola {{NOMBRE}}."


def test_undo_and_redo_walk_through_the_edits(chatbot_id: int) -> None:
    for text in ("Uno", "Dos"):
        do(chatbot_id, say(text))
    seen = []
    for step in (building.undo, building.undo, building.redo, building.redo):
        assert step(chatbot_id, draft(chatbot_id).revision, None, clock.now()).done
        seen.append(said(draft(chatbot_id).document))
    assert seen == ["Uno", "Hola {{NOMBRE}}.", "Uno", "Dos"]


def test_a_new_edit_forgets_what_was_undone(chatbot_id: int) -> None:
    do(chatbot_id, say("Uno"))
    building.undo(chatbot_id, draft(chatbot_id).revision, None, clock.now())
    do(chatbot_id, say("Dos"))
    assert not draft(chatbot_id).redoable


def test_undo_goes_back_fifty_edits(chatbot_id: int) -> None:
    for number in range(building.MOST_UNDONE + 2):
        do(chatbot_id, say(str(number)))
    while draft(chatbot_id).undoable:
        building.undo(chatbot_id, draft(chatbot_id).revision, None, clock.now())
    assert said(draft(chatbot_id).document) == "1"


def test_a_save_is_a_version_with_its_author(chatbot_id: int) -> None:
    user = users.add("ana@example.com", "operator", None)
    do(chatbot_id, say("Buenas."))
    assert building.save(chatbot_id, draft(chatbot_id).revision, user.id, clock.now()).done
    newest = chatbots.newest_version(chatbot_id)
    assert newest is not None
    assert (newest.number, newest.author_id, said(newest.script)) == (2, user.id, "Buenas.")
    assert draft(chatbot_id).unsaved == ()


def test_a_save_without_a_change_makes_no_version(chatbot_id: int) -> None:
    for _ in range(2):
        assert building.save(chatbot_id, draft(chatbot_id).revision, None, clock.now()).done
    assert versions() == 1


def test_saving_twice_from_the_same_page_makes_one_version(chatbot_id: int) -> None:
    do(chatbot_id, say("Buenas."))
    revision = draft(chatbot_id).revision
    assert building.save(chatbot_id, revision, None, clock.now()).done
    assert building.save(chatbot_id, revision, None, clock.now()).late
    assert versions() == 2


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (say("Hola {{NADIE}}"), "unknown_reference"),
        (say("Hola {{EDAD}}"), "later_reference"),
        (lambda document: delete(document, "NOMBRE"), "unknown_reference"),
        (lambda document: move(document, "NOMBRE", Place("after", "FIN")), "later_reference"),
    ],
)
def test_a_text_that_names_what_it_may_not_is_kept_in_the_draft_and_not_saved(
    chatbot_id: int, edit: Edit, code: str
) -> None:
    assert do(chatbot_id, edit).done
    refused = building.save(chatbot_id, draft(chatbot_id).revision, None, clock.now())
    assert not refused.done
    assert code in [problem.code for problem in refused.problems]
    assert versions() == 1


def test_other_problems_do_not_keep_a_version_from_being_saved(chatbot_id: int) -> None:
    do(chatbot_id, lambda document: {**document, "steps": []})
    assert [problem.code for problem in draft(chatbot_id).problems] == ["nothing_to_say"]
    assert building.save(chatbot_id, draft(chatbot_id).revision, None, clock.now()).done
    assert versions() == 2


def test_discarding_goes_back_to_the_newest_version_and_can_be_undone(chatbot_id: int) -> None:
    do(chatbot_id, say("Buenas."))
    assert building.discard(chatbot_id, draft(chatbot_id).revision, None, clock.now()).done
    assert draft(chatbot_id).unsaved == ()
    building.undo(chatbot_id, draft(chatbot_id).revision, None, clock.now())
    assert said(draft(chatbot_id).document) == "Buenas."


def test_restoring_makes_a_new_version_and_unsaved_edits_come_back_by_undo(chatbot_id: int) -> None:
    do(chatbot_id, say("Dos"))
    building.save(chatbot_id, draft(chatbot_id).revision, None, clock.now())
    do(chatbot_id, say("Sin guardar"))
    assert building.restore(chatbot_id, 1, None, clock.now()).done
    newest = chatbots.newest_version(chatbot_id)
    assert newest is not None
    assert (newest.number, said(newest.script)) == (3, "Hola {{NOMBRE}}.")
    building.undo(chatbot_id, draft(chatbot_id).revision, None, clock.now())
    assert said(draft(chatbot_id).document) == "Sin guardar"


def test_a_version_that_does_not_exist_cannot_be_restored(chatbot_id: int) -> None:
    with pytest.raises(LookupError):
        building.restore(chatbot_id, 9, None, clock.now())


def test_a_new_chatbot_has_a_first_version_without_steps(app: Flask) -> None:
    with app.app_context():
        chatbot_id = building.create("Encuesta", "en", None, clock.now())
        found = draft(chatbot_id)
        assert (found.chatbot.name, found.document["language"], found.document["steps"]) == (
            "Encuesta",
            "en",
            [],
        )
        assert "Encuesta" in [row.name for row in chatbots.list_chatbots()]


def test_a_new_step_is_added_to_an_empty_chatbot(app: Flask) -> None:
    with app.app_context():
        chatbot_id = building.create("Encuesta", "es", None, clock.now())
        assert do(chatbot_id, lambda document: add(document, "message", None, "es")[0]).done
        assert ids(draft(chatbot_id).document) == ["MENSAJE"]


def test_there_is_no_draft_of_a_chatbot_that_does_not_exist(app: Flask) -> None:
    with app.app_context():
        assert building.draft_of(99) is None
        with pytest.raises(LookupError):
            building.edit(99, 0, lambda document: document, None, clock.now())


def test_undoing_a_reworded_option_brings_the_conditions_old_text_back(chatbot_id: int) -> None:
    choice = {"id": "MEDIO", "type": "multiple_choice", "text": "¿Cómo?", "options": ["Banco", "Tienda"]}
    waits = {"id": "F", "type": "flow", "display_if": "MEDIO == 'Tienda'", "steps": []}
    do(chatbot_id, lambda document: {**document, "steps": [*document["steps"], choice, waits]})
    before = draft(chatbot_id).document
    do(chatbot_id, lambda d: change(d, "MEDIO", {**choice, "options": ["Banco", "Súper"]}))
    assert draft(chatbot_id).document["steps"][-1]["display_if"] == "MEDIO == 'Súper'"
    building.undo(chatbot_id, draft(chatbot_id).revision, None, clock.now())
    assert draft(chatbot_id).document == before

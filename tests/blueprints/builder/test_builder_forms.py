"""The forms of the steps that decide, calculate and ask other systems: from the script to the page and back."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from smartchat.forms.steps import FORMS, StepForm

STEPS: dict[str, dict[str, Any]] = {
    "simple": {"id": "F", "type": "flow", "display_if": {"step": "PAGA", "equals": "no"}, "steps": []},
    "equals sign": {"id": "F", "type": "flow", "display_if": {"step": "X", "equals": "a=b"}, "steps": []},
    "number": {"id": "F", "type": "flow", "display_if": {"step": "EDAD", "equals": 3}, "steps": []},
    "complex": {"id": "F", "type": "flow", "display_if": "PAGA == 'no' && MONTO > 500", "steps": []},
    "math": {"id": "T", "type": "math", "formula": "MONTO * 1.16", "description": "con IVA"},
    "external": {
        "id": "E",
        "type": "external",
        "method": "POST",
        "url": "https://example.com/{{NOMBRE}}",
        "headers": {"X-Key": "a: b"},
        "body": '{"a": "{{NOMBRE}}"}',
        "values": {"SALDO": "balance.amount"},
        "on_failure": "hand_over",
    },
    "hand over": {"id": "H", "type": "hand_over", "note": "Pidió ayuda"},
}


def shown(step: dict[str, Any]) -> StepForm:
    form = FORMS[step["type"]](formdata=None)
    form.show(step)
    return form


def sent(form: StepForm, **changes: str) -> StepForm:
    """The form as a browser sends it back."""
    values = {field.name: field._value() for field in form if hasattr(field, "_value")}
    values |= {field.name: field.data for field in form if field.type in ("SelectField", "RadioField")}
    return type(form)(formdata=MultiDict({**values, **changes}))


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_step_comes_back_from_its_form_as_it_was(app: Flask, step: dict[str, Any]) -> None:
    with app.test_request_context():
        form = sent(shown(step))
        assert form.validate(), form.errors
        assert form.step_json() == step


def test_a_new_flow_asks_for_a_condition(app: Flask) -> None:
    with app.test_request_context():
        form = sent(shown({"id": "F", "type": "flow", "display_if": "1 == 1", "steps": []}))
        assert not form.validate()
        assert list(form.errors) == ["simple"]


@pytest.mark.parametrize("typed", ["PAGA", "PAGA=no", "=1", "PAGA={"])
def test_a_condition_that_no_page_offers_is_refused(app: Flask, typed: str) -> None:
    with app.test_request_context():
        form = sent(shown(STEPS["simple"]), simple=typed)
        assert not form.validate()


@pytest.mark.parametrize(
    ("field", "typed"), [("values", "SALDO"), ("values", "A=x\nA=y"), ("headers", "X-Key=1")]
)
def test_a_line_that_is_no_pair_is_named(app: Flask, field: str, typed: str) -> None:
    with app.test_request_context():
        form = sent(shown(STEPS["external"]), **{field: typed})
        assert not form.validate()
        assert list(form.errors) == [field]

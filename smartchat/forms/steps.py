"""The builder's forms, one for each type of step: its fields are those of the script file, in an operator's words."""

import json
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from smartchat.domain.builder.editing import ALWAYS, StepJson
from smartchat.domain.script.reserved import RESERVED_IDS
from smartchat.domain.script.steps import DEFAULT_RETRIES
from smartchat.domain.script.texts import LONGEST_BODY, is_id

from .row_number import RowNumber
from .step_fields import Buttons, Lines, Pairs, WholeNumber, choices

_SAID = {"rows": 3, "maxlength": LONGEST_BODY, "data-suggest": "usable", "spellcheck": "true"}
_CODE = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
_SUGGESTING = {**_CODE, "data-suggest": "usable"}
_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


def _trimmed(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def _required(sentence: Any) -> list[Any]:
    return [DataRequired(sentence), Length(max=LONGEST_BODY, message=_l("At most 1,600 characters fit."))]


def _said(label: Any, sentence: Any, **more: Any) -> TextAreaField:
    return TextAreaField(
        label, filters=[_trimmed], validators=_required(sentence), render_kw={**_SAID, **more}
    )


class StepForm(FlaskForm):  # type: ignore[misc]
    """What every step has. `proposed` is the ID that the page proposed: as long as it stands, it follows the text."""

    type_ = ""
    main: tuple[str, ...] = ()  # what is shown at once; everything else is folded away
    more: tuple[str, ...] = ()

    id = StringField(_l("Unique ID"), filters=[_trimmed], render_kw={"maxlength": 100, **_CODE})
    proposed = HiddenField()
    revision = RowNumber(widget=HiddenInput(), default=0)

    def validate_id(self, field: Field) -> None:
        if not is_id(field.data):
            raise ValidationError(_("Use letters, digits and _, and start with a letter."))
        if field.data in RESERVED_IDS:
            raise ValidationError(
                _("%(id)s is a reserved word. Use another one, such as %(id)s_2.", id=field.data)
            )

    def show(self, step: StepJson) -> None:
        """Fills the form from a step."""
        for name in self.fields():
            if name in step:
                self[name].data = step[name]
        self.id.data = step["id"]

    def step_json(self) -> StepJson:
        """The step that the form describes; what is empty is left out."""
        step: StepJson = {"id": self.id.data, "type": self.type_}
        given = {name: self[name].data for name in self.fields()}
        return step | {name: value for name, value in given.items() if value not in (None, "")}

    def fields(self) -> tuple[str, ...]:
        """The names of the fields that are called as in the script file."""
        return tuple(name for name in (*self.main, *self.more) if name != "id")


class TemplateForm(StepForm):
    """A step that WhatsApp may send as a template. `template` holds its fields, folded away."""

    template: tuple[str, ...] = ("content_sid", "variables", "buttons")

    content_sid = StringField(
        _l("WhatsApp template (ContentSid)"), filters=[_trimmed], render_kw={"placeholder": "HX…", **_CODE}
    )
    variables = Pairs(_l("Values of the template"), render_kw={"rows": 2, **_SUGGESTING})
    buttons = Buttons(_l("Buttons of the template"), render_kw={"rows": 3, **_CODE})

    def validate_variables(self, field: Field) -> None:
        if field.data and not self.content_sid.data:
            raise ValidationError(_("These values belong to a template: fill in its ContentSid too."))

    def validate_buttons(self, field: Field) -> None:
        if field.data and not self.content_sid.data:
            raise ValidationError(_("These buttons belong to a template: fill in its ContentSid too."))

    def show(self, step: StepJson) -> None:
        super().show(step)
        template = step.get("template") or {}
        self.content_sid.data = template.get("content_sid", "")
        self.variables.data = template.get("variables", {})
        self.buttons.data = template.get("buttons", [])

    def step_json(self) -> StepJson:
        step = super().step_json()
        if not self.content_sid.data:
            return step
        template = {"content_sid": self.content_sid.data, "variables": self.variables.data}
        return step | {"template": template | ({"buttons": self.buttons.data} if self.buttons.data else {})}


class MessageForm(TemplateForm):
    type_ = "message"
    main = ("text",)
    more = ("media_url",)

    text = _said(_l("What it says"), _l("Write what the chatbot says."))
    media_url = StringField(
        _l("Picture or document (address)"),
        filters=[_trimmed],
        render_kw={"placeholder": "https://", "inputmode": "url", **_CODE},
    )


class QuestionForm(TemplateForm):
    main: tuple[str, ...] = ("text",)
    more = ("retries", "retry_message", "end_if_unsuccessful")

    text = _said(_l("What it asks"), _l("Write what the chatbot asks."))
    retries = WholeNumber(
        _l("How often it asks again"),
        default=str(DEFAULT_RETRIES),
        validators=[Optional(), NumberRange(0, 10, _l("From 0 to 10 times."))],
        render_kw=_NUMBER,
    )
    retry_message = TextAreaField(
        _l("What it says before it asks again"), filters=[_trimmed], render_kw={**_SAID, "rows": 2}
    )
    end_if_unsuccessful = BooleanField(_l("End the conversation when no answer is understood"))


class TextForm(QuestionForm):
    type_ = "text"
    main = ("text", "min_length", "max_length", "media")
    min_length = WholeNumber(_l("Characters, at least"), render_kw=_NUMBER)
    max_length = WholeNumber(_l("Characters, at most"), render_kw=_NUMBER)
    media = BooleanField(_l("A picture, a voice message, a place or a document is an answer too"))

    def step_json(self) -> StepJson:
        step = super().step_json()
        return step if step.pop("media") is not True else step | {"media": True}


class IntegerForm(QuestionForm):
    type_ = "integer"
    main = ("text", "min", "max")
    min = WholeNumber(_l("Smallest number"), render_kw=_NUMBER)
    max = WholeNumber(_l("Largest number"), render_kw=_NUMBER)


class DateForm(QuestionForm):
    type_ = "date"
    main = ("text", "min", "max")
    min = StringField(_l("Earliest day"), filters=[_trimmed], render_kw={"list": "days", **_CODE})
    max = StringField(_l("Latest day"), filters=[_trimmed], render_kw={"list": "days", **_CODE})


class MultipleChoiceForm(QuestionForm):
    type_ = "multiple_choice"
    main = ("text", "options", "answers", "show_options")
    options = Lines(_l("Options, one a line"), render_kw={"rows": 4, **_SUGGESTING})
    answers = SelectField(
        _l("How many may be chosen"),
        choices=choices({"single": _l("One of them"), "multiple": _l("One or more")}),
    )
    show_options = SelectField(
        _l("The options in the message"),
        choices=choices(
            {
                "": _l("Listed below the text, unless it names them all"),
                "yes": _l("Always listed below the text"),
                "no": _l("Never listed"),
            }
        ),
    )

    def validate_options(self, field: Field) -> None:
        if len(field.data or []) < 2:
            raise ValidationError(_("Write two options or more, each on a line of its own."))

    def show(self, step: StepJson) -> None:
        super().show(step)
        self.show_options.data = {None: "", True: "yes", False: "no"}[step.get("show_options")]

    def step_json(self) -> StepJson:
        step = super().step_json()
        shown = {"yes": True, "no": False}.get(step.pop("show_options", ""))
        return step if shown is None else step | {"show_options": shown}


class BinaryForm(QuestionForm):
    type_ = "binary"
    main = ("text", "kind")
    kind = SelectField(
        _l("What it takes"),
        choices=choices(
            {
                "yes_no": _l("Yes or no"),
                "gender": _l("Female or male"),
                "good_bad": _l("Good or bad"),
            }
        ),
    )


class EmailForm(QuestionForm):
    type_ = "email"


class CustomDataForm(StepForm):
    type_ = "custom_data"
    main = ("id", "data_type")
    data_type = SelectField(
        _l("What the column holds"),
        choices=choices(
            {
                "TEXT": _l("Text: anything"),
                "NUMBER": _l("Number, like 1350.50"),
                "DATE": _l("Date, as YYYY-MM-DD"),
            }
        ),
    )


class MathForm(StepForm):
    type_ = "math"
    main = ("formula",)
    more = ("description",)
    formula = StringField(
        _l("Formula"), filters=[_trimmed], validators=_required(_l("Write a formula, such as MONTO * 1.16.")),
        render_kw={**_SUGGESTING, "data-plain": "1"},
    )  # fmt: skip
    description = StringField(_l("What it is for (never sent)"), filters=[_trimmed])


class FlowForm(StepForm):
    type_ = "flow"
    main = ("when", "simple", "expression")

    when = RadioField(
        _l("When the steps inside run"),
        choices=choices(
            {
                "simple": _l("An earlier question has this answer"),
                "complex": _l("This expression is true"),
            }
        ),
        default="simple",
    )
    simple = StringField(_l("Question and answer"))  # the page shows it as a select of what was asked before
    expression = StringField(
        _l("Expression"), filters=[_trimmed], render_kw={**_SUGGESTING, "data-plain": "1"}
    )

    def validate_simple(self, field: Field) -> None:
        if self.when.data == "simple" and read_condition(field.data) is None:
            raise ValidationError(_("Choose an answer, or write an expression."))

    def validate_expression(self, field: Field) -> None:
        if self.when.data == "complex" and not field.data:
            raise ValidationError(_("Write an expression, such as PAGA == 'no' && MONTO > 500."))

    def show(self, step: StepJson) -> None:
        condition = step.get("display_if")
        self.id.data = step["id"]
        if isinstance(condition, dict):
            self.when.data, self.simple.data = "simple", condition_key(condition["step"], condition["equals"])
        else:
            self.when.data, self.expression.data = "complex", condition or ""
            if condition == ALWAYS:  # nobody has chosen yet
                self.when.data, self.expression.data = "simple", ""

    def step_json(self) -> StepJson:
        simple = read_condition(self.simple.data) if self.when.data == "simple" else None
        condition: Any = simple or self.expression.data
        return {"id": self.id.data, "type": "flow", "display_if": condition, "steps": []}


class ExternalForm(StepForm):
    type_ = "external"
    main = ("method", "url", "values", "on_failure")
    more = ("headers", "body")
    method = SelectField(_l("Method"), choices=choices({"GET": "GET", "POST": "POST"}))
    url = StringField(
        _l("Address"), filters=[_trimmed], validators=_required(_l("Write the address of the system.")),
        render_kw={"placeholder": "https://", **_SUGGESTING},
    )  # fmt: skip
    headers = Pairs(_l("Headers, one a line (Name: value)"), sign=":", render_kw={"rows": 2, **_SUGGESTING})
    body = TextAreaField(_l("Body (JSON)"), filters=[_trimmed], render_kw={"rows": 3, **_SUGGESTING})
    values = Pairs(
        _l("Values from its answer, one a line (ID=path)"),
        render_kw={"rows": 2, "placeholder": "SALDO=balance.amount", **_CODE},
    )
    on_failure = SelectField(
        _l("When the system does not answer"),
        choices=choices(
            {
                "continue": _l("Go on without the values"),
                "end": _l("End the conversation"),
                "hand_over": _l("Hand over to a person"),
            }
        ),
    )


class HandOverForm(StepForm):
    type_ = "hand_over"
    main = ("note",)
    note = TextAreaField(_l("Note for the person who takes over"), filters=[_trimmed], render_kw={"rows": 2})


class EndForm(StepForm):
    type_ = "end"
    main = ("text",)
    text = TextAreaField(_l("Last words (may be empty)"), filters=[_trimmed], render_kw=_SAID)


FORMS: dict[str, type[StepForm]] = {
    form.type_: form
    for form in (
        MessageForm, TextForm, IntegerForm, DateForm, MultipleChoiceForm, BinaryForm, EmailForm,
        CustomDataForm, MathForm, FlowForm, ExternalForm, HandOverForm, EndForm,
    )
}  # fmt: skip


def condition_key(id_: str, value: Any) -> str:
    """A SIMPLE condition as the value of an option in a page; IDs hold no `=`."""
    return f"{id_}={json.dumps(value, ensure_ascii=False)}"


def read_condition(key: str | None) -> dict[str, Any] | None:
    """The SIMPLE condition that a page's option stands for; None where it stands for none."""
    id_, sign, value = (key or "").partition("=")
    try:
        return {"step": id_, "equals": json.loads(value)} if sign and is_id(id_) else None
    except ValueError:
        return None

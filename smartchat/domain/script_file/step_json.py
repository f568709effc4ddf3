"""One step between its type and the object that stands for it in a script file. Defaults are left out."""

from collections.abc import Mapping
from typing import Any, assert_never

from smartchat.domain.script.steps import (
    DEFAULT_RETRIES,
    AnyQuestion,
    BinaryQuestion,
    Button,
    CustomData,
    DateQuestion,
    EmailQuestion,
    End,
    External,
    Flow,
    HandOver,
    IntegerQuestion,
    Math,
    Message,
    MultipleChoiceQuestion,
    Question,
    Simple,
    Step,
    Template,
    TextQuestion,
)


def step_from_json(data: Mapping[str, Any]) -> Step:
    """The step of an object that the schema has passed."""
    match data["type"]:
        case "message":
            return Message(
                id=data["id"],
                text=data["text"],
                media_url=data.get("media_url"),
                template=_template(data.get("template")),
            )
        case "custom_data":
            return CustomData(id=data["id"], data_type=data["data_type"])
        case "end":
            return End(id=data["id"], text=data.get("text"))
        case "math":
            return Math(id=data["id"], formula=data["formula"], description=data.get("description"))
        case "flow":
            steps = tuple(map(step_from_json, data["steps"]))
            return Flow(id=data["id"], display_if=_condition(data["display_if"]), steps=steps)
        case "external":
            return _external(data)
        case "hand_over":
            return HandOver(id=data["id"], note=data.get("note"))
        case _:
            return _question(data)


def step_json(step: Step) -> dict[str, Any]:
    """The object of a step; reading it gives an equal step."""
    match step:
        case Message():
            data = {
                "text": step.text,
                "media_url": step.media_url,
                "template": step.template and step.template.to_json(),
            }
            return {"id": step.id, "type": "message"} | _given(data)
        case CustomData():
            return {"id": step.id, "type": "custom_data", "data_type": step.data_type}
        case End():
            return {"id": step.id, "type": "end"} | _given({"text": step.text})
        case Math():
            told = {"formula": step.formula, "description": step.description}
            return {"id": step.id, "type": "math"} | _given(told)
        case Flow():
            condition = step.display_if
            if isinstance(condition, Simple):
                display_if: Any = {"step": condition.step, "equals": condition.equals}
            else:
                display_if = condition
            inner = [step_json(other) for other in step.steps]
            return {"id": step.id, "type": "flow", "display_if": display_if, "steps": inner}
        case External():
            return _external_json(step)
        case HandOver():
            return {"id": step.id, "type": "hand_over"} | _given({"note": step.note})
        case Question():
            return _question_json(step)
        case _:
            assert_never(step)


def _condition(data: Any) -> Simple | str:
    if isinstance(data, str):
        return data
    return Simple(step=data["step"], equals=str(data["equals"]))


def _external(data: Mapping[str, Any]) -> External:
    return External(
        id=data["id"],
        url=data["url"],
        method=data.get("method", "GET"),
        headers=tuple(data.get("headers", {}).items()),
        body=data.get("body"),
        values=tuple(data.get("values", {}).items()),
        on_failure=data.get("on_failure", "continue"),
    )


def _external_json(step: External) -> dict[str, Any]:
    data = {"id": step.id, "type": "external", "method": step.method, "url": step.url}
    data |= _given({"headers": dict(step.headers), "body": step.body, "values": dict(step.values)})
    return data | {"on_failure": step.on_failure}


def _question(data: Mapping[str, Any]) -> AnyQuestion:
    shared: dict[str, Any] = {
        "id": data["id"],
        "text": data["text"],
        "template": _template(data.get("template")),
        "retries": int(data.get("retries", DEFAULT_RETRIES)),
        "retry_message": data.get("retry_message") or None,
        "end_if_unsuccessful": data.get("end_if_unsuccessful", False),
    }
    match data["type"]:
        case "text":
            return TextQuestion(
                **shared,
                min_length=_whole(data, "min_length"),
                max_length=_whole(data, "max_length"),
                media=data.get("media", False),
            )
        case "integer":
            return IntegerQuestion(**shared, min=_whole(data, "min"), max=_whole(data, "max"))
        case "date":
            return DateQuestion(**shared, min=data.get("min"), max=data.get("max"))
        case "multiple_choice":
            return MultipleChoiceQuestion(
                **shared,
                options=tuple(data["options"]),
                multiple=data.get("answers", "single") == "multiple",
                show_options=data.get("show_options"),
            )
        case "binary":
            return BinaryQuestion(**shared, kind=data.get("kind", "yes_no"))
        case "email":
            return EmailQuestion(**shared)
        case unknown:
            raise ValueError(f"the schema lets through a step type that nobody reads: {unknown!r}")


def _question_json(step: AnyQuestion) -> dict[str, Any]:
    own: dict[str, Any]
    match step:
        case TextQuestion():
            kind, own = "text", {"min_length": step.min_length, "max_length": step.max_length}
            own["media"] = step.media or None
        case IntegerQuestion():
            kind, own = "integer", {"min": step.min, "max": step.max}
        case DateQuestion():
            kind, own = "date", {"min": step.min, "max": step.max}
        case MultipleChoiceQuestion():
            answers = "multiple" if step.multiple else "single"
            kind, own = "multiple_choice", {"answers": answers, "options": list(step.options)}
            own["show_options"] = step.show_options
        case BinaryQuestion():
            kind, own = "binary", {"kind": step.kind}
        case EmailQuestion():
            kind, own = "email", {}
        case _:
            assert_never(step)
    template = step.template and step.template.to_json()
    data = {"id": step.id, "type": kind, "text": step.text} | _given({"template": template, **own})
    data |= _given({"retries": step.retries, "retry_message": step.retry_message})
    return data | ({"end_if_unsuccessful": True} if step.end_if_unsuccessful else {})


def _template(data: Mapping[str, Any] | None) -> Template | None:
    if data is None:
        return None
    return Template(
        content_sid=data["content_sid"],
        variables=tuple(data.get("variables", {}).items()),
        buttons=tuple(map(_button, data.get("buttons", ()))),
    )


def _button(data: str | Mapping[str, Any]) -> Button:
    if isinstance(data, str):
        return Button(text=data)
    return Button(text=data["text"], payload=data.get("payload"), answer=data.get("answer"))


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}


def _whole(data: Mapping[str, Any], key: str) -> int | None:
    """JSON knows no whole numbers: 3.0 passes the schema as an integer."""
    value = data.get(key)
    return None if value is None else int(value)

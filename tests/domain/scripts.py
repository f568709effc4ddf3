"""Scripts for tests: a short way to write one, and any valid one for hypothesis."""

from typing import Any

from hypothesis import strategies as st

from smartchat.domain.script import Script, read_script

WORDS = ["hola", "sí", "su saldo de $", "¿Podrá?", "👍", "{", "}", "\n", "  ", "número", "1"]
OPTIONS = [
    "Banco",
    "Tienda",
    "Transferencia",
    "Sí",
    "No",
    "2 personas",
    "10",
    "Lunes por la mañana",
    "¿?",
    "👍",
]
HOURS = {"opens": "08:00", "closes": "21:00", "utc_offset": "-05:00"}


def data_of(*steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A script file's content around some steps."""
    return {"name": "Prueba", "language": "es", "steps": list(steps)} | fields


def script_of(*steps: dict[str, Any], **fields: Any) -> Script:
    """A script that must be right."""
    script, problems = read_script(data_of(*steps, **fields))
    assert script is not None
    assert problems == ()
    return script


def message(id_: str = "M", text: str = "Hola.", **fields: Any) -> dict[str, Any]:
    return {"id": id_, "type": "message", "text": text} | fields


def question(type_: str = "text", id_: str = "Q", text: str = "¿Qué?", **fields: Any) -> dict[str, Any]:
    if type_ == "multiple_choice":
        fields = {"options": ["Banco", "Tienda"]} | fields
    return {"id": id_, "type": type_, "text": text} | fields


def custom(id_: str, data_type: str = "TEXT") -> dict[str, Any]:
    return {"id": id_, "type": "custom_data", "data_type": data_type}


@st.composite
def texts(draw: st.DrawFn, ids: list[str]) -> str:
    """A text with references to some of the ids."""
    parts = draw(st.lists(st.sampled_from([*WORDS, *(f"{{{{{id_}}}}}" for id_ in ids)]), max_size=8))
    return draw(st.sampled_from(["a", "é"])) + " ".join(parts)


@st.composite
def steps(draw: st.DrawFn, id_: str, ids: list[str], dates: list[str]) -> dict[str, Any]:
    """Any step but an End; `ids` and `dates` are those of earlier steps with values."""
    kind = draw(
        st.sampled_from(
            ["message", "custom_data", "text", "integer", "date", "multiple_choice", "binary", "email"]
        )
    )
    step: dict[str, Any] = {"id": id_, "type": kind}
    if kind == "custom_data":
        return step | {"data_type": draw(st.sampled_from(["TEXT", "NUMBER", "DATE"]))}
    step["text"] = draw(st.one_of(texts(ids), *([st.just(f"{{{{{ids[0]}}}}}")] if ids else [])))
    if kind == "message":
        if draw(st.booleans()):
            step["media_url"] = "https://example.com/foto.jpg"
        return step
    step["retries"] = draw(st.integers(0, 3))
    step["end_if_unsuccessful"] = draw(st.booleans())
    if draw(st.booleans()):
        step["retry_message"] = draw(texts(ids))
    return step | draw(limits(kind, dates))


@st.composite
def limits(draw: st.DrawFn, kind: str, dates: list[str]) -> dict[str, Any]:
    """What only one type of question has."""
    low, high = sorted((draw(st.integers(1, 30)), draw(st.integers(1, 30))))
    match kind:
        case "text":
            return {"min_length": low, "max_length": high}
        case "integer":
            return {"min": low, "max": high}
        case "date":
            return {"min": draw(st.sampled_from(["TODAY", "2026-01-01", *dates]))}
        case "multiple_choice":
            options = draw(st.lists(st.sampled_from(OPTIONS), min_size=2, max_size=5, unique=True))
            return {"options": options, "answers": draw(st.sampled_from(["single", "multiple"]))}
        case "binary":
            return {"kind": draw(st.sampled_from(["yes_no", "gender", "good_bad"]))}
        case _:
            return {}


@st.composite
def script_data(draw: st.DrawFn) -> dict[str, Any]:
    """The content of a script file without errors."""
    listed: list[dict[str, Any]] = [message()]
    ids: list[str] = []
    dates: list[str] = []
    for number in range(draw(st.integers(0, 7))):
        step = draw(steps(f"P{number}", list(ids), list(dates)))
        listed.append(step)
        if step["type"] != "message":
            ids.append(step["id"])
        if step["type"] == "date" or step.get("data_type") == "DATE":
            dates.append(step["id"])
    if draw(st.booleans()):
        listed.append({"id": "FIN", "type": "end"} | draw(st.sampled_from([{}, {"text": "Adiós"}])))
    return data_of(*listed, language=draw(st.sampled_from(["es", "en"])), active_hours=HOURS)


scripts = script_data().map(lambda data: script_of(*data["steps"], language=data["language"]))
ANSWERS = [
    "sí", "no", "no sé", "", " ", "3", "tres", "banco", "la segunda", "1 y 2", "mañana", "hoy", "20/09/2027", "hombre",
    "bien", "juan@example.com", "¿qué?", "{{P0}}", "STOP", "👍", "x" * 2000, "\ud800", "\x00", "9" * 5000, "no, sí voy",
]  # fmt: skip
answers = st.one_of(st.sampled_from(ANSWERS), st.text(max_size=40))


@st.composite
def conditions(draw: st.DrawFn, ids: list[str]) -> Any:
    """An expression over earlier values, or nothing but numbers."""
    left = draw(st.sampled_from([*ids, "1", "'x'"]))
    right = draw(st.sampled_from([*ids, "3", "'yes'", "'Banco'", "'2026-12-01'"]))
    compared = f"{left} {draw(st.sampled_from(['==', '!=', '<', '<=', '>', '>=']))} {right}"
    if draw(st.booleans()):
        return compared
    return f"({compared}) {draw(st.sampled_from(['&&', '||']))} 2 > 1"


@st.composite
def step_lists(
    draw: st.DrawFn, prefix: str, ids: list[str], dates: list[str], depth: int
) -> list[dict[str, Any]]:
    """Steps of all types, flows inside flows; `ids` and `dates` grow with what has a value."""
    listed: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 4))):
        id_ = f"{prefix}{number}"
        kind = draw(st.sampled_from(["plain", "plain", "math", "flow", "external"]))
        if kind == "flow" and depth < 3:
            display_if = draw(conditions(list(ids)))
            inner = draw(step_lists(f"{id_}_", ids, dates, depth + 1))
            if inner and draw(st.booleans()):
                inner.append({"id": f"{id_}_X", "type": draw(st.sampled_from(["end", "hand_over"]))})
            listed.append(
                {"id": id_, "type": "flow", "display_if": display_if, "steps": inner or [message(f"{id_}_M")]}
            )
        elif kind == "math":
            listed.append(
                {"id": id_, "type": "math", "formula": f"({draw(st.integers(0, 9))} - 4) / 2 * 1.5"}
            )
            ids.append(id_)
        elif kind == "external":
            listed.append(
                {
                    "id": id_,
                    "type": "external",
                    "method": draw(st.sampled_from(["GET", "POST"])),
                    "url": "https://example.com/" + "".join(f"{{{{{other}}}}}" for other in ids[:2]),
                    "headers": {"X-A": "".join(f"{{{{{other}}}}}" for other in ids[:1]) or "a"},
                    "body": draw(texts(list(ids))),
                    "values": {f"{id_}_V": "a.b"},
                    "on_failure": draw(st.sampled_from(["continue", "end", "hand_over"])),
                }
            )
            ids.append(f"{id_}_V")
        else:
            step = draw(steps(id_, list(ids), list(dates)))
            listed.append(step)
            if step["type"] != "message":
                ids.append(id_)
            if step["type"] == "date" or step.get("data_type") == "DATE":
                dates.append(id_)
    return listed


@st.composite
def branching_scripts(draw: st.DrawFn) -> Script:
    """Scripts with every type of step."""
    listed = draw(step_lists("P", [], [], 0))
    return script_of(message(), *listed, language=draw(st.sampled_from(["es", "en"])), active_hours=HOURS)

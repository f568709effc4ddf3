"""Scripts for tests: a short way to write one, and any valid one for hypothesis."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from smartchat.domain.script.script import Script
from smartchat.domain.script_file.reading import read_script

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


@dataclass
class Known:
    """What steps so far gave names to: what later ones may use."""

    ids: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0

    def next_id(self) -> str:
        self.count += 1
        return f"P{self.count - 1}"

    def learn(self, step: dict[str, Any]) -> None:
        kind = step["type"]
        if kind in ("flow", "message"):
            return
        given = list(step["values"]) if kind == "external" else [step["id"]]
        self.ids += given
        if kind == "date" or step.get("data_type") == "DATE":
            self.dates += given
        if kind in ("integer", "math", "external") or step.get("data_type") == "NUMBER":
            self.numbers += given
        if kind in ("binary", "multiple_choice"):
            self.values[step["id"]] = step.get("options") or BINARY_VALUES[step["kind"]]


BINARY_VALUES = {"yes_no": ["yes", "no"], "gender": ["female", "male"], "good_bad": ["good", "bad"]}


@st.composite
def formulas(draw: st.DrawFn, numbers: list[str]) -> str:
    operand = st.sampled_from(["1.16", "0", "-2", "(3 - 3)", "999999999", *numbers])
    operator = st.sampled_from(["+", "-", "*", "/"])
    parts = [draw(operand)]
    for _ in range(draw(st.integers(0, 3))):
        parts += [draw(operator), draw(operand)]
    return " ".join(parts)


@st.composite
def conditions(draw: st.DrawFn, known: Known) -> Any:
    """A simple condition or an expression over what is known."""
    if known.values and draw(st.booleans()):
        id_ = draw(st.sampled_from(sorted(known.values)))
        return {"step": id_, "equals": draw(st.sampled_from(known.values[id_]))}
    side = st.sampled_from(["3", "'no'", "'2026-12-01'", '"Banco"', *known.ids])
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        comparison = draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
        parts.append(f"{draw(side)} {comparison} {draw(side)}")
    return draw(st.sampled_from([" && ", " || "])).join(parts)


@st.composite
def actions(draw: st.DrawFn, known: Known, depth: int) -> dict[str, Any]:
    """A calculation, a flow with steps of its own, or another system."""
    step: dict[str, Any] = {"id": known.next_id()}
    match draw(st.sampled_from(["math", "external", "flow"] if depth else ["math", "external"])):
        case "math":
            return step | {"type": "math", "formula": draw(formulas(known.numbers))}
        case "flow":
            condition = draw(conditions(known))
            return step | {"type": "flow", "display_if": condition, "steps": draw(lists(known, depth - 1, 1))}
        case _:
            text = draw(st.sampled_from(["fijo", *(f"{{{{{id_}}}}}" for id_ in known.ids)]))
            return step | {
                "type": "external",
                "method": draw(st.sampled_from(["GET", "POST"])),
                "url": f"https://example.com/{text}",
                "headers": {"X-Dato": text},
                "body": f'{{"dato": "{text}"}}',
                "values": {f"{step['id']}_{name}": f"datos.{name}" for name in ("A", "B")},
                "on_failure": draw(st.sampled_from(["continue", "end", "hand_over"])),
            }


@st.composite
def lists(draw: st.DrawFn, known: Known, depth: int, least: int) -> list[dict[str, Any]]:
    """Steps one after the other, with an End or a handing over only as the last of them."""
    listed: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(least, 6 if depth == DEPTH else 3))):
        if draw(st.integers(0, 2)):
            step = draw(steps(known.next_id(), list(known.ids), list(known.dates)))
        else:
            step = draw(actions(known, depth))
        known.learn(step)
        listed.append(step)
    last = {"id": known.next_id()}
    match draw(st.integers(0, 5)):
        case 0:
            listed.append(last | {"type": "end"} | draw(st.sampled_from([{}, {"text": "Adiós"}])))
        case 1:
            listed.append(last | {"type": "hand_over", "note": "quiere hablar con alguien"})
    return listed


DEPTH = 3


@st.composite
def branching_scripts(draw: st.DrawFn) -> Script:
    """Scripts with every type of step."""
    listed = draw(lists(Known(), DEPTH, 0))
    return script_of(message(), *listed, language=draw(st.sampled_from(["es", "en"])), active_hours=HOURS)

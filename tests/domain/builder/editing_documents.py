"""Documents for the tests of the editor: any tree of steps, whose texts, formulas and conditions name each other."""

from typing import Any

from hypothesis import strategies as st

from tests.domain.script.scripts import custom, data_of, message, question

IDS = ["A", "B", "NOMBRE", "MONTO", "AÑO", "P_1"]


def flow(id_: str = "F", *steps: dict[str, Any], display_if: Any = "1 == 1") -> dict[str, Any]:
    return {"id": id_, "type": "flow", "display_if": display_if, "steps": list(steps)}


def external(id_: str = "E", **fields: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "type": "external",
        "method": "GET",
        "url": "https://example.com",
        "values": {},
    } | fields


def math(id_: str = "T", formula: str = "1 + 1") -> dict[str, Any]:
    return {"id": id_, "type": "math", "formula": formula}


def reminder() -> dict[str, Any]:
    """Every place where an ID can be named, here MONTO."""
    return data_of(
        custom("MONTO", "NUMBER"),
        message(
            "SALUDO", "Debe {{ MONTO }}.", template={"content_sid": "HX", "variables": {"1": "{{MONTO}}"}}
        ),
        question("date", "DIA", "¿Qué día?", min="MONTO", max="TODAY", retry_message="{{MONTO}}"),
        question("multiple_choice", "MEDIO", options=["Banco {{MONTO}}", "Tienda"]),
        math("TOTAL", "MONTO * 2 + MONTO_2"),
        flow("SI", message("OTRO", "{{MONTO}}"), display_if={"step": "MONTO", "equals": "MONTO"}),
        flow("NO", display_if="MONTO > 5 && MEDIO == 'MONTO' || \"MONTO\" == MEDIO"),
        external(
            "E", url="https://example.com/{{MONTO}}", headers={"X": "{{MONTO}}"}, body='{"a": "{{MONTO}}"}'
        ),
        {"id": "FIN", "type": "end", "text": "Adiós {{MONTO}}"},
    )


@st.composite
def steps(draw: st.DrawFn, id_: str, ids: list[str], deeper: int) -> dict[str, Any]:
    other = draw(st.sampled_from(ids))
    kind = draw(st.sampled_from(["message", "integer", "custom_data", "math", "external", "flow"]))
    match kind:
        case "message":
            return message(id_, f"Hola {{{{{other}}}}} MONTO")
        case "custom_data":
            return custom(id_)
        case "math":
            return math(id_, f"{other} + 1")
        case "external":
            return external(id_, url=f"https://example.com/{{{{{other}}}}}", values={f"V_{id_}": "a.b"})
        case "flow":
            count = draw(st.integers(0, 2)) if deeper else 0
            inner = [draw(steps(f"{id_}_{n}", ids, deeper - 1)) for n in range(count)]
            condition = draw(st.sampled_from([{"step": other, "equals": "x"}, f"{other} == 'x'"]))
            return flow(id_, *inner, display_if=condition)
        case _:
            return question(kind, id_, f"¿Cuántos, {{{{{other}}}}}?")


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Some steps; those inside flows are called after them."""
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, max_size=5, unique=True))
    return data_of(*(draw(steps(id_, ids, 2)) for id_ in ids))

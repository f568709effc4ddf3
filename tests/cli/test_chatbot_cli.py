"""`flask chatbot …`: check, talk, import, export, list."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from smartchat.cli import chatbots
from smartchat.cli.chatbots import group
from smartchat.domain.conversation.dialogue import advance
from smartchat.services.builder import trying
from tests import conversations
from tests.studio.flows import flow, send, state, to

EXAMPLE = conversations.ROOT / "examples" / "recordatorio-de-pago.json"
OWNERS = ["--data", "NOMBRE=Carlos", "--data", "MONTO=1200", "--data", "FECHA=2016-12-25"]


def run(*args: str, lines: str = "") -> Result:
    """A command that needs no application."""
    return CliRunner().invoke(group, args, input=lines)


def run_in(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=["chatbot", *args])


def file_of(folder: Path, content: object) -> str:
    path = folder / "chatbot.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def reports(result: Result) -> list[dict[str, Any]]:
    """The JSON objects of the standard output, a line each."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def broken(*steps: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "Roto",
        "language": "es",
        "steps": [{"id": "A", "type": "message", "text": "{{B}}"}, *steps],
    }


def test_check_says_that_a_script_is_right() -> None:
    result = run("check", str(EXAMPLE))
    assert (result.exit_code, result.stdout) == (0, "The chatbot is right.\n")


def test_check_names_step_and_place_of_a_problem(tmp_path: Path) -> None:
    result = run("check", file_of(tmp_path, broken()), "--lang", "es")
    assert result.exit_code == 1
    assert result.stderr.startswith("Paso A, texto: Ningún paso tiene el identificador único «B».")
    assert result.stdout == "El chatbot tiene errores: 1.\n"


def test_check_reports_as_json(tmp_path: Path) -> None:
    result = run("check", file_of(tmp_path, broken()), "--json")
    (report,) = reports(result)
    assert result.exit_code == 1
    assert (report["ok"], report["name"]) == (False, "Roto")
    (problem,) = report["problems"]
    assert {**problem, "message": ""} == {
        "code": "unknown_reference",
        "severity": "error",
        "step": "A",
        "place": "/steps/0/text",
        "position": 0,
        "message": "",
    }


@pytest.mark.parametrize("command", ["check", "talk"])
def test_a_file_that_is_no_json_is_refused_with_line_and_column(command: str, tmp_path: Path) -> None:
    result = run(command, file_of(tmp_path, '{\n  "name": }'))
    assert result.exit_code == 1
    assert "line 2, column 11" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["check", "talk", "import"])
def test_a_missing_file_is_a_sentence(command: str) -> None:
    result = run(command, "nowhere.json")
    assert result.exit_code == 2
    assert "nowhere.json" in result.stderr


@pytest.mark.parametrize("name", list(filter(conversations.in_single_lines, conversations.names())))
def test_a_conversation_in_the_terminal_goes_as_written(name: str, tmp_path: Path) -> None:
    case = conversations.load(name)
    pairs = [part for id_, value in case["data"].items() for part in ("--data", f"{id_}={value}")]
    lines = "".join(f"{turn['in']}\n" for turn in case["turns"])
    result = run(
        "talk", file_of(tmp_path, case["script"]), *pairs, "--now", case["now"], "--json", lines=lines
    )
    assert result.exit_code == 0
    opening, *turns = reports(result)
    assert (opening["replies"], opening["understood"]) == (case["opening"], None)
    assert [turn["replies"] for turn in turns] == [turn["out"] for turn in case["turns"]]
    assert [turn["understood"] for turn in turns] == [turn["understood"] for turn in case["turns"]]
    assert turns[-1]["values"] == case["values"]
    assert turns[-1]["ended"] is (case["status"] in ("completed", "ended"))


def test_talk_prints_the_replies() -> None:
    result = run("talk", str(EXAMPLE), *OWNERS, lines="no sé\n")
    assert result.stdout.splitlines() == [
        "Hola Carlos, le escribe Crédito Vecino. Su pago de $1200 vence el 2016-12-25.",
        "¿Podrá pagar a tiempo?",
        "Disculpe, no le entendí. Responda sí o no, por favor.",
        "¿Podrá pagar a tiempo?",
    ]


def test_talk_stops_when_the_conversation_ends(tmp_path: Path) -> None:
    script = {"name": "Uno", "language": "es", "steps": [{"id": "A", "type": "message", "text": "Adiós."}]}
    assert run("talk", file_of(tmp_path, script), lines="hola\nhola\n").stdout == "Adiós.\n"


def test_talk_calls_no_other_system_and_goes_on_as_if_it_had_failed(tmp_path: Path) -> None:
    steps = [
        {"id": "X", "type": "external", "url": "http://127.0.0.1:9/", "values": {"SALDO": "a"}},
        {"id": "DOBLE", "type": "math", "formula": "SALDO * 2"},
        {"id": "A", "type": "message", "text": "Saldo: [{{SALDO}}]"},
    ]
    result = run("talk", file_of(tmp_path, {"name": "Uno", "language": "es", "steps": steps}), "--json")
    assert reports(result) == [
        {
            "replies": ["Saldo: []"],
            "values": {"SALDO": None, "DOBLE": None},
            "ended": True,
            "understood": None,
        }
    ]
    assert "X: GET http://127.0.0.1:9/ is not called from here" in result.stderr
    assert result.stderr.splitlines() == [
        "[X: GET http://127.0.0.1:9/ is not called from here, so there are no values from it]",
        "[DOBLE: not calculated, because SALDO has no value]",
    ]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            [
                "[SI: skipped, because B and A have no value]",
                "[UNO: skipped, because A has no value]",
                "[RAZON: no value, because it divides by zero]",
                "[AYUDA: an operator answers from here on. Nota]",
            ],
        ),
        (
            "es",
            [
                "[SI: se omitió, porque B y A no tienen valor]",
                "[UNO: se omitió, porque A no tiene valor]",
                "[RAZON: sin valor, porque divide entre cero]",
                "[AYUDA: desde aquí contesta un operador. Nota]",
            ],
        ),
    ],
)
def test_talk_says_in_a_sentence_what_was_missing(lang: str, expected: list[str], tmp_path: Path) -> None:
    inside = [{"id": "M", "type": "message", "text": "Bien."}]
    steps = [
        {"id": "A", "type": "integer", "text": "¿A?", "retries": 0},
        {"id": "B", "type": "integer", "text": "¿B?", "retries": 0},
        {"id": "SI", "type": "flow", "display_if": "B > 1 && A > 1", "steps": inside},
        {"id": "UNO", "type": "flow", "display_if": "A > 1", "steps": [{**inside[0], "id": "M_2"}]},
        {"id": "RAZON", "type": "math", "formula": "1 / 0"},
        {"id": "AYUDA", "type": "hand_over", "note": "Nota"},
    ]
    path = file_of(tmp_path, {"name": "Uno", "language": "es", "steps": steps})
    assert run("talk", path, "--lang", lang, lines="no sé\nno sé\n").stderr.splitlines() == expected


def test_talk_stops_where_an_operator_takes_over(tmp_path: Path) -> None:
    steps = [
        {"id": "A", "type": "message", "text": "Ya viene."},
        {"id": "AYUDA", "type": "hand_over", "note": "pidió ayuda"},
    ]
    result = run("talk", file_of(tmp_path, {"name": "Uno", "language": "es", "steps": steps}), lines="hola\n")
    assert result.stdout == "Ya viene.\n"
    assert "AYUDA: an operator answers from here on. pidió ayuda" in result.stderr


def test_talk_says_which_values_are_missing() -> None:
    result = run("talk", str(EXAMPLE), "--data", "NOMBRE=Ana")
    assert result.exit_code == 0
    assert "MONTO, FECHA" in result.stderr


@pytest.mark.parametrize(
    "options", [["--data", "NOMBRES=Ana"], ["--data", "NOMBRE"], ["--now", "mañana"], ["--now", "2026-11-23"]]
)
def test_talk_refuses_options_that_mean_nothing(options: Sequence[str]) -> None:
    result = run("talk", str(EXAMPLE), *options)
    assert result.exit_code == 2
    assert options[0] in result.stderr


def test_talk_refuses_a_script_with_errors(tmp_path: Path) -> None:
    result = run("talk", file_of(tmp_path, broken()))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Step A" in result.stderr


def test_a_chatbot_comes_out_as_it_went_in(app: Flask, tmp_path: Path) -> None:
    imported = reports(run_in(app, "import", str(EXAMPLE), "--json"))[0]
    assert (imported["name"], imported["problems"]) == ("Recordatorio de pago", [])
    out = tmp_path / "out.json"
    assert run_in(app, "export", str(imported["id"]), "--out", str(out)).exit_code == 0
    again = reports(run_in(app, "import", str(out), "--json"))[0]
    assert again["id"] != imported["id"]
    first, second = (run_in(app, "export", str(report["id"])).stdout for report in (imported, again))
    assert json.loads(first) == json.loads(second) == json.loads(out.read_text("utf-8"))


def test_import_refuses_a_script_with_errors_and_saves_nothing(app: Flask, tmp_path: Path) -> None:
    result = run_in(app, "import", file_of(tmp_path, broken()), "--json")
    report = reports(result)[0]
    assert (result.exit_code, report["id"], report["name"]) == (1, None, "Roto")
    assert [problem["code"] for problem in report["problems"]] == ["unknown_reference"]
    assert reports(run_in(app, "list", "--json")) == [[]]


def test_import_refuses_a_file_that_is_no_json(app: Flask, tmp_path: Path) -> None:
    result = run_in(app, "import", file_of(tmp_path, "hola"), "--json")
    assert result.exit_code == 1
    assert [problem["code"] for problem in reports(result)[0]["problems"]] == ["not_json"]


def test_list_shows_what_contact_files_need(app: Flask) -> None:
    id_ = reports(run_in(app, "import", str(EXAMPLE), "--json"))[0]["id"]
    assert reports(run_in(app, "list", "--json")) == [
        [
            {
                "id": id_,
                "name": "Recordatorio de pago",
                "sender": "+15005550006",
                "custom_data": [
                    {"id": "NOMBRE", "type": "TEXT"},
                    {"id": "MONTO", "type": "NUMBER"},
                    {"id": "FECHA", "type": "DATE"},
                ],
            }
        ]
    ]
    assert "NOMBRE TEXT, MONTO NUMBER, FECHA DATE" in run_in(app, "list").stdout


def test_export_of_an_unknown_chatbot_is_a_sentence(app: Flask) -> None:
    result = run_in(app, "export", "999")
    assert result.exit_code == 1
    assert "There is no chatbot 999" in result.stderr


def test_import_of_a_studio_flow_names_what_it_left_out(app: Flask, tmp_path: Path) -> None:
    calls = state("call", "say-play", [to("audioComplete")])
    path = file_of(tmp_path, flow(send("hello", "Hi there.", "call"), calls))
    result = run_in(app, "import", path, "--json")
    report = reports(result)[0]
    assert (result.exit_code, report["id"], report["name"]) == (0, 1, "A flow")
    assert report["carried"] == ["Trigger", "hello"]
    assert [(one["name"], one["type"], one["code"]) for one in report["left_out"]] == [
        ("call", "say-play", "voice")
    ]
    assert report["left_out"][0]["reason"].startswith("It is for voice calls")


def test_import_tells_what_it_left_out_in_the_language_asked_for(app: Flask, tmp_path: Path) -> None:
    calls = state("call", "say-play", [to("audioComplete")])
    path = file_of(tmp_path, flow(send("hello", "Hi there.", "call"), calls))
    result = run_in(app, "import", path, "--lang", "es")
    assert (result.exit_code, result.stdout) == (0, "1 A flow\n")
    assert result.stderr.startswith("call (say-play): Es de llamadas de voz")


def test_a_script_file_has_no_list_of_what_was_left_out(app: Flask) -> None:
    assert "left_out" not in reports(run_in(app, "import", str(EXAMPLE), "--json"))[0]


def test_talk_ends_with_a_sentence_where_a_line_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    def understand(dialogue: Any, event: Any) -> Any:
        while "for ever" in str(event):
            len("")
        return advance(dialogue, event)

    monkeypatch.setattr(chatbots, "advance", understand)
    monkeypatch.setattr(trying, "TURN", 0.05)
    result = run("talk", str(EXAMPLE), *OWNERS, lines="this one takes for ever\n")
    assert result.exit_code == 1
    assert "takes too long to be understood" in result.stderr

"""`flask contacts check`: the public form of the answer, and its exit status."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from smartchat import clock
from smartchat.cli import contacts
from smartchat.services.builder import chatbots

EXAMPLES = Path(__file__).parents[2] / "examples"
SCRIPT = {
    "name": "Recordatorio",
    "language": "es",
    "steps": [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "MONTO", "type": "custom_data", "data_type": "NUMBER"},
        {"id": "FECHA", "type": "custom_data", "data_type": "DATE"},
        {"id": "SALUDO", "type": "message", "text": "Hola {{NOMBRE}}"},
    ],
}


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.json"
    path.write_text(json.dumps(SCRIPT))
    return path


def run(*arguments: object) -> Result:
    """The command in an application without a database."""
    app = Flask("without_a_database")
    app.cli.add_command(contacts.group)
    with app.app_context():
        return CliRunner().invoke(contacts.group, ["check", *map(str, arguments)])


@pytest.mark.parametrize("name", ["contacts.tsv", "contacts.xls", "contacts.xlsx"])
def test_a_right_file_exits_with_0(script: Path, name: str) -> None:
    result = run("--script", script, EXAMPLES / name, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"ok": True, "rows": 3, "contacts": 3, "problems": []}


def test_a_wrong_file_exits_with_1_and_names_every_problem(script: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.tsv"
    wrong.write_text(
        "CONTACT\tNOMBRE\tMONTO\tFECHA\n5512345678\tAna\t1\t2026-03-05\n+525511223344\t\tx\t2026-03-05\n"
    )
    result = run("--script", script, wrong, "--json", "--lang", "es")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (report["ok"], report["rows"], report["contacts"]) == (False, 2, 0)
    assert [(p["row"], p["column"], p["code"], p["severity"], p["value"]) for p in report["problems"]] == [
        (2, "CONTACT", "invalid_phone", "error", "5512345678"),
        (3, "NOMBRE", "missing_value", "error", ""),
        (3, "MONTO", "invalid_number", "error", "x"),
    ]
    assert report["problems"][0]["message"].startswith("Fila 2, CONTACT: 5512345678 tiene 10 dígitos")


def test_people_read_sentences(script: Path) -> None:
    right = run("--script", script, EXAMPLES / "contacts.tsv")
    assert right.stdout == "The file is right. Rows: 3. Contacts that are right: 3.\n"
    in_spanish = run("--script", script, script, "--lang", "es")
    assert in_spanish.exit_code == 1
    assert "El archivo tiene errores" in in_spanish.stdout


def test_a_file_that_is_not_there_exits_with_2_and_says_so(script: Path, tmp_path: Path) -> None:
    result = run("--script", script, tmp_path / "nada.tsv", "--json")
    assert result.exit_code == 2
    assert "nada.tsv" in result.stderr


@pytest.mark.parametrize("content", ["{", "[]", '{"name": "x"}'])
def test_a_script_that_cannot_be_read_exits_with_2(tmp_path: Path, content: str) -> None:
    path = tmp_path / "script.json"
    path.write_text(content)
    result = run("--script", path, EXAMPLES / "contacts.tsv")
    assert result.exit_code == 2
    assert "script.json" in result.stderr


def test_one_must_say_what_the_file_is_for(script: Path) -> None:
    assert run(EXAMPLES / "contacts.tsv").exit_code == 2
    assert run("--chatbot", 1, "--script", script, EXAMPLES / "contacts.tsv").exit_code == 2


def test_a_saved_chatbot_gives_its_columns(app: Flask) -> None:
    with app.app_context():
        chatbot = chatbots.import_script(SCRIPT, None, clock.now())
    runner = app.test_cli_runner()
    right = runner.invoke(
        args=["contacts", "check", "--chatbot", str(chatbot.id), str(EXAMPLES / "contacts.xls")]
    )
    assert right.exit_code == 0
    nobody = runner.invoke(args=["contacts", "check", "--chatbot", "99", str(EXAMPLES / "contacts.xls")])
    assert nobody.exit_code == 2
    assert "chatbot 99" in nobody.stderr


def test_values_are_the_first_contacts_as_they_would_be_stored(script: Path, tmp_path: Path) -> None:
    path = tmp_path / "contacts.tsv"
    rows = [f"525512{n:06}\t Ana \t1350\t2026-03-05" for n in range(340_000, 341_200)]
    path.write_text("\n".join(["CONTACT\tNOMBRE\tMONTO\tFECHA", *rows]))
    report = json.loads(run("--script", script, path, "--json", "--values").stdout)
    assert (report["ok"], report["contacts"], len(report["values"])) == (True, 1_200, 1_000)
    assert report["values"][0] == {
        "CONTACT": "+525512340000",
        "NOMBRE": "Ana",
        "MONTO": "1350",
        "FECHA": "2026-03-05",
    }


def test_digits_of_another_country_are_told_with_what_they_may_be(script: Path, tmp_path: Path) -> None:
    path = tmp_path / "contacts.tsv"
    numbers = ["+525512340001", "+525512340002", "15512340003"]
    path.write_text(
        "\n".join(["CONTACT\tNOMBRE\tMONTO\tFECHA", *(f"{n}\tAna\t1\t2026-03-05" for n in numbers)])
    )
    report = json.loads(run("--script", script, path, "--json", "--values").stdout)
    assert [(p["row"], p["code"], p["value"]) for p in report["problems"]] == [
        (4, "other_country", "15512340003")
    ]
    assert "+525512340003" in report["problems"][0]["message"]
    assert [value["CONTACT"] for value in report["values"]] == numbers[:2]

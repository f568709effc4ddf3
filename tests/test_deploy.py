"""The files for production name what there is: roles, settings, paths. They are read here, not run."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from bench.__main__ import BENCHES
from smartchat import config
from tests.stand import ROOT
from worker import ROLES

DEPLOY = ROOT / "deploy"
SECRETS = {*config.REQUIRED_IN_PRODUCTION, "TWILIO_AUTH_TOKEN"}


def read_yaml(path: Path) -> Any:
    """The part of YAML that the compose file keeps to: blocks by indentation, anchors, aliases, merges, JSON lists."""
    lines = [
        (len(line) - len(line.lstrip()), line.strip())
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.strip().startswith("#")
    ]
    anchors: dict[str, Any] = {}

    def scalar(text: str) -> Any:
        if text.startswith("*"):
            return anchors[text[1:]]
        if text.startswith(("[", '"')):
            return json.loads(text)
        assert not text.startswith(("'", "{", "|", ">", "!", "%", "@")), f"not read here: {text}"
        return int(text) if text.isdecimal() else text

    def block(indent: int) -> Any:
        if lines[0][1].startswith("- "):
            items = []
            while lines and lines[0][0] == indent:
                _, text = lines.pop(0)
                assert text.startswith("- "), text
                items.append(scalar(text[2:]))
            return items
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        while lines and lines[0][0] == indent:
            _, text = lines.pop(0)
            matched = re.fullmatch(r"([\w<.-]+):(?: (.*))?", text)
            assert matched, f"not a mapping: {text}"
            key, rest = matched[1], matched[2] or ""
            assert key not in found, f"{key} stands there twice"
            anchor, rest = rest[1:].partition(" ")[::2] if rest.startswith("&") else ("", rest)
            deeper = lines[0][0] > indent if lines else False
            value = block(lines[0][0]) if not rest and deeper else scalar(rest) if rest else None
            if anchor:
                anchors[anchor] = value
            if key == "<<":
                merged = value
            else:
                found[key] = value
        return {**merged, **found}

    read = block(0)
    assert not lines, f"indented in a way that is not understood: {lines[0]}"
    return read


@pytest.fixture(scope="module")
def compose() -> Any:
    return read_yaml(DEPLOY / "compose.yaml")


def words_of(unit: Path) -> dict[str, dict[str, list[str]]]:
    """A systemd unit: sections, keys, and each key's values."""
    found: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in unit.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line.strip() and not line.startswith("#"):
            key, value = line.split("=", 1)
            found.setdefault(section, {}).setdefault(key, []).append(value)
    return found


def roles_of(commands: list[list[str]]) -> set[str]:
    return {words[-1] for words in commands if words[:2] == ["python", "worker.py"]}


def test_the_compose_file_runs_web_and_every_role_of_the_worker(compose: Any) -> None:
    services = compose["services"]
    commands = [service.get("command", []) for service in services.values()]
    assert roles_of(commands) == set(ROLES)
    assert services["web"]["command"] == ["gunicorn", "app:app", "--config", "deploy/gunicorn.conf.py"]
    assert services["migrate"]["command"] == ["flask", "--app", "app", "db", "upgrade"]
    assert set(services) == {"db", "redis", "migrate", "web", *ROLES}


def test_every_process_of_the_compose_file_has_the_settings_that_production_requires(compose: Any) -> None:
    for name in ("migrate", "web", *ROLES):
        environment = compose["services"][name]["environment"]
        assert set(environment) >= SECRETS | {"SMARTCHAT_ENV"}, name
        assert environment["SMARTCHAT_ENV"] == "production"


def test_no_process_starts_before_the_tables_are_there(compose: Any) -> None:
    for name in ("web", *ROLES):
        wanted = compose["services"][name]["depends_on"]
        assert wanted["migrate"] == {"condition": "service_completed_successfully"}, name
    assert compose["services"]["migrate"]["depends_on"]["db"] == {"condition": "service_healthy"}


def test_only_web_is_reachable_and_only_from_this_machine(compose: Any) -> None:
    ports = {name: s["ports"] for name, s in compose["services"].items() if "ports" in s}
    assert ports == {"web": ["127.0.0.1:5000:5000"]}


def test_every_volume_that_is_mounted_is_declared(compose: Any) -> None:
    mounted = {v.split(":")[0] for s in compose["services"].values() for v in s.get("volumes", ())}
    assert mounted == set(compose["volumes"])


def test_the_variables_of_the_compose_file_stand_in_its_example(compose: Any) -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    example = (DEPLOY / "compose.env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{(\w+)", text)) == set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_the_procfile_runs_the_same_as_the_compose_file(compose: Any) -> None:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    services = {**compose["services"], "release": compose["services"]["migrate"]}
    assert set(lines) == {"release", "web", *ROLES}
    for name, command in lines.items():
        assert shlex.split(command) == services[name]["command"]


@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").glob("*.service")), ids=lambda unit: unit.name)
def test_a_unit_is_started_again_for_ever_and_may_write_only_its_state(unit: Path) -> None:
    found = words_of(unit)
    service = found["Service"]
    assert (service["Restart"], found["Unit"]["StartLimitIntervalSec"]) == (["always"], ["0"])
    assert (service["ProtectSystem"], service["NoNewPrivileges"]) == (["strict"], ["yes"])
    assert service["User"] == ["smartchat"]
    assert found["Install"]["WantedBy"] == ["smartchat.target"]


def test_the_units_run_web_any_role_and_any_number_of_workers() -> None:
    started = {u.name: words_of(u)["Service"]["ExecStart"][0] for u in (DEPLOY / "systemd").glob("*.service")}
    here = "/srv/smartchat/.venv/bin/"
    assert started == {
        "smartchat-web.service": f"{here}gunicorn app:app --config deploy/gunicorn.conf.py",
        "smartchat-worker@.service": f"{here}python worker.py %i",
        "smartchat-work@.service": f"{here}python worker.py work",
    }


def test_what_the_image_copies_is_there_and_holds_all_that_is_imported() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE) for name in line.split()]
    assert all((ROOT / name).exists() for name in copied), copied
    assert {"app.py", "worker.py", "smartchat", "migrations", "deploy", "requirements.txt"} <= set(copied)
    assert "--require-hashes" in text
    assert re.search(r"^USER smartchat$", text, re.MULTILINE)


def test_gunicorns_settings_are_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    from gunicorn.app.wsgiapp import WSGIApplication

    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", "8080")
    monkeypatch.setenv("WEB_PROCESSES", "5")
    command = shlex.split(
        dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())["web"]
    )
    monkeypatch.setattr("sys.argv", command)
    monkeypatch.chdir(ROOT)
    settings = WSGIApplication().cfg
    assert (settings.bind, settings.workers, settings.threads) == (["0.0.0.0:8080"], 5, 1)
    assert settings.umask == 0o077  # what the processes write is nobody else's
    assert settings.accesslog is None
    assert settings.chdir == str(ROOT)


@pytest.mark.parametrize("page", ["deploy.md", "scaling.md"])
def test_the_pages_on_running_it_name_only_files_that_exist(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`(deploy/[\w./@-]+)`", text))
    links = re.findall(r"\]\(([\w./-]+\.md)\)", text)
    missing = {name for name in named if not (ROOT / name).exists()}
    missing |= {link for link in links if not (ROOT / "docs" / link).exists()}
    assert named or links
    assert not missing


def test_the_settings_that_the_deploy_page_names_are_those_of_the_example() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^ *([A-Z][A-Z_]+)=", text, re.MULTILINE)) >= SECRETS | {"SMARTCHAT_ENV"}
    named = set(re.findall(r"`([A-Z][A-Z]+_[A-Z_]+)`", text))
    assert {name for name in named if f"{name}=" not in example} == set()


def test_the_benchmarks_that_the_scaling_page_names_exist() -> None:
    text = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
    named = {name for names in re.findall(r'make bench ARGS="?([\w ]+)', text) for name in names.split()}
    assert named
    assert named <= set(BENCHES)

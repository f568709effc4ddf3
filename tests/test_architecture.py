"""The house rules that a machine can see: which way imports point, and who may import what."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "smartchat"
WIRING = {"__init__", "run", "programs", "processes"}

# What each part may import of ours. `domain` stands alone; nobody imports blueprints, cli or jobs but the wiring.
MAY_IMPORT = {
    "domain": {"domain"},
    "adapters": {"adapters", "domain"},
    "models": {"models", "db", "domain"},
    "db": set[str](),
    "clock": set[str](),
    "masking": set[str](),
    "time_budget": set[str](),
    "life": set[str](),
    "config": {"clock", "refused_settings"},
    "refused_settings": set[str](),
    "queue": {"clock"},
    "last_lines": set[str](),
    "embedded_redis": {"last_lines"},
    "stretches": set[str](),
    "htmx": {"stretches"},
    "queries": {"db", "models", "domain"},
    "campaign_queries": {"db", "models", "domain", "queries"},
    "draft_queries": {"db", "models", "domain"},
    "contact_search": {"db", "models", "domain"},
    "contact_queries": {"db", "models", "domain", "queries", "contact_search", "pause_queries", "stretches"},
    "inbox_queries": {"db", "models", "domain", "contact_search", "pause_queries", "stretches"},
    "pause_queries": {"db", "models", "domain", "queries"},
    "sender_queries": {"db", "models", "domain"},
    "opt_out_queries": {"db", "models", "domain"},
    "transcripts": {"db", "models", "domain"},
    "chatbot_queries": {"db", "models", "domain"},
    "services": {
        "services",
        "adapters",
        "domain",
        "models",
        "queries",
        "contact_queries",
        "queue",
        "db",
        "clock",
        "config",
        "life",
        "masking",
        "time_budget",
    },
    "ready_made": {"ready_made", "domain"},
    "jobs": {"services", "adapters", "queue", "clock", "life"},
    "edge": {"db"},
    "web_server": set[str](),
    "forms": {"forms", "domain", "queries", "edge"},
    "blueprints": {
        "blueprints",
        "services",
        "queries",
        "campaign_queries",
        "contact_queries",
        "draft_queries",
        "inbox_queries",
        "pause_queries",
        "sender_queries",
        "stretches",
        "opt_out_queries",
        "transcripts",
        "chatbot_queries",
        "ready_made",
        "forms",
        "models",
        "domain",
        "db",
        "clock",
        "htmx",
        "queue",
        "security",
        "edge",
        "refused_settings",
        "formats",
    },
    "security": {"models", "domain", "db", "formats", "edge"},
    "formats": {"domain"},
    "running": set(),
    "cli": {
        "cli",
        "services",
        "queries",
        "sender_queries",
        "opt_out_queries",
        "models",
        "domain",
        "db",
        "clock",
        "running",
    },
}
ONLY_IN = {
    "twilio": "smartchat/adapters/twilio_channel.py",
    "openpyxl": "smartchat/adapters/",
    "xlrd": "smartchat/adapters/",
}
FRAMEWORKS = {
    "flask",
    "sqlalchemy",
    "redis",
    "rq",
    "twilio",
    "flask_sqlalchemy",
    "flask_login",
    "flask_limiter",
    "flask_babel",
    "wtforms",
}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, by its absolute name."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            yield from (f"{module}.{name.name}" for name in node.names)


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_point_one_way(path: Path) -> None:
    part = part_of(path)
    if part in WIRING:
        return
    for name in imports(path):
        root, _, rest = name.partition(".")
        if root == "smartchat" and rest:
            target = rest.split(".")[0]
            known = (PACKAGE / target).is_dir() or (PACKAGE / f"{target}.py").is_file()
            assert not known or target in MAY_IMPORT[part], f"{part} must not import {target} ({name})"


@pytest.mark.parametrize("path", sorted((PACKAGE / "domain").rglob("*.py")), ids=lambda path: path.stem)
def test_the_domain_knows_no_framework_and_no_clock(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & FRAMEWORKS
    source = path.read_text(encoding="utf-8")
    for clock in ("datetime.now", "utcnow", "date.today", "time.time", "monotonic"):
        assert f"{clock}(" not in source


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_imported_in_one_place(library: str) -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in modules()
        if any(name.split(".")[0] == library for name in imports(path))
    }
    assert users
    assert all(user.startswith(ONLY_IN[library]) for user in users), users


def test_the_simulator_imports_nothing_of_the_product() -> None:
    for path in (ROOT / "simulator").rglob("*.py"):
        assert not any(name.split(".")[0] == "smartchat" for name in imports(path)), path


def test_nothing_is_called_utils_helpers_manager_or_base() -> None:
    named = {path.stem for path in modules()}
    assert not named & {"utils", "helpers", "manager", "base"}


def test_the_product_never_imports_the_simulator() -> None:
    for path in modules():
        assert not any(name.split(".")[0] == "simulator" for name in imports(path)), path

"""The house rules that a machine can see: which way imports point (contracts in pyproject.toml), and who may import
what.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "smartchat"
ONLY_IN = {
    "twilio": "smartchat/adapters/twilio_channel.py",
    "openpyxl": "smartchat/adapters/",
    "xlrd": "smartchat/adapters/",
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


@pytest.mark.parametrize("path", sorted((PACKAGE / "domain").rglob("*.py")), ids=lambda path: path.stem)
def test_the_domain_knows_no_clock(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    for clock in ("datetime.now", "utcnow", "date.today", "time.time", "monotonic"):
        assert f"{clock}(" not in source


def test_imports_keep_the_contracts_of_the_layers_and_rooms() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


def test_no_class_name_stands_in_two_modules() -> None:
    homes: dict[str, list[str]] = {}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


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

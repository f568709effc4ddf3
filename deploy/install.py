"""Installs hashed requirements into this interpreter's environment: by uv, which is faster, or else by pip.

    .venv/bin/python deploy/install.py requirements.txt
    .venv/bin/python deploy/install.py requirements.txt --into OTHER/bin/python

uv is told what pip is told (PIP_* variables, pip's configuration files): index, certificate, proxy. Where it cannot
be told, cannot be had or fails, pip installs. Both check the same hashes. Only the standard library is used here.
"""

import argparse
import ast
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

UV = Path(__file__).resolve().parent.parent / "requirements-uv.txt"
QUIET = ("-q", "--disable-pip-version-check", "--require-hashes")

NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "retries": "UV_HTTP_RETRIES",
}
"""pip's settings by the variables that tell uv the same."""

WITHOUT_EFFECT = {
    "break-system-packages", "cache-dir", "constraint", "disable-pip-version-check", "no-cache-dir", "no-color",
    "no-input", "no-python-version-warning", "progress-bar", "quiet", "require-hashes", "require-virtualenv",
    "root-user-action", "verbose",
}  # fmt: skip
"""What changes nothing in what is installed, or from where: hashes leave a constraint nothing to choose."""


def for_uv(settings: Mapping[str, str]) -> dict[str, str] | None:
    """The variables that tell uv pip's settings; None where one of them has no equal in uv."""
    found = {}
    for name, value in settings.items():
        if name in NAMES:
            found[NAMES[name]] = ("," if name == "find-links" else " ").join(value.split())
        elif name not in WITHOUT_EFFECT:
            return None
    if "UV_INDEX" in found:
        # pip looks at all its indexes; uv's first choice would be the first index that knows the name.
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return found


def settings_of_pip(listed: str) -> dict[str, str]:
    """What `pip config list` prints, as pip ranks it: variables before files, `install` before `global`."""
    ranks: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.partition(".")
        if section in ranks:
            ranks[section][name] = str(ast.literal_eval(value))
    return ranks["global"] | ranks["install"] | ranks[":env:"]


def install(requirements: str, python: str) -> int:
    """The exit status of the one that installed."""
    if by_uv(requirements, python):
        return 0
    return subprocess.call([python, "-m", "pip", "install", *QUIET, "-r", requirements])


def by_uv(requirements: str, python: str) -> bool:
    """Whether uv has installed them; it says why not on standard error, but for settings that are pip's alone."""
    pip = [sys.executable, "-m", "pip"]
    listed = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False)
    told = for_uv(settings_of_pip(listed.stdout)) if listed.returncode == 0 else None
    if told is None:
        return False
    # A wheel or nothing: building it would take longer than it saves.
    had = subprocess.run(
        [*pip, "install", *QUIET, "--only-binary", ":all:", "-r", str(UV)], capture_output=True, check=False
    )
    if had.returncode:
        return False
    uv = [sys.executable, "-m", "uv", "pip", "install", "-q", "--require-hashes"]
    done = subprocess.call([*uv, "--python", python, "-r", requirements], env={**os.environ, **told})
    if done:
        sys.stderr.write("uv could not install them (see above); now pip tries.\n")
    return done == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("requirements", help="a file with hashes")
    parser.add_argument("--into", default=sys.executable, metavar="PYTHON", help="another environment's")
    given = parser.parse_args()
    return install(given.requirements, given.into)


if __name__ == "__main__":
    sys.exit(main())

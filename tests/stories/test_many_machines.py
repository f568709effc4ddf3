"""Any number of web processes and workers, some of them killed, on one database: nothing is lost, nothing twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.fleet import REST, WEB, WORK, Fleet
from tests.stand import Stand, wait_for
from tests.stories.test_processes import launch

FETCH_SECONDS = "2"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    url = f"sqlite:///{folder / 'smartchat.db'}"
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgresql_module_url"))
    fleet = Fleet(folder, url, env={"FETCH_SECONDS": FETCH_SECONDS})
    yield fleet
    fleet.stop()


@pytest.fixture
def fleet(shared: Fleet) -> Fleet:
    """All of it lives, and nothing goes wrong yet, whatever the test before has killed."""
    shared.faults()
    for name in (*WEB, *WORK, *REST):
        if name not in shared.running:
            shared.start_one(name)
    return shared


_tens_of_thousands = count(300)


def contact_file(folder: Path, count: int) -> tuple[Path, list[str]]:
    """So many contacts: the file, and their numbers, which no other test has."""
    first = next(_tens_of_thousands) * 10_000
    phones = [f"+52551{number:07d}" for number in range(first, first + count)]
    path = folder / "many.tsv"
    rows = "".join(f"{phone}\tAna\t100\t2026-12-01\n" for phone in phones)
    path.write_text("CONTACT\tNOMBRE\tMONTO\tFECHA\n" + rows, encoding="utf-8")
    return path, phones


def settled(fleet: Fleet, received: int) -> bool:
    """Whether so many messages came in (`received`), and nothing waits or is doubtful any more."""
    return counts(fleet) == (0, 0, 0, received)


def counts(fleet: Fleet) -> tuple[int, ...]:
    """Conversations and messages that wait, inbound messages without an outcome, all inbound messages."""
    engine = create_engine(fleet.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        return tuple(
            connection.execute(
                text(
                    "SELECT (SELECT count(*) FROM conversations WHERE status = 'waiting'),"
                    " (SELECT count(*) FROM outbound_messages WHERE status IN ('waiting', 'sending', 'doubtful')),"
                    " (SELECT count(*) FROM inbound_messages WHERE outcome IS NULL),"
                    " (SELECT count(*) FROM inbound_messages)"
                )
            ).one()
        )


def texts(stand: Stand, phones: list[str]) -> dict[str, list[str]]:
    """What each of these phones got, in order."""
    found: dict[str, list[str]] = {phone: [] for phone in phones}
    for message in stand.messages():
        if message["To"] in found:
            found[message["To"]].append(message["Body"])
    return found


@pytest.mark.parametrize("shared", ["postgresql"], indirect=True)
def test_200_conversations_survive_kill_9_of_a_worker_and_a_web_process(fleet: Fleet, tmp_path: Path) -> None:
    path, phones = contact_file(tmp_path, 200)
    before = counts(fleet)[-1]
    fleet.faults(latency_ms=60)
    campaign = launch(fleet, path)
    wait_for(lambda: sum(map(len, texts(fleet, phones).values())) >= 60)
    fleet.kill_one(WORK[0])
    wait_for(lambda: settled(fleet, received=before), 120)
    opening = texts(fleet, phones)
    assert all(opening.values())
    assert all(said == opening[phones[0]] for said in opening.values())

    fleet.faults(duplicate_webhooks=0.5, duplicate_count=5)
    with ThreadPoolExecutor(4) as pool:
        first = [pool.submit(fleet.write, phone, "sí") for phone in phones[:100]]
        wait_for(lambda: sum(one.done() for one in first) >= 40)
        fleet.kill_one(WEB[0])
        second = [pool.submit(fleet.write, phone, "sí") for phone in phones[100:]]
        assert len([one.result() for one in (*first, *second)]) == len(phones)
    wait_for(lambda: settled(fleet, received=before + 200), 120)
    shown = fleet.flask("campaign", "show", str(campaign))
    assert shown["inbound"] == {"received": 200, "answered": 200, "waiting": 0}
    answered = texts(fleet, phones)
    assert all(said == answered[phones[0]] for said in answered.values())
    assert len(answered[phones[0]]) == len(opening[phones[0]]) + 1


def test_what_contacts_wrote_while_everything_was_dead_is_answered_once_afterwards(
    fleet: Fleet, tmp_path: Path
) -> None:
    path, phones = contact_file(tmp_path, 12)
    before = counts(fleet)[-1]
    campaign = launch(fleet, path)
    wait_for(lambda: settled(fleet, received=before), 60)
    opening = texts(fleet, phones)
    for name in (*WEB, *WORK, *REST):
        fleet.kill_one(name)
    for phone in phones:
        assert fleet.write(phone, "claro")["webhook_error"] == "connection refused"
    for phone in phones[:6]:
        fleet.write(phone, "que sí")
    assert settled(fleet, received=before)
    for name in (*WEB, *WORK, *REST):
        fleet.start_one(name)
    wait_for(lambda: settled(fleet, received=before + 18), 90)
    shown = fleet.flask("campaign", "show", str(campaign))
    assert shown["inbound"]["answered"] == 18
    answered = texts(fleet, phones)
    assert {len(said) - len(opening[phone]) for phone, said in answered.items()} == {1}
    since = fleet.environment["SMARTCHAT_NOW"]
    assert fleet.flask("sweep", "--since", since)["fetched"] == {
        "found": before + 18,
        "new": 0,
        "complete": True,
    }

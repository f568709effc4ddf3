"""The promises, with the real processes: gunicorn, RQ, sweep, Valkey and the simulator; some of them killed."""

import base64
import hashlib
import hmac
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.fleet import Fleet
from tests.stand import ROOT, Stand, wait_for

OWNERS_FILE = ROOT / "examples" / "contacts.tsv"
CARLOS = "+525500998877"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


class People:
    """Two contacts of one test alone, and their file: tests share what they start, and nobody whom they write to."""

    def __init__(self, folder: Path, number: int) -> None:
        self.first, self.second = (f"+52551{number:05d}{n:02d}" for n in (1, 2))
        self.file = folder / "contacts.tsv"
        rows = "".join(f"{phone}\tCarlos\t100\t2026-12-01\n" for phone in (self.first, self.second))
        self.file.write_text("CONTACT\tNOMBRE\tMONTO\tFECHA\n" + rows, encoding="utf-8")


_numbers = count(40_000)


@pytest.fixture
def people(tmp_path: Path) -> People:
    return People(tmp_path, next(_numbers))


@pytest.fixture(scope="module", params=["one machine", "two machines"])
def stand(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Stand]:
    """`make run` on SQLite; and two web processes and three workers on PostgreSQL and one Redis."""
    folder = tmp_path_factory.mktemp("stand")
    stand: Stand
    if request.param == "one machine":
        stand = Stand(folder)
    else:
        stand = Fleet(folder, str(request.getfixturevalue("postgresql_module_url")))
    yield stand
    stand.stop()


def launch(stand: Stand, path: Path = OWNERS_FILE) -> int:
    """A campaign with the example's chatbot, which is the first one; its id."""
    words = ("campaign", "launch", "--chatbot", "1", "--file", str(path), "--name", "Noviembre")
    return int(stand.flask(*words)["id"])


def test_the_main_job_by_commands_alone_from_the_file_to_finish(stand: Stand, people: People) -> None:
    phone = people.first
    (chatbot,) = stand.flask("chatbot", "list")
    assert [column["id"] for column in chatbot["custom_data"]] == ["NOMBRE", "MONTO", "FECHA"]
    checked = stand.flask("contacts", "check", "--chatbot", str(chatbot["id"]), str(OWNERS_FILE))
    assert (checked["ok"], checked["contacts"]) == (True, 3)
    campaign = launch(stand, people.file)
    opening = wait_for(lambda: stand.told(phone))
    assert opening[0].startswith("Hola Carlos")
    sent = len(wait_for(lambda: (told := stand.told(phone)) and len(told) >= 2 and told))
    stand.write(phone, "claro que sí")
    wait_for(lambda: len(stand.told(phone)) > sent)
    wait_for(lambda: stand.flask("campaign", "show", str(campaign))["inbound"]["answered"] == 1)
    finished = stand.flask("campaign", "finish", str(campaign))
    assert finished["status"] == "finished"
    answered = len(stand.told(phone))
    assert phone[1:] not in stand.log.read_text(encoding="utf-8")
    stand.write(phone, "¿hola?")
    shown = wait_for(
        lambda: (s := stand.flask("campaign", "show", str(campaign)))["inbound"]["received"] == 2 and s
    )
    assert shown["inbound"] == {"received": 2, "answered": 1, "waiting": 0}
    assert len(stand.told(phone)) == answered


def test_a_reply_at_night_is_answered_next_morning_once_though_worker_and_redis_were_killed(
    folder: Path,
) -> None:
    stand = Stand(folder, now="2026-11-23T20:00:00-05:00")
    try:
        launch(stand)
        wait_for(lambda: len(stand.told(CARLOS)) >= 2)
        before = len(stand.told(CARLOS))
        stand.stop()
        # The simulator keeps its threads in memory only, so the contact names the sender himself.
        stand.start(now="2026-11-23T22:00:00-05:00")
        status = post_webhook(stand, {"From": CARLOS, "Body": "sí, claro", "MessageSid": "SM" + "7" * 32})
        assert status == 200
        assert stand.kill("worker.py")
        assert stand.kill("valkey-server")
        wait_for(lambda: any("worker.py work" in command for command in stand.processes().values()))
        assert stand.told(CARLOS) == []
        assert stand.flask("campaign", "show", "1")["inbound"] == {"received": 1, "answered": 0, "waiting": 1}
        stand.stop()
        stand.start(now="2026-11-24T08:00:00-05:00")
        wait_for(lambda: stand.told(CARLOS))
        assert stand.kill("valkey-server")
        assert wait_for(lambda: stand.flask("sweep") and len(stand.told(CARLOS))) == 1
        assert stand.flask("campaign", "show", "1")["inbound"] == {"received": 1, "answered": 1, "waiting": 0}
        assert before >= 2
    finally:
        stand.stop()


def test_the_same_webhook_five_times_at_once_is_stored_once_and_answered_once(
    stand: Stand, people: People
) -> None:
    phone = people.first
    campaign = launch(stand, people.file)
    wait_for(lambda: len(stand.told(phone)) >= 2)
    before = len(stand.told(phone))
    params = {"From": phone, "Body": "sí", "MessageSid": "SM" + "5" * 32}
    with ThreadPoolExecutor(5) as pool:
        statuses = list(pool.map(lambda _: post_webhook(stand, params), range(5)))
    assert statuses == [200] * 5
    wait_for(lambda: len(stand.told(phone)) > before)
    wait_for(lambda: stand.flask("campaign", "show", str(campaign))["inbound"]["waiting"] == 0)
    assert stand.flask("campaign", "show", str(campaign))["inbound"]["received"] == 1
    assert len(stand.told(phone)) == before + 1


def test_a_wrong_signature_is_refused_and_stores_nothing(stand: Stand, people: People) -> None:
    campaign = launch(stand, people.file)
    wait_for(lambda: len(stand.told(people.first)) >= 2)
    params = {"From": people.first, "Body": "sí", "MessageSid": "SM" + "6" * 32}
    assert post_webhook(stand, params, token="wrong") == 403
    assert stand.flask("campaign", "show", str(campaign))["inbound"]["received"] == 0


@pytest.mark.parametrize("stand", ["one machine"], indirect=True)
def test_500_openings_survive_kill_9_of_the_worker_and_none_goes_out_twice(
    stand: Stand, tmp_path: Path
) -> None:
    phones = [f"+52551{number:07d}" for number in range(2_000_000, 2_000_500)]
    contacts = tmp_path / "many.tsv"
    rows = "".join(f"{phone}\tAna\t100\t2026-12-01\n" for phone in phones)
    contacts.write_text("CONTACT\tNOMBRE\tMONTO\tFECHA\n" + rows, encoding="utf-8")
    theirs = set(phones)

    def sent() -> list[dict[str, Any]]:
        return [message for message in stand.messages() if message["To"] in theirs]

    stand.faults(latency_ms=40)
    campaign = launch(stand, contacts)
    wait_for(lambda: len(sent()) >= 100)
    assert stand.kill("worker.py work")
    stand.faults()
    wait_for(lambda: len(sent()) >= 2 * len(phones), 120)
    done = lambda: stand.flask("campaign", "show", str(campaign))["outbound"]  # noqa: E731
    wait_for(lambda: (n := done())["waiting"] == n["doubtful"] == 0, 60)
    openings = [m["To"] for m in sent() if m["Body"].startswith("Hola Ana")]
    assert sorted(openings) == phones
    assert len(sent()) == len({(m["To"], m["Body"]) for m in sent()})


def test_emptying_redis_delays_and_loses_nothing(stand: Stand, people: People) -> None:
    from redis import Redis

    phone = people.first
    launch(stand, people.file)
    wait_for(lambda: len(stand.told(phone)) >= 2)
    before = len(stand.told(phone))
    redis = Redis.from_url(stand.redis_url)
    with redis.pipeline() as both:
        stand.write(phone, "sí")
        both.flushall()
        both.execute()
    redis.close()
    wait_for(lambda: len(stand.told(phone)) > before)
    assert len(stand.told(phone)) == before + 1


def test_ctrl_c_leaves_no_process_behind_and_a_second_start_finds_the_data(folder: Path) -> None:
    stand = Stand(folder)
    launch(stand)
    assert stand.processes()
    assert stand.stop() == 0
    assert stand.processes() == {}
    stand.start()
    try:
        assert stand.flask("campaign", "show", "1")["name"] == "Noviembre"
        assert len(stand.flask("chatbot", "list")) == 1
    finally:
        stand.stop()


def test_a_killed_supervisor_leaves_nothing_behind_that_hinders_the_next_start(folder: Path) -> None:
    stand = Stand(folder)
    stand.process.kill()
    stand.process.wait()
    wait_for(lambda: not stand.processes())
    stand.start()
    try:
        assert len(stand.flask("chatbot", "list")) == 1
    finally:
        stand.stop()
    assert stand.processes() == {}


def post_webhook(stand: Stand, params: dict[str, str], token: str = "simulator") -> int:
    """A signed inbound webhook, made here by the published rule rather than by the code under test."""
    params = {"AccountSid": "AC00000000000000000000000000000001", "To": "+15005550006", **params}
    url = f"{stand.url}/twilio/inbound"
    signed = url + "".join(name + params[name] for name in sorted(params))
    signature = base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    request = urllib.request.Request(
        url, urllib.parse.urlencode(params).encode(), {"X-Twilio-Signature": signature}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.read() == b"<Response></Response>"
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code

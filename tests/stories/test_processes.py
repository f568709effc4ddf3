"""The promises, with the real processes: gunicorn, RQ, sweep, Valkey and the simulator; some of them killed."""

import base64
import hashlib
import hmac
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.fleet import Fleet
from tests.stand import ROOT, Stand, wait_for

OWNERS_FILE = ROOT / "examples" / "contacts.tsv"
CARLOS, ANA = "+525500998877", "+525511223344"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture(params=["one machine", "two machines"])
def stand(folder: Path, request: pytest.FixtureRequest) -> Iterator[Stand]:
    """`make run` on SQLite; and two web processes and three workers on PostgreSQL and one Redis."""
    stand: Stand
    if request.param == "one machine":
        stand = Stand(folder)
    else:
        stand = Fleet(folder, str(request.getfixturevalue("postgresql_url")))
    yield stand
    stand.stop()


def launch(stand: Stand, path: Path = OWNERS_FILE) -> int:
    """A campaign with the example's chatbot, which is the first one; its id."""
    words = ("campaign", "launch", "--chatbot", "1", "--file", str(path), "--name", "Noviembre")
    return int(stand.flask(*words)["id"])


def test_the_main_job_by_commands_alone_from_the_file_to_finish(stand: Stand) -> None:
    (chatbot,) = stand.flask("chatbot", "list")
    assert [column["id"] for column in chatbot["custom_data"]] == ["NOMBRE", "MONTO", "FECHA"]
    checked = stand.flask("contacts", "check", "--chatbot", str(chatbot["id"]), str(OWNERS_FILE))
    assert (checked["ok"], checked["contacts"]) == (True, 3)
    campaign = launch(stand)
    opening = wait_for(lambda: stand.told(CARLOS))
    assert opening[0].startswith("Hola Carlos")
    sent = len(wait_for(lambda: (told := stand.told(CARLOS)) and len(told) >= 2 and told))
    stand.write(CARLOS, "claro que sí")
    wait_for(lambda: len(stand.told(CARLOS)) > sent)
    wait_for(lambda: stand.flask("campaign", "show", str(campaign))["inbound"]["answered"] == 1)
    finished = stand.flask("campaign", "finish", str(campaign))
    assert finished["status"] == "finished"
    answered = len(stand.told(CARLOS))
    assert CARLOS[1:] not in stand.log.read_text(encoding="utf-8")
    stand.write(CARLOS, "¿hola?")
    shown = wait_for(
        lambda: (s := stand.flask("campaign", "show", str(campaign)))["inbound"]["received"] == 2 and s
    )
    assert shown["inbound"] == {"received": 2, "answered": 1, "waiting": 0}
    assert len(stand.told(CARLOS)) == answered


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


def test_the_same_webhook_five_times_at_once_is_stored_once_and_answered_once(stand: Stand) -> None:
    campaign = launch(stand)
    wait_for(lambda: len(stand.told(ANA)) >= 2)
    before = len(stand.told(ANA))
    params = {"From": ANA, "Body": "sí", "MessageSid": "SM" + "5" * 32}
    with ThreadPoolExecutor(5) as pool:
        statuses = list(pool.map(lambda _: post_webhook(stand, params), range(5)))
    assert statuses == [200] * 5
    wait_for(lambda: len(stand.told(ANA)) > before)
    wait_for(lambda: stand.flask("campaign", "show", str(campaign))["inbound"]["waiting"] == 0)
    assert stand.flask("campaign", "show", str(campaign))["inbound"]["received"] == 1
    assert len(stand.told(ANA)) == before + 1


def test_a_wrong_signature_is_refused_and_stores_nothing(stand: Stand) -> None:
    campaign = launch(stand)
    wait_for(lambda: len(stand.told(ANA)) >= 2)
    params = {"From": ANA, "Body": "sí", "MessageSid": "SM" + "6" * 32}
    assert post_webhook(stand, params, token="wrong") == 403
    assert stand.flask("campaign", "show", str(campaign))["inbound"]["received"] == 0


def test_500_openings_survive_kill_9_of_the_worker_and_none_goes_out_twice(folder: Path) -> None:
    phones = [f"+52551{number:07d}" for number in range(2_000_000, 2_000_500)]
    contacts = folder / "many.tsv"
    rows = "".join(f"{phone}\tAna\t100\t2026-12-01\n" for phone in phones)
    contacts.write_text("CONTACT\tNOMBRE\tMONTO\tFECHA\n" + rows, encoding="utf-8")
    stand = Stand(folder)
    try:
        stand.faults(latency_ms=40)
        launch(stand, contacts)
        wait_for(lambda: len(stand.messages()) >= 100)
        assert stand.kill("worker.py work")
        stand.faults()
        wait_for(lambda: len(stand.messages()) >= 2 * len(phones), 120)
        done = lambda: stand.flask("campaign", "show", "1")["outbound"]  # noqa: E731
        wait_for(lambda: (n := done())["waiting"] == n["doubtful"] == 0, 60)
        sent = stand.messages()
        openings = [m["To"] for m in sent if m["Body"].startswith("Hola Ana")]
        assert sorted(openings) == phones
        assert len(sent) == len({(m["To"], m["Body"]) for m in sent})
    finally:
        stand.stop()


def test_emptying_redis_delays_and_loses_nothing(stand: Stand) -> None:
    from redis import Redis

    launch(stand)
    wait_for(lambda: len(stand.told(CARLOS)) >= 2)
    before = len(stand.told(CARLOS))
    redis = Redis.from_url(stand.redis_url)
    with redis.pipeline() as both:
        stand.write(CARLOS, "sí")
        both.flushall()
        both.execute()
    redis.close()
    wait_for(lambda: len(stand.told(CARLOS)) > before)
    assert len(stand.told(CARLOS)) == before + 1


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

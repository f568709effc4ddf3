"""A simulator that is killed and started again on its log knows what it knew."""

from pathlib import Path

from tests.simulator.conftest import SENDER
from tests.simulator.receiver import Receiver
from tests.simulator.rest import MESSAGES, ask
from tests.simulator_server import RunningSimulator


def test_messages_statuses_and_opt_outs_survive_kill_9(
    tmp_path: Path, receiver: Receiver, phone: str
) -> None:
    env = {"SIMULATOR_LOG": str(tmp_path / "log.jsonl")}
    inbound = receiver.url + "/twilio/inbound"
    with RunningSimulator(inbound_url=inbound, env=env) as simulator:
        ask(simulator.url + MESSAGES, {"To": phone, "From": SENDER, "Body": "Hola"})
        simulator.write(phone, "STOP", to=SENDER)
        # The message, and Twilio's own word on STOP.
        simulator.wait_for(
            lambda s: all(m["status"] in ("delivered", "received") for m in s.log()["messages"])
        )
        before = simulator.log()
        simulator.kill()
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('{"event": "status", "sid": "SM')  # killed in the middle of a line
    with RunningSimulator(inbound_url=inbound, env=env) as simulator:
        after = simulator.log()
        refused = ask(simulator.url + MESSAGES, {"To": phone, "From": SENDER, "Body": "¿Sigue ahí?"})
        simulator.write(phone, "START", to=SENDER)
        taken = ask(simulator.url + MESSAGES, {"To": phone, "From": SENDER, "Body": "Gracias"})
    facts = ("sid", "direction", "To", "Body", "status", "history", "created")
    told = [[[m[name] for name in facts] for m in log["messages"]] for log in (before, after)]
    assert told[0] == told[1]
    assert len(after["webhooks"]) == len(before["webhooks"])
    assert (refused.body["code"], taken.status) == (21610, 201)


def test_a_message_on_its_way_arrives_after_kill_9(tmp_path: Path, receiver: Receiver, phone: str) -> None:
    env = {"SIMULATOR_LOG": str(tmp_path / "log.jsonl")}
    with RunningSimulator(env=env) as simulator:
        simulator.faults(hold_deliveries=True)
        form = {"To": phone, "From": SENDER, "Body": "Hola", "StatusCallback": receiver.url + "/s"}
        sid = ask(simulator.url + MESSAGES, form).body["sid"]
        simulator.kill()
    with RunningSimulator(env=env) as simulator:
        receiver.wait_for(3, sid)
        assert simulator.messages(phone)[0]["status"] == "delivered"

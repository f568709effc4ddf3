"""One simulator and one receiver for each test file; each test has a phone of its own."""

import itertools
from collections.abc import Iterator

import pytest
from twilio.rest import Client

from tests.simulator.receiver import Receiver
from tests.simulator_server import ACCOUNT_SID, AUTH_TOKEN, RunningSimulator

SENDER = "+15005550006"
_numbers = itertools.count(10_000_000)


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def _running(receiver: Receiver) -> Iterator[RunningSimulator]:
    with RunningSimulator(inbound_url=receiver.url + "/twilio/inbound") as simulator:
        yield simulator


@pytest.fixture
def simulator(_running: RunningSimulator) -> Iterator[RunningSimulator]:
    """The simulator, without faults before and after."""
    yield _running
    _running.faults()


@pytest.fixture
def client(simulator: RunningSimulator) -> Iterator[Client]:
    """Twilio's own client, pointed at the simulator."""
    client = client_of(simulator)
    yield client
    client.http_client.session.close()


def client_of(simulator: RunningSimulator, user: str = ACCOUNT_SID, password: str = AUTH_TOKEN) -> Client:
    client = Client(user, password, ACCOUNT_SID)
    client.api.base_url = simulator.url
    return client


@pytest.fixture
def phone() -> str:
    """A number that no other test uses."""
    return f"+5255{next(_numbers)}"

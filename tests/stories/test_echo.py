"""Two machines that talk to each other, with the real processes: it ends, and says so."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stand import Stand, wait_for

PHONE = "+525500998877"
SCRIPT = {
    "name": "Encuesta",
    "language": "es",
    "steps": [
        *({"id": f"P{n}", "type": "text", "text": "¿Qué opina?"} for n in range(40)),
        {"id": "FIN", "type": "end", "text": "Gracias."},
    ],
}


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    stand = Stand(tmp_path)
    yield stand
    stand.stop()


def launch(stand: Stand) -> int:
    script, contacts = stand.folder / "script.json", stand.folder / "contacts.tsv"
    script.write_text(json.dumps(SCRIPT), encoding="utf-8")
    contacts.write_text(f"CONTACT\n{PHONE}\n", encoding="utf-8")
    chatbot = stand.flask("chatbot", "import", str(script))["id"]
    words = ("--chatbot", str(chatbot), "--file", str(contacts), "--name", "Eco")
    return int(stand.flask("campaign", "launch", *words)["id"])


def inbound(stand: Stand, campaign: int) -> dict[str, Any]:
    return dict(stand.flask("campaign", "show", str(campaign))["inbound"])


def test_a_contact_that_echoes_every_message_is_left_alone_after_a_while(stand: Stand) -> None:
    campaign = launch(stand)
    echoed = 0

    def silent() -> bool:
        """Echoes what is new; whether nothing more comes, since the last echo waits for an operator."""
        nonlocal echoed
        new = stand.told(PHONE)[echoed:]
        for text in new:
            stand.write(PHONE, text)
        echoed += len(new)
        return not new and echoed > 20 and inbound(stand, campaign)["waiting"] == 1

    # It is slowed to fifteen replies in half a minute, so that it takes as long as that; with it it is stopped.
    wait_for(silent, 90)
    replies = len(stand.told(PHONE)) - 1
    assert replies == 20
    assert inbound(stand, campaign) == {"received": replies + 1, "answered": replies, "waiting": 1}
    assert stand.flask("campaign", "show", str(campaign))["conversations"]["open"] == 1

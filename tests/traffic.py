"""Campaigns and their traffic on a stand: driven by commands, webhooks and phones, and looked at from outside."""

import base64
import csv
import hashlib
import hmac
import itertools
import json
import re
import secrets
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import closing
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from tests.stand import ROOT, Stand, wait_for

SMS, WHATSAPP, SERVICE = "+15005550006", "whatsapp:+15005550006", "MG" + "a1" * 16
ACCOUNT = "AC00000000000000000000000000000001"
# One process runs all commands of a stand: to start one for each would take longer than what they do.
_COMMANDS = """
import json, sys
from app import app
for line in sys.stdin:
    done = app.test_cli_runner().invoke(args=json.loads(line))
    print(json.dumps([done.exit_code, done.output]), flush=True)
"""
_phones = itertools.count(3_000_000)


def new_phones(count: int) -> list[str]:
    """Mobile numbers in Mexico City that nobody has had before."""
    return [f"+52551{next(_phones):07d}" for _ in range(count)]


class _Form(HTMLParser):
    """The fields of the form of a page whose button goes to an address, as they stand there."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.found, self.fields = action, False, dict[str, str]()
        self._fields, self._select = self.fields, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = {}
            self._at(given.get("action"))
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "button":
            self._at(given.get("formaction"))
        elif tag == "input" and "name" in given and given.get("type") not in ("submit", "checkbox", "radio"):
            self._fields[given["name"]] = given.get("value", "")
        elif tag == "option" and "selected" in given:
            self._fields[self._select] = given.get("value", "")

    def _at(self, address: str | None) -> None:
        if address == self.action:
            self.found, self.fields = True, self._fields


class Traffic:
    """What operators, contacts and Twilio do to a stand."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self._commands: subprocess.Popen[str] | None = None
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self._signed_in = False

    def end(self) -> None:
        """Ends the process of the commands."""
        if self._commands is not None:
            self._commands.communicate()
            self._commands = None

    def stop(self) -> None:
        """Everything ends; the stand can be started again, at another time."""
        self.end()
        self.stand.stop()

    def command(self, *words: str) -> str:
        """What `flask …` prints; it has to succeed."""
        if self._commands is None:
            self._commands = subprocess.Popen(
                [sys.executable, "-c", _COMMANDS],
                cwd=ROOT,
                env=self.stand.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._commands.stdin
        assert self._commands.stdout
        self._commands.stdin.write(json.dumps(words) + "\n")
        self._commands.stdin.flush()
        status, output = json.loads(self._commands.stdout.readline())
        assert status == 0, output
        return str(output)

    def launch(
        self, steps: Sequence[Mapping[str, Any]], contacts: Path | Sequence[str], **script: Any
    ) -> int:
        """Imports a chatbot and launches a campaign with it; its id."""
        name = "Caso " + secrets.token_hex(4)
        script = {"name": name, "language": "es", "sender": SMS, "steps": steps, **script}
        path = self.stand.folder / f"{name}.json"
        path.write_text(json.dumps(script), encoding="utf-8")
        if not isinstance(contacts, Path):
            file = self.stand.folder / f"{name}.tsv"
            file.write_text("".join(f"{line}\n" for line in ("CONTACT", *contacts)), encoding="utf-8")
            contacts = file
        chatbot = json.loads(self.command("chatbot", "import", str(path), "--json"))
        words = ("--chatbot", str(chatbot["id"]), "--file", str(contacts), "--name", name, "--json")
        return int(json.loads(self.command("campaign", "launch", *words))["id"])

    def named(self, phones: Sequence[str]) -> Path:
        """A contact file in which everybody is called Ana."""
        path = self.stand.folder / f"named-{phones[0]}.tsv"
        path.write_text("CONTACT\tN\n" + "".join(f"{phone}\tAna\n" for phone in phones), encoding="utf-8")
        return path

    def show(self, campaign: int) -> dict[str, Any]:
        """The campaign in numbers."""
        return dict(json.loads(self.command("campaign", "show", str(campaign), "--json")))

    def senders(self) -> list[dict[str, Any]]:
        """All senders with their rates, and what is wrong with them."""
        return list(json.loads(self.command("sender", "list", "--json")))

    def hear(self, from_: str, body: str, to: str = SMS, **params: str) -> int:
        """A contact writes: an inbound webhook; its HTTP status."""
        sid = "SM" + secrets.token_hex(16)
        return self.webhook("/twilio/inbound", From=from_, To=to, Body=body, MessageSid=sid, **params)

    def write(self, from_: str, body: str, to: str, **params: str) -> None:
        """A contact writes on the simulator's phone, which knows of WhatsApp's 24 hours from then on."""
        url = f"{self.stand.simulator_url}/phones/{urllib.parse.quote(from_)}/messages"
        data = json.dumps({"Body": body, "To": to, **params}).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert json.load(answer)["webhook_status"] == 200

    def report(self, row: Mapping[str, Any], status: str, code: int) -> int:
        """Twilio reports that a message failed: a status callback; its HTTP status."""
        params = {"MessageSid": str(row["provider_sid"]), "MessageStatus": status, "ErrorCode": str(code)}
        return self.webhook(f"/twilio/status?message={row['id']}", **params)

    def webhook(self, path: str, signature: str | None = None, **params: str) -> int:
        """A webhook, signed by the published rule rather than by the code under test."""
        params = {"AccountSid": ACCOUNT, **params}
        url = self.stand.url + path
        if signature is None:
            signed = url + "".join(name + params[name] for name in sorted(params))
            signature = base64.b64encode(hmac.digest(b"simulator", signed.encode(), hashlib.sha1)).decode()
        headers = {"X-Twilio-Signature": signature}
        request = urllib.request.Request(url, urllib.parse.urlencode(params).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def page(self, path: str) -> str:
        """The text of a page."""
        return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", self.html(path)))

    def html(self, path: str) -> str:
        """A page, for the operator who signed in by the link of the start."""
        if not self._signed_in:
            form = self._get(self.stand.sign_in_link)
            token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', form)
            self._get(self.stand.sign_in_link, urllib.parse.urlencode({"csrf_token": token[0]}).encode())
            self._signed_in = True
        return self._get(self.stand.url + path)

    def submit(self, path: str, action: str, **fields: str) -> None:
        """The operator presses the button of a page's form: what stands in its fields goes along with what is given."""
        form = _Form(action)
        form.feed(self.html(path))
        assert form.found, f"{path} has no form for {action}"
        data = urllib.parse.urlencode({**form.fields, **fields}).encode()
        self._get(self.stand.url + action, data)

    def _get(self, url: str, data: bytes | None = None) -> str:
        with self._browser.open(url, data, 30) as answer:
            return str(answer.read().decode())

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """What stands in the database, read only."""
        path = f"file:{self.stand.folder / 'smartchat.db'}?mode=ro"
        with closing(sqlite3.connect(path, uri=True, timeout=20)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def outbound(self, campaign: int) -> list[dict[str, Any]]:
        """The campaign's messages to contacts, in order."""
        return self.rows("SELECT * FROM outbound_messages WHERE campaign_id = ? ORDER BY id", campaign)

    def settle(self, campaign: int) -> None:
        """Waits until nothing of the campaign is waiting any more."""
        unsettled = (
            "SELECT 1 FROM outbound_messages WHERE campaign_id = :c AND status IN ('waiting', 'sending', 'doubtful')"
            " AND held_since IS NULL UNION SELECT 1 FROM inbound_messages WHERE campaign_id = :c AND outcome IS NULL"
            " UNION SELECT 1 FROM conversations WHERE campaign_id = :c AND status = 'waiting'"
            " UNION SELECT 1 FROM launches WHERE campaign_id = :c"
        ).replace(":c", str(campaign))
        wait_for(lambda: not self.rows(unsettled))

    def talk(self, campaign: int, phone: str) -> dict[str, Any]:
        """A conversation: its row, the values `given`, how often the question `failed`, what came of each message."""
        (row,) = self.rows("SELECT * FROM conversations WHERE campaign_id = ? AND phone = ?", campaign, phone)
        heard = "SELECT outcome FROM inbound_messages WHERE conversation_id = ? ORDER BY id"
        outcomes = [message["outcome"] for message in self.rows(heard, row["id"])]
        state = json.loads(row["state"] or "{}")
        return {**row, "given": state.get("given", {}), "failed": state.get("failed"), "outcomes": outcomes}

    def replies(
        self, texts: Sequence[str], steps: Sequence[Mapping[str, Any]], **script: Any
    ) -> dict[str, Any]:
        """Each text as the first reply of a contact of its own: the conversations, by their texts."""
        phones = new_phones(len(texts))
        campaign = self.launch(steps, phones, **script)
        self.settle(campaign)
        for phone, text in zip(phones, texts, strict=True):
            assert self.hear(phone, text) == 200
        self.settle(campaign)
        return {text: self.talk(campaign, phone) for phone, text in zip(phones, texts, strict=True)}

    def export(self, campaign: int) -> dict[str, dict[str, str]]:
        """The file of answers: its rows, by contact."""
        path = self.stand.folder / f"answers-{campaign}.tsv"
        self.command("campaign", "export", str(campaign), "--out", str(path))
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {row["CONTACT"].lstrip("'"): row for row in csv.DictReader(file, delimiter="\t")}

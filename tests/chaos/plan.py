"""What a round is made of, all of it drawn from its seed."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from simulator.faults import Faults

from .words import ANSWERS, NO_ANSWERS, OUT_WORDS, QUICK

SENDER = "+15005550006"
ZONE = timezone(timedelta(hours=-5))
STARTS = ("10:00:00", "12:30:00", "20:58:30", "20:59:40", "20:59:56", "07:59:55", "03:00:00", "20:45:00")
SCRIPT: dict[str, Any] = {
    "name": "Encuesta",
    "language": "es",
    "sender": SENDER,
    "steps": [
        {"id": "CLAVE", "type": "custom_data", "data_type": "TEXT"},
        {"id": "SALUDO", "type": "message", "text": "Hola {{CLAVE}}, le escribe la tienda."},
        {
            "id": "PAGA",
            "type": "binary",
            "kind": "yes_no",
            "text": "{{CLAVE}} PAGA: ¿podrá pagar a tiempo?",
            "retries": 1,
            "retry_message": "Perdón, no le entendí.",
        },
        {
            "id": "EDAD",
            "type": "integer",
            "text": "EDAD: ¿qué edad tiene?",
            "min": 15,
            "max": 99,
            "retries": 1,
        },
        {
            "id": "MEDIO",
            "type": "multiple_choice",
            "text": "MEDIO: ¿dónde paga?",
            "options": ["Banco", "Tienda", "Transferencia"],
            "retries": 2,
        },
        {"id": "FIN", "type": "end", "text": "¡Gracias, {{CLAVE}}!"},
    ],
}
"""A chatbot that says something to every turn. CLAVE is another in every campaign and for every contact."""


@dataclass(frozen=True)
class Launch:
    """A campaign: seconds after the start, its contacts, and when (if ever) it is finished, seconds after launch."""

    after: float
    contacts: tuple[str, ...]
    finish_after: float | None

    def file(self, number: int) -> bytes:
        """The contact file of campaign `number`."""
        rows = (f"{phone}\tC{number}-{index}\n" for index, phone in enumerate(self.contacts))
        return ("CONTACT\tCLAVE\n" + "".join(rows)).encode()


@dataclass(frozen=True)
class Plan:
    """One round. Shares are from 0 to 1; `kills` is how likely a process at work is killed in the middle of it."""

    seed: int
    start: datetime
    launches: tuple[Launch, ...]
    faults: Faults
    rate: float | None
    turn_wait: int
    kills: float
    throttled: float
    freezes: float
    stops: float
    returns: float
    silent: float
    slow: float
    flushes: tuple[float, ...]
    outages: tuple[tuple[str, float, float], ...]
    """What is away (redis, twilio, web, worker, sweep), from when, and for how long, in seconds after the start."""


def draw(seed: int, contacts: int) -> Plan:
    """The plan of a seed; the same again each time."""
    dice = random.Random(f"plan {seed}")
    return Plan(
        seed=seed,
        start=datetime.fromisoformat(f"2026-11-23T{dice.choice(STARTS)}").replace(tzinfo=ZONE),
        launches=_launches(dice, contacts),
        faults=_faults(dice, seed),
        rate=dice.choice((None, 50, 100, 100, 100)),
        turn_wait=dice.choice((0, 0, 2)),
        kills=dice.choice((0, 0.02, 0.1, 0.3)),
        throttled=dice.choice((0, 0, 0.05, 0.3)),
        freezes=dice.choice((0, 0, 0.01)),
        stops=dice.choice((0, 0.03, 0.1)),
        returns=dice.choice((0, 0.3)),
        silent=dice.choice((0.1, 0.3)),
        slow=dice.choice((0.05, 0.3)),
        flushes=tuple(dice.uniform(0, 120) for _ in range(dice.choice((0, 0, 1, 3)))),
        outages=_outages(dice),
    )


def _launches(dice: random.Random, contacts: int) -> tuple[Launch, ...]:
    phones = [f"+5255{number}" for number in dice.sample(range(10_000_000, 50_000_000), contacts)]
    if dice.random() < 0.5:
        return (Launch(0, tuple(phones), _finish(dice)),)
    cut = contacts // 3
    second_after = dice.choice((dice.uniform(0, 5), dice.uniform(5, 300), dice.uniform(30_000, 50_000)))
    first = Launch(0, tuple(phones[cut:]), _finish(dice))
    return (first, Launch(second_after, tuple(phones[: 2 * cut]), _finish(dice)))


def _finish(dice: random.Random) -> float | None:
    soon, later, next_day = dice.uniform(2, 20), dice.uniform(20, 300), dice.uniform(36_000, 40_000)
    return dice.choice((None, None, soon, later, next_day))


def _faults(dice: random.Random, seed: int) -> Faults:
    faults = Faults(
        duplicate_webhooks=dice.choice((0, 0.1, 0.5)),
        duplicate_count=dice.choice((2, 5)),
        late_webhooks=dice.choice((0, 0, 500, 20_000)),
        reorder_callbacks=dice.random() < 0.3,
        drop_callbacks=dice.choice((0, 0.2, 1)),
        seed=seed,
    )
    if dice.random() < 0.3:
        return faults
    return replace(
        faults,
        error_share=dice.choice((0, 0.05, 0.2)),
        accept_then_500=dice.choice((0, 0.05, 0.2)),
        accept_then_break=dice.choice((0, 0.05, 0.2)),
        break_before_accept=dice.choice((0, 0.05, 0.2)),
    )


def _outages(dice: random.Random) -> tuple[tuple[str, float, float], ...]:
    count = dice.choice((0, 1, 2, 4))
    return tuple(
        (dice.choice(("redis", "twilio", "web", "worker", "sweep")), dice.uniform(0, 90), dice.uniform(1, 90))
        for _ in range(count)
    )


class Phones:
    """What contacts do with what they get: one person a number, drawn from the round's seed."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._dice = random.Random(f"phones {plan.seed}")
        self._silent: dict[str, bool] = {}

    def react(self, contact: str, body: str) -> list[tuple[float, str]]:
        """What the contact writes after this message: (seconds from now, text) each; nothing to no question."""
        dice, plan = self._dice, self._plan
        step = next((step for step in ANSWERS if f"{step}:" in body), None)
        if contact not in self._silent:
            self._silent[contact] = dice.random() < plan.silent
        if step is None or self._silent[contact]:
            return []
        delay = dice.uniform(1, 20)
        if dice.random() < plan.slow:
            delay = dice.choice((dice.uniform(60, 900), dice.uniform(3600, 40_000)))
        if dice.random() < 0.7:
            delay = max(1, round(delay / 5) * 5)  # many at the same moment
        if dice.random() < plan.stops:
            word = dice.choice(sorted(OUT_WORDS))
            back = [(delay + dice.uniform(5, 600), "START")] if dice.random() < plan.returns else []
            return [(delay, word.upper() if dice.random() < 0.5 else word), *back]
        if dice.random() < 0.2:
            return [(delay, dice.choice(NO_ANSWERS))]
        said = [(delay, dice.choice(ANSWERS[step]))]
        if dice.random() < 0.15:
            said.append((delay + dice.uniform(0.1, 3), dice.choice(NO_ANSWERS)))
        if dice.random() < 0.15:
            said.insert(0, (max(0.5, delay - dice.uniform(0.1, 3)), dice.choice(QUICK)))
        return said

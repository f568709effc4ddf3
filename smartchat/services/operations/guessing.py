"""Guessing passwords: each attempt is counted before its hash is computed, and one hash at a time is on a machine.

Four limits, the narrowest first; what one refuses does not count for the next, so that one guesser cannot use up what
is everybody's. All of them end by themselves, and a one-time link is asked none: nobody is locked out for good. A
browser in which the operator has signed in before has a limit of its own and is not asked the others (OWASP calls it a
device cookie), so that strangers cannot keep its operator out at all.

Counted in Redis for all processes; while Redis is away each process counts for itself.
"""

import fcntl
import hashlib
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from flask import Flask, current_app, g
from flask_limiter import Limiter, RateLimitExceeded
from itsdangerous import BadSignature, URLSafeSerializer
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from smartchat import clock, queue
from smartchat.domain.operations.ip_addresses import counted_as
from smartchat.masking import masked_email
from smartchat.models import User

from . import users

log = logging.getLogger(__name__)

KNOWN_BROWSER = "known_browser"  # the cookie
HASHING = "hashing.lock"
BUSY_SECONDS = 2
COUNTS = "smartchat:sign-in-refused"
_LIMITS = "smartchat_sign_in_limits"
_OWN_COUNTS = "smartchat_sign_in_refused"


class Why(StrEnum):
    """What an attempt was refused for."""

    WRONG = "wrong"
    ACCOUNT_AND_ADDRESS = "account_and_address"
    ADDRESS = "address"
    ACCOUNT = "account"
    ALL = "all"
    BUSY = "busy"


class SignInRefusal(NamedTuple):
    """Not now: `seconds` until another attempt makes sense, 0 where the password was wrong."""

    why: Why
    seconds: int = 0


@dataclass(frozen=True)
class Guess:
    """One attempt. `address` is the visitor's; `known_browser` the cookie, whoever made it."""

    email: str
    password: str
    address: str | None
    known_browser: str | None

    @property
    def account(self) -> str:
        """A name for the account in keys and cookies; the same whether there is such an operator or not."""
        return hashlib.sha256(self.email.strip().lower().encode()).hexdigest()[:32]

    @property
    def browser(self) -> str | None:
        """Which of the browsers it is that this very account has signed in with; None for any other one."""
        try:
            account, browser = _signer().loads(self.known_browser or "")
        except (BadSignature, ValueError, TypeError):
            return None
        return str(browser) if account == self.account else None


# All are counted by the minute: Flask-Limiter asks them in this order then.
LIMITS: tuple[tuple[Why, str, Callable[[Guess], str]], ...] = (
    (
        Why.ACCOUNT_AND_ADDRESS,
        "10 per 15 minute",
        lambda guess: f"{guess.account} {guess.browser or counted_as(guess.address)}",
    ),
    (Why.ADDRESS, "50 per 15 minute", lambda guess: counted_as(guess.address)),
    (Why.ACCOUNT, "100 per 60 minute", lambda guess: guess.account),
    (Why.ALL, "300 per 15 minute", lambda _guess: "all"),
)


def attempt(guess: Guess) -> User | SignInRefusal:
    """Whom the e-mail and the password sign in, or why not; each refusal is logged and counted."""
    answer = _attempt(guess)
    if isinstance(answer, SignInRefusal):
        log.warning(
            "sign-in refused (%s): %s from %s",
            answer.why,
            masked_email(guess.email),
            counted_as(guess.address),
        )
        _count(answer.why)
    return answer


def known_browser(user: User) -> str:
    """The cookie for a browser in which this operator has signed in."""
    account = Guess(user.email, "", None, None).account
    return str(_signer().dumps([account, secrets.token_urlsafe(12)]))


def is_known(guess: Guess) -> bool:
    """Whether the browser brings such a cookie of this account."""
    return guess.browser is not None


def refusals() -> dict[Why, int]:
    """How many attempts were refused since Redis began to count, and while it was away by this process, by reason."""
    counts = dict(current_app.extensions.get(_OWN_COUNTS, {}))
    try:
        kept = queue.connection().hmget(COUNTS, list(Why))
    except RedisError:
        kept = [None] * len(Why)
    return {why: counts.get(why, 0) + int(count or 0) for why, count in zip(Why, kept, strict=True)}


def _attempt(guess: Guess) -> User | SignInRefusal:
    if refusal := _over_a_limit(guess):
        return refusal
    with _only_one_at_a_time(Path(current_app.config["INSTANCE"])) as ours:
        if not ours:
            return SignInRefusal(Why.BUSY, BUSY_SECONDS)
        return users.sign_in(guess.email, guess.password) or SignInRefusal(Why.WRONG)


def _over_a_limit(guess: Guess) -> SignInRefusal | None:
    g.guess = guess
    limiter, ask = current_app.extensions.get(_LIMITS) or _limits()
    try:
        ask()
    except RateLimitExceeded as exceeded:
        why = Why(str(exceeded.limit.scope)) if exceeded.limit else Why.ALL
        asked = limiter.current_limit
        seconds = int(asked.reset_at - clock.machine_now().timestamp()) if asked else BUSY_SECONDS
        return SignInRefusal(why, max(seconds, 1))
    return None


def _limits() -> tuple[Limiter, Callable[[], None]]:
    """Made at the first attempt: workers and commands need none of it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    limiter = Limiter(
        key_func=lambda: "all",
        storage_uri=app.config["REDIS_URL"].replace("unix://", "redis+unix://", 1),
        storage_options={  # as the bell's: a dead Redis costs a fifth of a second
            "retry": Retry(NoBackoff(), 0),  # type: ignore[dict-item]
            "socket_connect_timeout": 0.2,  # type: ignore[dict-item]
            "socket_timeout": 1,
        },
        key_prefix="sign-in",
        in_memory_fallback_enabled=True,
    )
    # Said to be there already, it hangs no hooks on every request: a webhook pays for none of this.
    app.extensions.setdefault("limiter", set()).add(limiter)
    limiter.init_app(app)

    def ask() -> None:
        """Raises RateLimitExceeded."""

    for why, limit, key in LIMITS:
        ask = limiter.limit(
            limit,
            key_func=lambda key=key: key(g.guess),  # type: ignore[misc]
            scope=str(why),
            exempt_when=None if why is Why.ACCOUNT_AND_ADDRESS else lambda: is_known(g.guess),
        )(ask)
    app.extensions[_LIMITS] = limiter, ask
    return limiter, ask


@contextmanager
def _only_one_at_a_time(instance: Path) -> Iterator[bool]:
    """Whether this process may hash now. A hash keeps a core busy for a tenth of a second and more, and web processes
    have one thread: with as many guessers as there are processes, no webhook would be answered in time.
    """
    with (instance / HASHING).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True  # closing the file lets go


def _count(why: Why) -> None:
    try:
        queue.connection().hincrby(COUNTS, why, 1)
    except RedisError:
        current_app.extensions.setdefault(_OWN_COUNTS, Counter())[why] += 1


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known browser")

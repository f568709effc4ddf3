"""What the log says of a contact: nothing that would tell who."""

import io
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from smartchat import clock
from smartchat.db import db
from smartchat.masking import MaskedRecord, masked
from smartchat.models import OptOut
from tests.services.conftest import Stage, new_phone


def logged(log: logging.Logger, write: str, *args: object, **more: object) -> str:
    """What a plain handler writes of a line."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    log.addHandler(handler)
    try:
        getattr(log, write)(*args, **more)
    finally:
        log.removeHandler(handler)
    return stream.getvalue()


def test_an_integrity_error_of_the_database_names_no_number_and_no_text(stage: Stage) -> None:
    phone = new_phone()
    row = {"sender": "+15005550006", "contact_key": phone, "reason": "ya no", "opted_out_at": clock.now()}
    db.session.execute(insert(OptOut).values(**row))
    try:
        db.session.execute(insert(OptOut).values(**row))
    except IntegrityError:
        written = logged(logging.getLogger("smartchat.tests"), "exception", "it failed for %s", phone)
        db.session.rollback()
    assert "IntegrityError" in written
    assert phone not in written
    assert phone[3:] not in written
    assert "ya no" not in written


def test_a_row_that_breaks_a_rule_is_not_written_out() -> None:
    text = "DETAIL:  Failing row contains (7, +525500998877, no quiero (más), null)."
    assert masked(text) == "DETAIL:  Failing row contains (…)."


@given(st.integers(10**6, 10**15 - 1), st.sampled_from(["+", "%2B", "whatsapp:+", "To=%2b"]))
def test_of_any_number_only_the_country_and_the_end_are_left(number: int, before: str) -> None:
    text = f"message to {before}{number} was refused"
    assert str(number) not in masked(text)
    assert masked(text).endswith(f"…{number % 100:02} was refused")


@pytest.mark.parametrize("text", ["SM0123456789012345", "message 12345678901", "2026-11-23T10:00:00+00:00"])
def test_ids_and_times_stay_as_they_are(text: str) -> None:
    assert masked(text) == text


def test_every_logger_of_the_application_makes_masked_records(stage: Stage) -> None:
    assert logging.getLogRecordFactory() is MaskedRecord
    assert "5500998877" not in logged(logging.getLogger("gunicorn.error"), "error", "to %s", "+525500998877")

"""How the addresses of visitors are counted."""

import pytest

from smartchat.domain.operations.ip_addresses import UNKNOWN, counted_as


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:0:1:aaaa::7", "2001:db8:0:1::/64"),
        ("2001:DB8:0:1::", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", UNKNOWN),
        (None, UNKNOWN),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8:0:1::7]:4711", "2001:db8:0:1::/64"),
        ("[2001:db8:0:1::7]", "2001:db8:0:1::/64"),
        ("evil\n2026 a line", UNKNOWN),
    ],
)
def test_an_address_is_counted_as(address: str | None, counted: str) -> None:
    assert counted_as(address) == counted

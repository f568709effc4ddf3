"""Addresses of the internet, as attempts are counted by them."""

from ipaddress import IPv6Address, ip_address, ip_network

UNKNOWN = "unknown"


def counted_as(address: str | None) -> str:
    """IPv6 counts by its first 64 bits: whoever has one such address has all of them. IPv4 counts as it is.

    Some proxies write a port behind it.
    """
    try:
        read = ip_address(_without_port(address or "").partition("%")[0])
    except ValueError:
        return UNKNOWN
    if not isinstance(read, IPv6Address):
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return str(ip_network((read, 64), strict=False))


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address

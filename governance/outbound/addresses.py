"""Which network addresses a server of ours may call. Pure.

Python's `ipaddress.is_global` is not enough: it lets NAT64, 6to4 and some cloud metadata
addresses through, which lead back into the private network. So the ranges are listed here,
after the IANA special-purpose address registries, and IPv6 outside 2000::/3 is refused whole.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Network = IPv4Network | IPv6Network

METADATA = "cloud metadata"
LOOPBACK = "loopback"
PRIVATE = "private"

# The first range that holds an address names it, so the narrow ones stand first.
_RANGES: tuple[tuple[str, str], ...] = (
    ("100.100.100.200/32", METADATA),
    ("168.63.129.16/32", METADATA),
    ("169.254.169.254/32", METADATA),
    ("fd00:ec2::/32", METADATA),
    ("fd20:ce::/32", METADATA),
    ("127.0.0.0/8", LOOPBACK),
    ("::1/128", LOOPBACK),
    ("10.0.0.0/8", PRIVATE),
    ("172.16.0.0/12", PRIVATE),
    ("192.168.0.0/16", PRIVATE),
    ("100.64.0.0/10", PRIVATE),
    ("fc00::/7", PRIVATE),
    ("0.0.0.0/8", "unspecified"),
    ("169.254.0.0/16", "link-local"),
    ("192.0.0.0/24", "reserved"),
    ("192.0.2.0/24", "documentation"),
    ("192.31.196.0/24", "reserved"),
    ("192.52.193.0/24", "reserved"),
    ("192.88.99.0/24", "6to4 relay"),
    ("192.175.48.0/24", "reserved"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "unspecified"),
    ("::ffff:0:0/96", "IPv4-mapped"),
    ("64:ff9b::/96", "NAT64"),
    ("64:ff9b:1::/48", "NAT64"),
    ("2001::/32", "Teredo"),
    ("2001::/23", "reserved"),
    ("2001:db8::/32", "documentation"),
    ("2002::/16", "6to4"),
    ("2620:4f:8000::/48", "reserved"),
    ("3fff::/20", "documentation"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)
_NAMED: tuple[tuple[Network, str], ...] = tuple((ipaddress.ip_network(text), name) for text, name in _RANGES)
_GLOBAL_UNICAST = IPv6Network("2000::/3")


def refusal(address: str, *, allow_loopback: bool = False, opened: Sequence[Network] = ()) -> str | None:
    """Why `address` may not be called, in one word or two, or None when it may.

    address: an IPv4 or IPv6 literal as a resolver gives it.
    opened: private networks that the operator allows; nothing but private ranges can be opened.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "not an address"
    if isinstance(parsed, IPv6Address) and parsed.scope_id is not None:
        return "scoped"
    reason = _reason(parsed)
    if reason == LOOPBACK and allow_loopback:
        return None
    if reason == PRIVATE and any(parsed in network for network in opened):
        return None
    return reason


def read_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks written like `10.20.0.0/16`. Raises `ValueError` naming the one that is not a private network."""
    networks = []
    for text in texts:
        network = ipaddress.ip_network(text)
        if not any(holds(private, network) for private, name in _NAMED if name == PRIVATE):
            raise ValueError(f"{text} is not inside a private range; only private networks can be opened")
        networks.append(network)
    return tuple(networks)


def holds(outer: Network, inner: Network) -> bool:
    """Whether one network lies inside another."""
    if isinstance(outer, IPv4Network):
        return isinstance(inner, IPv4Network) and inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and inner.subnet_of(outer)


def _reason(address: IPv4Address | IPv6Address) -> str | None:
    named = next((name for network, name in _NAMED if address in network), None)
    if named is None and isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return "not global"
    return named

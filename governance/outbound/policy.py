"""What outbound calls may do: bounded by the operator, approved by each organisation, passed in by the caller. Pure."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, replace

from governance.outbound.addresses import LOOPBACK, Network, holds, read_networks, refusal

MEBIBYTE = 1024 * 1024
LOCALHOST = "localhost"
HOW_TO_ASK = "ask for it with POST /api/v1/destinations, and an admin of the organisation approves it"


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits of outbound calls.

    allow_loopback: also call this machine itself (development and tests).
    allowed_hosts: when not empty, only these hosts (`rag.example.org`, or `.example.org` for all below it).
    allowed_networks: private networks opened by the operator; metadata and link-local stay closed.
    approved: hosts that one organisation approved, written alike; None where no organisation is asked. Addresses inside
    `allowed_networks`, and loopback where it is allowed at all, need no approval by name.
    max_bytes: largest response body that is read.
    connect_s: longest time for one connection attempt, seconds.
    total_s: longest time for a whole call, name look-up to last byte, seconds; a call may ask for another.
    ca_file: a PEM file of further certificate authorities, e.g. a company's own.
    """

    allow_loopback: bool = False
    allowed_hosts: tuple[str, ...] = ()
    allowed_networks: tuple[Network, ...] = ()
    approved: tuple[str, ...] | None = None
    max_bytes: int = 8 * MEBIBYTE
    connect_s: float = 10
    total_s: float = 60
    ca_file: str = ""

    def allows_host(self, host: str) -> bool:
        """Whether a host may be called as far as its name tells."""
        return self.objection(host) is None

    def objection(self, host: str) -> str | None:
        """Why a host may not be called, to go on after its name, or None. Addresses are told here, names once resolved."""
        name = canonical(host)
        return self._wrong_address(name) or self._out_of_bounds(name) or self._unapproved(name)

    def bounds(self, name: str) -> bool:
        """Whether the operator's list has a host, or all hosts below `.example.org`; an empty list has every host."""
        return not self.allowed_hosts or any(matches(name, entry.lower()) for entry in self.allowed_hosts)

    def _wrong_address(self, name: str) -> str | None:
        if is_localhost(name) and not self.allow_loopback:
            return f"is {LOOPBACK} and may not be called"
        if not is_address(name):
            return None
        reason = refusal(name, allow_loopback=self.allow_loopback, opened=self.allowed_networks)
        return f"is {reason} and may not be called" if reason else None

    def _out_of_bounds(self, name: str) -> str | None:
        return None if self.bounds(name) else "is not on the list of allowed hosts of this installation"

    def _unapproved(self, name: str) -> str | None:
        if self.approved is None or any(matches(name, entry) for entry in self.approved) or self._needs_no_name(name):
            return None
        return f"is not approved for this organisation; {HOW_TO_ASK}"

    def _needs_no_name(self, name: str) -> bool:
        if is_localhost(name):
            return self.allow_loopback
        return is_address(name) and refusal(name) is not None  # loopback or a private network, looked at above


def read_policy(entries: Iterable[str], *, allow_loopback: bool) -> Policy:
    """A policy from one list as a setting holds it: hosts, and networks written with a slash.

    Example: `read_policy(["rag.example.org", "10.20.0.0/16"], allow_loopback=False)`.

    Raises:
        ValueError: for an entry with a slash that is not a private network.
    """
    named = [entry.strip() for entry in entries if entry.strip()]
    return Policy(
        allow_loopback=allow_loopback,
        allowed_hosts=tuple(entry for entry in named if "/" not in entry),
        allowed_networks=read_networks(entry for entry in named if "/" in entry),
    )


def narrowed(policy: Policy, places: Iterable[str]) -> Policy:
    """The operator's policy, narrowed to the hosts and private networks that one organisation approved.

    An approved network counts as far as the operator still opens it.
    """
    named = tuple(places)
    wanted = read_networks(place for place in named if "/" in place)
    opened = tuple(network for network in wanted if any(holds(wide, network) for wide in policy.allowed_networks))
    return replace(policy, approved=tuple(place for place in named if "/" not in place), allowed_networks=opened)


def canonical(host: str) -> str:
    """A host as it is compared: lower case, without the dot of the root, an IPv6 address in its one short form."""
    name = host.lower().rstrip(".")
    return str(ipaddress.ip_address(name)) if is_address(name) else name


def is_address(name: str) -> bool:
    """Whether a host is an IPv4 or IPv6 address in its canonical writing."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_localhost(name: str) -> bool:
    """Whether a host name is this machine by its name alone (RFC 6761)."""
    return name == LOCALHOST or name.endswith(f".{LOCALHOST}")


def matches(name: str, entry: str) -> bool:
    """Whether a list's entry covers a host: the same name, or one below `.example.org`."""
    return name.endswith(entry) if entry.startswith(".") else name == entry.rstrip(".")

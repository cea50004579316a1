"""What outbound calls may do: decided by the operator, passed in by the caller."""

from collections.abc import Iterable
from dataclasses import dataclass

from governance.outbound.addresses import Network, read_networks

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits of outbound calls.

    allow_loopback: also call this machine itself (development and tests).
    allowed_hosts: when not empty, only these hosts (`rag.example.org`, or `.example.org` for all below it).
    allowed_networks: private networks opened by the operator; metadata and link-local stay closed.
    max_bytes: largest response body that is read.
    connect_s: longest time for one connection attempt, seconds.
    total_s: longest time for a whole call, name look-up to last byte, seconds; a call may ask for another.
    ca_file: a PEM file of further certificate authorities, e.g. a company's own.
    """

    allow_loopback: bool = False
    allowed_hosts: tuple[str, ...] = ()
    allowed_networks: tuple[Network, ...] = ()
    max_bytes: int = 8 * MEBIBYTE
    connect_s: float = 10
    total_s: float = 60
    ca_file: str = ""

    def allows_host(self, host: str) -> bool:
        """Whether the allow-list has `host`; an empty list has every host."""
        name = host.lower().rstrip(".")
        return not self.allowed_hosts or any(_matches(name, entry.lower()) for entry in self.allowed_hosts)


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


def _matches(name: str, entry: str) -> bool:
    return name.endswith(entry) if entry.startswith(".") else name == entry.rstrip(".")

"""Reads where a call may go: an address of the web, and a place that an organisation may approve. Pure."""

import ipaddress
import re

import httpx

from governance.outbound.addresses import PRIVATE, holds, read_networks, refusal
from governance.outbound.errors import OutboundError
from governance.outbound.policy import Policy, canonical, is_address, is_localhost

MOST = 253  # characters of a host name (RFC 1035)
MOST_URL = 2000
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def read_url(url: str, policy: Policy) -> httpx.URL:
    """An http or https address that the policy does not refuse by what is written. Nothing is looked up.

    Raises:
        OutboundError: `refused_address`.
    """
    try:
        target = httpx.URL(url)
        host = target.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise _refused("the address is not a valid URL.") from None
    if target.scheme not in {"http", "https"}:
        raise _refused("only http and https addresses may be called.")
    if target.userinfo:
        raise _refused("an address must not carry a user name or password.")
    if not target.host:
        raise _refused("the address names no host.")
    objection = policy.objection(host)
    if objection is not None:
        raise _refused(f"{target.host} {objection}.")
    return target


def read_place(text: str, policy: Policy) -> str:
    """A host, `.example.org` for all below it, or a private network, in the one form in which it is kept and compared.

    policy: the operator's. A private address becomes the network of itself alone.

    Raises:
        ValueError: in words, for what names no place, or one that the operator keeps closed.
    """
    place = text.strip()
    if "/" in place:
        return _network(place, policy)
    bare = place.removeprefix("[").removesuffix("]")
    if is_address(bare):
        return _address(bare, policy)
    name = _name(place)
    if not policy.bounds(name):
        raise ValueError("is not on the list of allowed hosts of this installation; its operator keeps that list.")
    return name


def _network(text: str, policy: Policy) -> str:
    try:
        (network,) = read_networks([text])
    except ValueError:
        raise ValueError("must be a private network such as 10.20.0.0/16, or a host name without a path.") from None
    if not any(holds(wide, network) for wide in policy.allowed_networks):
        raise ValueError("is not inside a private network that this installation opens; its operator keeps that list.")
    return str(network)


def _address(text: str, policy: Policy) -> str:
    reason = refusal(text)
    address = ipaddress.ip_address(text)
    if reason == PRIVATE:
        return _network(f"{address}/{address.max_prefixlen}", policy)
    if reason is not None:
        raise ValueError(f"is {reason}; such an address is never called.")
    if not policy.bounds(str(address)):
        raise ValueError("is not on the list of allowed hosts of this installation; its operator keeps that list.")
    return str(address)


def _name(text: str) -> str:
    dot, bare = ("." if text.startswith(".") else ""), text.removeprefix(".")
    labels = _ascii(bare).split(".")
    name = dot + ".".join(labels)
    if len(name) > MOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("must be a host name such as rag.example.org, .example.org for all below it, or a private network.")
    if _NUMBER.fullmatch(labels[-1]):
        raise ValueError("is an address written in another way; write it with four decimal numbers.")
    if is_localhost(".".join(labels)):
        raise ValueError("is loopback; only the operator's setting PROBANZA_ALLOW_LOOPBACK opens it.")
    if dot and len(labels) < 2:
        raise ValueError("is too wide: name at least two labels, such as .example.org.")
    return name


def _ascii(name: str) -> str:
    """The name as the resolver gets it, without the root's dot; "" for what is no bare host."""
    if any(mark in name for mark in ":@?#\\"):
        return ""
    try:
        return canonical(httpx.URL(f"http://{name}").raw_host.decode("ascii"))
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return ""


def _refused(words: str) -> OutboundError:
    return OutboundError("refused_address", words)

"""Reads settings from the environment; what is malformed is named with what it should look like."""

import os
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The variable, or its default when unset or empty."""
    return os.environ.get(name) or default


def required(name: str, what: str) -> str:
    """The variable; `ImproperlyConfigured` says `what` it should hold when it is not set."""
    given = text(name)
    if not given:
        raise ImproperlyConfigured(f"{name} is not set. Give it {what}.")
    return given


def flag(name: str, *, default: bool = False) -> bool:
    """1/true/yes/on or 0/false/no/off."""
    given = text(name).lower()
    if not given:
        return default
    if given in {"1", "true", "yes", "on"}:
        return True
    if given in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {given!r}.")


def whole(name: str, default: int) -> int:
    """A whole number >= 0."""
    given = text(name)
    if not given:
        return default
    if not given.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {given!r}.")
    return int(given)


def listing(name: str) -> list[str]:
    """Comma-separated values."""
    return [one.strip() for one in text(name).split(",") if one.strip()]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in; no host, no mail."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: bool
    starttls: bool


def mail(url: str, name: str) -> MailServer:
    """`smtp://user:password@host:587` with STARTTLS (not asked of this machine), `smtps://` for TLS from the first byte."""
    parts = urlsplit(url)
    if url and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        raise ImproperlyConfigured(f"{name} must look like smtp://user:password@mail.example.org:587.")
    tls, host = parts.scheme == "smtps", parts.hostname or ""
    port = parts.port or (465 if tls else 587)
    local = host in {"localhost", "127.0.0.1", "::1"}
    return MailServer(host, port, unquote(parts.username or ""), unquote(parts.password or ""), tls, not tls and not local)


def database(url: str, name: str) -> dict[str, object]:
    """A PostgreSQL URL as Django's settings. An empty one gives a database that says so when used."""
    parts = urlsplit(url)
    if url and parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgresql://, not {parts.scheme}://.")
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or f"{name}-is-not-set",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or query.get("host", [""])[0],
        "PORT": str(parts.port or ""),
    }

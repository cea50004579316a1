"""The one HTTP client that this service calls other people's servers with.

http and https only; no redirects, no proxies from the environment, no cookies, no credentials
in addresses; the body is limited while it streams; a call ends at its deadline whatever the
other side does. One connection a call: the deadline then covers all of it.
"""

import json
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

import certifi
import httpcore
import httpx

from governance.outbound.backend import CheckedBackend, Connector, Deadline, Resolver, system_resolver
from governance.outbound.errors import OutboundError
from governance.outbound.places import read_url
from governance.outbound.policy import Policy

USER_AGENT = "probanza"
_OWN_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding"})


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. Header names are lower-case; `elapsed_ms` runs from name look-up to last byte."""

    status: int
    headers: dict[str, str]
    content: bytes
    elapsed_ms: int

    def json(self) -> Any:
        """The body as JSON; numbers with a fraction become `Decimal`.

        Raises:
            OutboundError: `not_json`, with what was received instead.
        """
        try:
            return json.loads(self.content, parse_float=Decimal, parse_constant=_refuse_constant)
        except (ValueError, ArithmeticError, RecursionError):
            raise OutboundError("not_json", self._not_json()) from None

    def _not_json(self) -> str:
        encoding = self.headers.get("content-encoding", "")
        if encoding:
            return f"the response is compressed ({encoding[:40]!r}) although none was asked for; send it plain."
        kind = self.headers.get("content-type", "none")[:80]
        return f"the response is not JSON (content type {kind!r}, {len(self.content)} bytes)."


class GuardedClient:
    """Calls servers under a `Policy`. Safe to share between threads; holds no connection.

    connect: opens the socket to an address that was checked; no other socket is opened.
    """

    def __init__(
        self, policy: Policy, resolve: Resolver = system_resolver, connect: Connector = socket.create_connection
    ) -> None:
        self._policy = policy
        self._resolve = resolve
        self._connect = connect
        self._tls: ssl.SSLContext | None = None

    def get_json(self, url: str, *, headers: Mapping[str, str] | None = None, timeout: float | None = None) -> Response:
        """GET `url`. Raises `OutboundError`; any status but 2xx is one."""
        return self.request("GET", url, headers={"Accept": "application/json", **(headers or {})}, timeout=timeout)

    def post_json(
        self, url: str, body: object, *, headers: Mapping[str, str] | None = None, timeout: float | None = None
    ) -> Response:
        """POST `body` as JSON to `url`. Raises `OutboundError`; any status but 2xx is one."""
        content = json.dumps(body, allow_nan=False).encode()
        typed = {"Accept": "application/json", "Content-Type": "application/json", **(headers or {})}
        return self.request("POST", url, content=content, headers=typed, timeout=timeout)

    def request(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Response:
        """Call `url` once and read the whole response.

        timeout: seconds for the whole call; the policy's `total_s` when None.

        Raises:
            OutboundError: with one of its causes.
        """
        target = read_url(url, self._policy)
        started = time.monotonic()
        deadline = Deadline(self._policy.total_s if timeout is None else timeout)
        backend = CheckedBackend(self._policy, self._resolve, deadline, self._connect)
        place = _place(target)
        try:
            with (
                httpcore.ConnectionPool(
                    ssl_context=self._context() if target.scheme == "https" else None,
                    max_connections=1,
                    max_keepalive_connections=0,
                    network_backend=backend,
                ) as pool,
                pool.stream(method, _raw(target), headers=_headers(target, headers), content=content) as response,
            ):
                _check_status(response, place)
                body = self._read(response, place)
                elapsed = round((time.monotonic() - started) * 1000)
                return Response(response.status, _lower(response.headers), body, elapsed)
        except httpcore.TimeoutException as error:
            raise OutboundError("timeout", f"{place} did not answer in time ({_words(error)}).") from None
        except httpcore.LocalProtocolError:
            raise OutboundError("unreachable", f"{place}: a header has characters HTTP does not allow.") from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise OutboundError("unreachable", f"{place} could not be reached ({_words(error)}).") from None

    def _read(self, response: httpcore.Response, place: str) -> bytes:
        body = bytearray()
        for chunk in response.iter_stream():
            body += chunk
            if len(body) > self._policy.max_bytes:
                raise OutboundError("too_large", f"{place} sent more than {self._policy.max_bytes} bytes; reading stopped there.")
        return bytes(body)

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            context = ssl.create_default_context()
            context.load_verify_locations(certifi.where())
            if self._policy.ca_file:
                context.load_verify_locations(self._policy.ca_file)
            self._tls = context
        return self._tls


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _raw(target: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path)


def _headers(target: httpx.URL, given: Mapping[str, str] | None) -> list[tuple[bytes, bytes]]:
    own = [
        (b"Host", target.netloc),
        (b"User-Agent", USER_AGENT.encode()),
        (b"Accept-Encoding", b"identity"),
        (b"Connection", b"close"),
    ]
    try:
        return own + [
            (name.encode("ascii"), value.encode("latin-1"))
            for name, value in (given or {}).items()
            if name.lower() not in _OWN_HEADERS
        ]
    except UnicodeEncodeError:
        raise OutboundError("unreachable", "a header has characters HTTP does not allow.") from None


def _lower(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def _place(target: httpx.URL) -> str:
    return f"{target.scheme}://{target.netloc.decode('ascii')}{target.path}"[:300]


def _words(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]


def _check_status(response: httpcore.Response, place: str) -> None:
    status = response.status
    if not 200 <= status < 300:
        waiting = _lower(response.headers).get("retry-after", "")[:100]
        raise OutboundError("http_status", _status_words(place, status), status, waiting)


def _status_words(place: str, status: int) -> str:
    if 300 <= status < 400:
        return f"{place} answered with a redirect (HTTP {status}); give the final address, redirects are not followed."
    if status in {401, 403}:
        return f"{place} answered HTTP {status}; check the stored credential."
    return f"{place} answered HTTP {status}."

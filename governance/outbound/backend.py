"""Connects only to addresses that were checked, and keeps one deadline over everything.

The name is resolved once, every address of the answer is checked, and the socket goes to a
checked address: a name that resolves differently the second time gains nothing.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

from governance.outbound.addresses import refusal
from governance.outbound.errors import OutboundError
from governance.outbound.policy import Policy

Resolver = Callable[[str, int], Sequence[str]]
Connector = Callable[[tuple[str, int], float], socket.socket]


def system_resolver(host: str, port: int) -> tuple[str, ...]:
    """All stream addresses of `host`, in the system's order. Raises `OSError` when there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class Deadline:
    """One moment after which nothing of a call goes on."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, above 0. Raises `TimeoutError` when there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the deadline has passed")
        return seconds


class CheckedBackend(httpcore.NetworkBackend):
    """The network of one call. Raises `OutboundError("refused_address")` before any packet is sent."""

    def __init__(
        self, policy: Policy, resolve: Resolver, deadline: Deadline, connect: Connector = socket.create_connection
    ) -> None:
        self._policy = policy
        self._resolve = resolve
        self._deadline = deadline
        self._connect = connect

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A stream to the first checked address that answers."""
        addresses = self._checked(host, self._look_up(host, port))
        for address in addresses[:-1]:
            try:
                return self._open(address, port)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue  # the next address of the same host may answer
        return self._open(addresses[-1], port)

    def _look_up(self, host: str, port: int) -> Sequence[str]:
        """The resolver has no time-out of its own, so it runs beside the call and is left behind when late."""
        found: list[Sequence[str]] = []

        def look_up() -> None:
            try:
                found.append(self._resolve(host, port))
            except (OSError, UnicodeError):
                found.append(())

        worker = threading.Thread(target=look_up, daemon=True)
        worker.start()
        worker.join(self._left(httpcore.ConnectTimeout))
        if not found:
            raise httpcore.ConnectTimeout("the name look-up took too long")
        if not found[0]:
            raise httpcore.ConnectError("the host name was not found")
        return found[0]

    def _checked(self, host: str, addresses: Sequence[str]) -> Sequence[str]:
        policy = self._policy
        for address in addresses:
            reason = refusal(address, allow_loopback=policy.allow_loopback, opened=policy.allowed_networks)
            if reason is not None:
                raise OutboundError("refused_address", f"{host} leads to {address}, which is {reason} and may not be called.")
        return addresses

    def _open(self, address: str, port: int) -> "DeadlineStream":
        timeout = min(self._policy.connect_s, self._left(httpcore.ConnectTimeout))
        try:
            connection = self._connect((address, port), timeout)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the connection took too long") from error
        except OSError as error:
            raise httpcore.ConnectError(error.strerror or "no connection") from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return DeadlineStream(connection, self._deadline)

    def _left(self, late: type[httpcore.TimeoutException]) -> float:
        try:
            return self._deadline.left()
        except TimeoutError as error:
            raise late(str(error)) from error


class DeadlineStream(httpcore.NetworkStream):
    """A socket on which every read and write ends at the call's one deadline."""

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection = connection
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Bytes that have arrived; empty at the end."""
        try:
            self._connection.settimeout(self._deadline.left())
            return self._connection.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of `buffer`."""
        try:
            while buffer:
                self._connection.settimeout(self._deadline.left())
                buffer = buffer[self._connection.send(buffer) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        """Close the socket."""
        self._connection.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same stream inside TLS, its certificate checked for the name that was asked for."""
        try:
            self._connection.settimeout(self._deadline.left())
            wrapped = ssl_context.wrap_socket(self._connection, server_hostname=server_hostname)
        except TimeoutError as error:
            self.close()
            raise httpcore.ConnectTimeout("the TLS handshake took too long") from error
        except (OSError, ValueError) as error:  # ValueError: a host name no certificate can have
            self.close()
            raise httpcore.ConnectError(f"TLS: {_tls_words(error)}") from error
        return DeadlineStream(wrapped, self._deadline)

    def get_extra_info(self, info: str) -> object:
        """What httpcore asks of a stream: here only whether TLS is on."""
        if info == "ssl_object" and isinstance(self._connection, ssl.SSLSocket):
            return self._connection
        return None


def _tls_words(error: OSError | ValueError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not accepted ({error.verify_message})"
    return "the handshake failed"

"""The proxy does to a connection what it says."""

import socket
import time
from collections.abc import Iterator

import pytest

from tests.faults.proxy import Proxy
from tests.faults.wire import rag

REQUEST = b"POST /ask HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with rag() as port, Proxy(port, delay_s=0.5) as between:
        yield between


def ask(proxy: Proxy, fault: str, patience_s: float = 5.0) -> bytes:
    proxy.fault = fault
    heard = b""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=patience_s) as client:
        client.sendall(REQUEST)
        while not heard.endswith(b"}") and (chunk := client.recv(4096)):
            heard += chunk
    return heard


def test_without_a_fault_it_passes_everything_on(proxy: Proxy) -> None:
    assert b"The office opens" in ask(proxy, "")


def test_a_delayed_answer_comes_later_and_whole(proxy: Proxy) -> None:
    started = time.monotonic()
    assert b"in the morning" in ask(proxy, "delay")
    assert time.monotonic() - started >= 0.5


def test_a_dropped_answer_never_comes(proxy: Proxy) -> None:
    with pytest.raises(TimeoutError):
        ask(proxy, "drop", patience_s=0.7)


def test_a_reset_breaks_off_amid_the_answer(proxy: Proxy) -> None:
    with pytest.raises(ConnectionResetError):
        ask(proxy, "reset")


def test_a_half_closed_connection_ends_early_and_in_good_order(proxy: Proxy) -> None:
    heard = ask(proxy, "half_close")
    assert heard.startswith(b"HTTP/1.1 200")
    assert not heard.endswith(b"}")

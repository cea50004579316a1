"""The guarded client against real servers on loopback, good and hostile."""

import socket
import time
from collections.abc import Sequence
from decimal import Decimal

import pytest

from governance.outbound import GuardedClient, OutboundError, Policy
from tests.unit.outbound.servers import answer, http_server, raw_server

LOCAL = Policy(allow_loopback=True, total_s=10)


def cause_of(client: GuardedClient, url: str, timeout: float | None = None) -> str:
    with pytest.raises(OutboundError) as caught:
        client.get_json(url, timeout=timeout)
    return caught.value.cause


def test_json_comes_back_with_exact_decimals() -> None:
    with http_server(answer(b'{"cost": 0.1, "n": 3}')) as (url, _):
        response = GuardedClient(LOCAL).get_json(f"{url}/x?a=1")
    assert response.json() == {"cost": Decimal("0.1"), "n": 3}
    assert response.elapsed_ms >= 0


def test_a_post_carries_its_body_headers_and_path() -> None:
    with http_server(answer(b"{}")) as (url, received):
        GuardedClient(LOCAL).post_json(f"{url}/ask?v=1", {"q": "año"}, headers={"Idempotency-Key": "k1"})
    assert received[0][":path"] == "/ask?v=1"
    assert received[0]["idempotency-key"] == "k1"
    assert received[0]["accept-encoding"] == "identity"


def test_a_caller_cannot_replace_the_host_header() -> None:
    with http_server(answer(b"{}")) as (url, received):
        GuardedClient(LOCAL).get_json(url, headers={"Host": "internal", "Content-Length": "7"})
    assert url.endswith(received[0]["host"])


def test_loopback_is_refused_without_the_development_setting() -> None:
    with http_server(answer(b"{}")) as (url, received):
        assert cause_of(GuardedClient(Policy()), url) == "refused_address"
    assert received == []


def test_a_name_that_resolves_anew_each_time_never_reaches_the_second_address() -> None:
    answers = iter([["93.184.215.14", "127.0.0.1"], ["127.0.0.1"]])
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    with http_server(answer(b"{}")) as (url, received):
        port = url.rpartition(":")[2]
        assert cause_of(GuardedClient(Policy(), rebinding), f"http://rebind.test:{port}/") == "refused_address"
    assert (asked, received) == (["rebind.test"], [])


def test_the_name_is_resolved_once_a_call() -> None:
    asked: list[str] = []

    def counting(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with http_server(answer(b"{}")) as (url, received):
        GuardedClient(LOCAL, counting).get_json(f"http://rag.test:{url.rpartition(':')[2]}/")
    assert asked == ["rag.test"]
    assert received[0]["host"].startswith("rag.test:")


def test_one_bad_address_among_good_ones_refuses_the_host() -> None:
    client = GuardedClient(LOCAL, lambda host, port: ["127.0.0.1", "169.254.169.254"])
    assert cause_of(client, "http://mixed.test/") == "refused_address"


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    with http_server(answer(b"{}")) as (url, _):
        client = GuardedClient(LOCAL, lambda host, port: ["::1", "127.0.0.1"])
        assert client.get_json(f"http://dual.test:{url.rpartition(':')[2]}/").status == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://localhost/",
        "http://localhost./",
        "http://[::]/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://168.63.129.16/",
        "http://100.100.100.200/",
        "http://192.0.0.192/",
        "http://１２７.０.０.１/",
        "http://user@127.0.0.1/",
        "http://user:secret@example.test/",
        "http://example.test\\@127.0.0.1/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//127.0.0.1/",
        "127.0.0.1",
        "http://",
        "http:///path",
        "",
        "http://exa\nmple.test/",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "javascript:alert(1)",
    ],
)
def test_a_hostile_way_to_write_an_address_is_refused(url: str) -> None:
    assert cause_of(GuardedClient(Policy(total_s=5)), url) in {"refused_address", "unreachable"}


def test_an_address_off_the_allow_list_is_refused_before_its_name_is_looked_up() -> None:
    asked: list[str] = []
    client = GuardedClient(Policy(allowed_hosts=("ok.test",)), lambda host, port: asked.append(host) or ())
    assert cause_of(client, "http://other.test/") == "refused_address"
    assert asked == []


def test_a_redirect_is_told_and_not_followed() -> None:
    elsewhere = answer(b"{}", 302, Location="http://127.0.0.1:1/secret")
    with http_server(elsewhere) as (url, received), pytest.raises(OutboundError, match="redirect") as caught:
        GuardedClient(LOCAL).get_json(url)
    assert (caught.value.cause, caught.value.status, len(received)) == ("http_status", 302, 1)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_an_error_status_is_told_with_its_number(status: int) -> None:
    with http_server(answer(b"<html>", status)) as (url, _), pytest.raises(OutboundError, match=str(status)) as caught:
        GuardedClient(LOCAL).get_json(url)
    assert caught.value.status == status


def test_proxies_from_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with http_server(answer(b"{}")) as (url, _):
        assert GuardedClient(LOCAL).get_json(url).status == 200


def test_a_message_names_the_place_without_query_or_secret() -> None:
    with http_server(answer(b"", 500)) as (url, _), pytest.raises(OutboundError) as caught:
        GuardedClient(LOCAL).get_json(f"{url}/ask?token=hunter2", headers={"X-Api-Key": "hunter3"})
    assert "/ask" in str(caught.value)
    assert "hunter" not in str(caught.value)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\x00b", "señal\n", "\ud800", "中"])
def test_a_header_that_http_does_not_allow_is_refused_without_telling_it(value: str) -> None:
    with http_server(answer(b"{}")) as (url, received), pytest.raises(OutboundError, match="header") as caught:
        GuardedClient(LOCAL).get_json(url, headers={"X-Key": value})
    assert value not in str(caught.value)
    assert received == []


def test_a_closed_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert cause_of(GuardedClient(LOCAL), f"http://127.0.0.1:{port}/") == "unreachable"


def test_an_unknown_host_is_unreachable() -> None:
    client = GuardedClient(LOCAL, lambda host, port: ())
    assert cause_of(client, "http://nowhere.test/") == "unreachable"


def test_a_resolver_that_hangs_ends_at_the_deadline() -> None:
    def hanging(host: str, port: int) -> Sequence[str]:
        time.sleep(3)
        return ["127.0.0.1"]

    assert cause_of(GuardedClient(LOCAL, hanging), "http://slow.test/", timeout=0.1) == "timeout"


def test_a_server_that_says_nothing_ends_at_the_deadline() -> None:
    with raw_server(lambda connection: time.sleep(0.5)) as port:
        assert cause_of(GuardedClient(LOCAL), f"http://127.0.0.1:{port}/", timeout=0.1) == "timeout"


def test_no_time_at_all_is_a_timeout_and_not_an_endless_call() -> None:
    with http_server(answer(b"{}")) as (url, received):
        assert cause_of(GuardedClient(LOCAL), url, timeout=0) == "timeout"
    assert received == []


def test_a_tls_handshake_that_never_comes_ends_at_the_deadline() -> None:
    with raw_server(lambda connection: time.sleep(0.5)) as port:
        assert cause_of(GuardedClient(LOCAL), f"https://127.0.0.1:{port}/", timeout=0.1) == "timeout"


def test_a_server_that_speaks_no_tls_is_unreachable() -> None:
    with raw_server(lambda connection: connection.sendall(b"220 mail ready\r\n")) as port:
        assert cause_of(GuardedClient(LOCAL), f"https://127.0.0.1:{port}/", timeout=5) == "unreachable"


def test_a_server_that_never_reads_ends_at_the_deadline() -> None:
    with raw_server(lambda connection: time.sleep(0.6)) as port, pytest.raises(OutboundError) as caught:
        GuardedClient(LOCAL).post_json(f"http://127.0.0.1:{port}/", "x" * 30_000_000, timeout=0.3)
    assert caught.value.cause == "timeout"


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["body", "chunks", "headers", "interim"],
)
def test_a_server_that_drips_ends_at_the_deadline(start: bytes, drop: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(start)
        for _ in range(500):
            connection.sendall(drop)
            time.sleep(0.01)

    with raw_server(talk) as port:
        assert cause_of(GuardedClient(LOCAL), f"http://127.0.0.1:{port}/", timeout=0.3) == "timeout"


def test_a_huge_body_is_cut_off_while_it_streams() -> None:
    sent = 0

    def talk(connection: socket.socket) -> None:
        nonlocal sent
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(10_000):
            connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
            sent += 65_536

    with raw_server(talk) as port:
        client = GuardedClient(Policy(allow_loopback=True, max_bytes=100_000))
        assert cause_of(client, f"http://127.0.0.1:{port}/") == "too_large"
    assert sent < 100 * 65_536


@pytest.mark.parametrize("speech", [b"SSH-2.0-OpenSSH_9.9\r\n", b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"])
def test_a_server_that_speaks_no_http_or_hangs_up_is_unreachable(speech: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(speech)

    with raw_server(talk) as port:
        assert cause_of(GuardedClient(LOCAL), f"http://127.0.0.1:{port}/", timeout=5) == "unreachable"


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": NaN}', b"\xff\xfe\x00", b"[" * 100_000, b"1" * 5000])
def test_a_body_that_is_not_json_is_told(body: bytes) -> None:
    with http_server(answer(body)) as (url, _):
        response = GuardedClient(LOCAL).get_json(url)
    with pytest.raises(OutboundError) as caught:
        response.json()
    assert caught.value.cause == "not_json"


def test_a_compressed_body_is_named_as_such() -> None:
    with http_server(answer(b"\x1f\x8b\x08", Content_Encoding="gzip")) as (url, _):
        response = GuardedClient(LOCAL).get_json(url)
    with pytest.raises(OutboundError, match="compressed"):
        response.json()

"""Every hostile way to write or to lead to an inner address, through the real client: no connection is opened.

The connector records what it is asked to open and opens nothing, so that no packet leaves.
"""

import socket
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.outbound import GuardedClient, OutboundError, Policy, read_policy
from governance.outbound.addresses import refusal
from governance.outbound.policy import narrowed
from tests.unit.outbound.servers import answer, http_server

INNER = ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.100.100.200"]

# What the resolver of an attacker answers: one address, several, or another each time.
NAMES: dict[str, Sequence[str]] = {
    "localtest.test": ["127.0.0.1"],
    "inner.test": ["10.0.0.1"],
    "metadata.test": ["169.254.169.254"],
    "google.internal.test": ["169.254.169.254"],
    "mixed.test": ["93.184.215.14", "127.0.0.1"],
    "mixed6.test": ["2606:4700::1111", "::1"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "nat64.test": ["64:ff9b::7f00:1"],
    "sixtofour.test": ["2002:7f00:1::"],
    "teredo.test": ["2001:0:7f00:1::1"],
    "oracle.test": ["192.0.0.192"],
    "azure.test": ["168.63.129.16"],
    "alibaba.test": ["100.100.100.200"],
    "zero.test": ["0.0.0.0"],
    "broadcast.test": ["255.255.255.255"],
    "multicast.test": ["224.0.0.1"],
    "linklocal6.test": ["fe80::1%eth0"],
    "unique6.test": ["fd00:ec2::254"],
    "nonsense.test": ["not an address"],
    "empty.test": [],
    "xn--localhst-c2a.test": ["127.0.0.1"],
}

URLS = [
    # the plain forms
    *(f"http://{address}/" for address in INNER),
    "http://localhost/",
    "http://LOCALHOST:80/",
    "http://localhost./",
    "http://a.localhost/",
    "http://127.0.0.1./",
    "http://127.0.0.1:6379/",
    "https://127.0.0.1:5432/",
    # decimal, octal, hexadecimal, mixed, short
    "http://2130706433/",
    "http://2852039166/",
    "http://3232235777/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://0000177.0.0.1/",
    "http://0251.0376.0251.0376/",
    "http://0x7f000001/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://0x7f.1/",
    "http://0xa9fea9fe/",
    "http://0xA9.0xFE.0xA9.0xFE/",
    "http://0x7F.0.0.01/",
    "http://127.1/",
    "http://127.0.1/",
    "http://10.1/",
    "http://0/",
    "http://00000/",
    "http://0x0/",
    "http://169.254.43518/",
    "http://127.0.0.1.0x1/",
    "http://256.256.256.256/",
    "http://127.0.0.0x1/",
    # IPv6
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[0000:0000:0000:0000:0000:0000:0000:0001]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[2001:0:7f00:1::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[fec0::1]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fd20:ce::254]/",
    "http://[ff02::1]/",
    "http://[::1",
    "http://[::1]]/",
    "http://[v1.127.0.0.1]/",
    # user names and other parts that confuse readers
    "http://example.test@127.0.0.1/",
    "http://127.0.0.1@93.184.215.14/",
    "http://user:secret@127.0.0.1/",
    "http://93.184.215.14:80@127.0.0.1/",
    "http://93.184.215.14%2f@127.0.0.1/",
    "http://127.0.0.1#@93.184.215.14/",
    "http://127.0.0.1\\@93.184.215.14/",
    "http://93.184.215.14\\@127.0.0.1/",
    "http://127.0.0.1%00.example.test/",
    "http://127.0.0.1%0d%0aHost:%20x/",
    "http://127.0.0.1%2e.example.test/",
    "http://127。0。0。1/",
    "http://127．0．0．1/",
    "http://127｡0｡0｡1/",
    "http://１２７.０.０.１/",
    "http://①②⑦.⓪.⓪.①/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://loc\u00adalhost/",
    "http://loc\u200balhost/",
    "http://localhost\u3002/",
    "http://127.0.0.1\t/",
    "http://127.0.0.1\n/",
    " http://127.0.0.1/",
    "http:/127.0.0.1/",
    "http:127.0.0.1",
    "http:///127.0.0.1/",
    "///127.0.0.1/",
    "//127.0.0.1/",
    "127.0.0.1",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:-1/",
    "http://127.0.0.1:８０/",
    # other schemes
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "dict://127.0.0.1:6379/info",
    "unix:///run/docker.sock",
    "http+unix://%2Frun%2Fdocker.sock/info",
    "jar:http://127.0.0.1!/",
    "data:text/plain,x",
    "javascript:alert(1)",
    "",
    # names
    *(f"http://{name}/" for name in NAMES),
    *(f"http://{name.upper()}./" for name in list(NAMES)[:3]),
]


class Recorder:
    """A connector that notes what it is asked to open and opens nothing."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def __call__(self, address: tuple[str, int], timeout: float) -> socket.socket:
        self.asked.append(address)
        raise ConnectionRefusedError("recorded")


def resolver(names: Mapping[str, Sequence[str]] = NAMES) -> Callable[[str, int], Sequence[str]]:
    """The attacker's names; all else as the system reads numbers, without asking anybody."""

    def resolve(host: str, port: int) -> Sequence[str]:
        known = names.get(host.lower().rstrip("."))
        if known is not None:
            return known
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [str(entry[4][0]) for entry in found]

    return resolve


def opened(url: str, policy: Policy) -> list[tuple[str, int]]:
    """The connections that a call leads to."""
    recorder = Recorder()
    with pytest.raises(OutboundError) as caught:
        GuardedClient(policy, resolver(), recorder).request("GET", url, timeout=5)
    assert caught.value.cause in {"refused_address", "unreachable"}
    return recorder.asked


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(set(URLS)) >= 60


def test_the_recorder_sees_a_connection_to_a_public_address() -> None:
    assert opened("http://93.184.215.14/", Policy()) == [("93.184.215.14", 80)]


@pytest.mark.parametrize("url", URLS)
def test_no_connection_is_opened_where_every_host_is_allowed(url: str) -> None:
    assert opened(url, Policy()) == []


@pytest.mark.parametrize("url", URLS)
def test_no_connection_is_opened_where_the_hostile_names_were_approved(url: str) -> None:
    approved = narrowed(Policy(), [*NAMES, ".test", ".example.test"])
    assert opened(url, approved) == []


@pytest.mark.parametrize("url", [*URLS, "http://93.184.215.14/", "https://rag.example.org/"])
def test_no_connection_is_opened_where_nothing_was_approved(url: str) -> None:
    assert opened(url, narrowed(Policy(), [])) == []


@pytest.mark.parametrize("url", URLS)
def test_an_opened_network_opens_nothing_of_all_this(url: str) -> None:
    approved = narrowed(read_policy(["10.20.0.0/16"], allow_loopback=False), ["10.20.0.0/16", *NAMES])
    assert opened(url, approved) == []


def test_a_name_that_is_bound_anew_after_the_check_is_called_where_it_was_checked() -> None:
    answers = iter([["93.184.215.14"], ["169.254.169.254"], ["127.0.0.1"]])
    recorder = Recorder()
    client = GuardedClient(narrowed(Policy(), ["rebind.test"]), lambda host, port: next(answers), recorder)
    for _ in range(3):
        with pytest.raises(OutboundError):
            client.request("GET", "http://rebind.test/")
    assert recorder.asked == [("93.184.215.14", 80)]


@pytest.mark.parametrize("place", ["http://127.0.0.1:1/", "http://169.254.169.254/", "//127.0.0.1:1/", "http://localtest.test/"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_opens_no_second_connection(status: int, place: str) -> None:
    asked: list[tuple[str, int]] = []

    def counting(address: tuple[str, int], timeout: float) -> socket.socket:
        asked.append(address)
        return socket.create_connection(address, timeout)

    with http_server(answer(b"", status, Location=place)) as (url, received):
        with pytest.raises(OutboundError, match="redirect"):
            GuardedClient(Policy(allow_loopback=True), resolver(), counting).request("POST", url, content=b"{}")
        assert (len(asked), len(received)) == (1, 1)


def test_what_another_process_puts_into_a_header_leads_nowhere_else() -> None:
    def talk(handler: BaseHTTPRequestHandler) -> None:
        answer(b"{}", 200, Refresh="0; url=http://169.254.169.254/", Link="<http://127.0.0.1/>; rel=preload")(handler)

    recorder: list[tuple[str, int]] = []

    def counting(address: tuple[str, int], timeout: float) -> socket.socket:
        recorder.append(address)
        return socket.create_connection(address, timeout)

    with http_server(talk) as (url, _):
        GuardedClient(Policy(allow_loopback=True), resolver(), counting).get_json(url)
    assert len(recorder) == 1


def _written(number: int, base: int) -> str:
    return {8: f"0{number:o}", 10: str(number), 16: f"0x{number:x}"}[base]


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 2**32 - 1).filter(lambda number: refusal(socket.inet_ntoa(number.to_bytes(4, "big"))) is not None),
    st.integers(1, 4),
    st.lists(st.sampled_from([8, 10, 16]), min_size=4, max_size=4),
)
def test_no_writing_of_an_inner_address_opens_a_connection(number: int, parts: int, bases: list[int]) -> None:
    octets = list(number.to_bytes(4, "big"))
    tail = int.from_bytes(bytes(octets[parts - 1 :]), "big")
    host = ".".join(_written(part, base) for part, base in zip([*octets[: parts - 1], tail], bases, strict=False))
    assert opened(f"http://{host}/", Policy()) == []

"""Every way to write an address inside the own network is refused."""

import ipaddress

import pytest

from governance.outbound.addresses import read_networks, refusal

HOSTILE = [
    "0.0.0.0",
    "0.0.0.1",
    "0.255.255.255",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.254",
    "127.0.0.1",
    "127.1.2.3",
    "127.255.255.254",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "169.254.169.253",
    "168.63.129.16",
    "172.16.0.1",
    "172.17.0.1",
    "172.31.255.254",
    "192.0.0.1",
    "192.0.0.8",
    "192.0.0.170",
    "192.0.0.192",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.254",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.254",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "224.0.0.251",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.254",
    "255.255.255.255",
    "::",
    "::1",
    "::2",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "::ffff:7f00:1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "1::1",
    "2001::1",
    "2001:0:7f00:1::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::",
    "2002:c0a8:1::1",
    "2620:4f:8000::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "fe80::1",
    "fe80::1%eth0",
    "fe90::1",
    "febf::1",
    "fec0::1",
    "ff00::1",
    "ff02::1",
    "ff05::1:3",
    "ff0e::1",
    "4000::1",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert refusal(address) is not None


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(set(HOSTILE)) >= 60


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111"])
def test_a_public_address_may_be_called(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1"])
def test_loopback_may_be_called_only_when_the_policy_says_so(address: str) -> None:
    assert refusal(address, allow_loopback=True) is None
    assert refusal(address) == "loopback"


def test_the_loopback_permission_opens_nothing_else() -> None:
    loopback = {address for address in HOSTILE if refusal(address, allow_loopback=True) is None}
    assert loopback == {"127.0.0.1", "127.1.2.3", "127.255.255.254", "::1"}


def test_an_opened_network_lets_its_own_addresses_through_and_no_others() -> None:
    opened = read_networks(["10.20.0.0/16"])
    assert refusal("10.20.3.4", opened=opened) is None
    assert refusal("10.21.3.4", opened=opened) == "private"
    assert refusal("::ffff:10.20.3.4", opened=opened) == "IPv4-mapped"


def test_cloud_metadata_stays_closed_inside_an_opened_network() -> None:
    assert refusal("100.100.100.200", opened=read_networks(["100.64.0.0/10"])) == "cloud metadata"
    assert refusal("fd00:ec2::254", opened=read_networks(["fc00::/7"])) == "cloud metadata"


@pytest.mark.parametrize("network", ["169.254.0.0/16", "0.0.0.0/0", "127.0.0.0/8", "::/0", "8.8.8.0/24", "10.0.0.0/7"])
def test_only_private_networks_can_be_opened(network: str) -> None:
    with pytest.raises(ValueError, match=r"private|host bits"):
        read_networks([network])


@pytest.mark.parametrize("word", ["", "localhost", "127.1", "0x7f000001", "1.2.3.4/32", "1.2.3.4 ", "١٢٧.0.0.1"])
def test_what_is_no_address_is_refused(word: str) -> None:
    assert refusal(word) == "not an address"


def test_everything_python_calls_not_global_is_refused_too() -> None:
    samples = [ipaddress.IPv4Address(number * 65_537 * 17 % 2**32) for number in range(20_000)]
    assert [str(one) for one in samples if not one.is_global and refusal(str(one)) is None] == []

"""What may be asked for as a destination, in which form it is kept, and what an approval covers."""

import pytest

from governance.outbound import OutboundError, Policy, read_policy
from governance.outbound.places import read_place, read_url
from governance.outbound.policy import narrowed

OPERATOR = read_policy(["10.20.0.0/16", "fd12::/16"], allow_loopback=False)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("rag.example.org", "rag.example.org"),
        (" RAG.Example.ORG. ", "rag.example.org"),
        (".Example.org", ".example.org"),
        ("rag", "rag"),
        ("my_rag.internal", "my_rag.internal"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("rag。example。org", "rag.example.org"),
        ("93.184.215.14", "93.184.215.14"),
        ("2606:4700::1111", "2606:4700::1111"),
        ("[2606:4700:0::1111]", "2606:4700::1111"),
        ("10.20.3.4", "10.20.3.4/32"),
        ("10.20.3.0/24", "10.20.3.0/24"),
        ("fd12::/32", "fd12::/32"),
        ("fd12::7", "fd12::7/128"),
    ],
)
def test_a_place_is_kept_in_one_form(text: str, kept: str) -> None:
    assert read_place(text, OPERATOR) == kept


@pytest.mark.parametrize(
    "text",
    [
        "", " ", ".", "..", "a..b", "-a.test", "a-.test", "a b.test", "a/b", "http://a.test", "a.test:80", "user@a.test",
        "a.test?x", "a.test#x", "*.example.org", ".org", "x" * 64 + ".test", "a." * 130 + "test", "a\x00b.test", "a\nb.test",
        "\ud800.test",
        "localhost", "a.localhost", "LOCALHOST.", "127.0.0.1", "::1", "[::1]", "169.254.169.254", "0.0.0.0", "224.0.0.1",
        "2002:7f00:1::1", "fe80::1%eth0", "::ffff:127.0.0.1", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "a.0x1", "a.1",
        "１２７.０.０.１", "192.168.0.1", "10.21.0.1", "10.21.0.0/24", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16",
        "8.8.8.0/24", "0.0.0.0/0", "10.20.0.1/16", "10.20.0.0/", "10.20.0.0/16/16", "/16", "{{7*7}}", "<script>.test",
        "a%2e.test", "a\\b.test",
    ],
)  # fmt: skip
def test_what_names_no_place_or_a_closed_one_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_place(text, OPERATOR)


def test_the_operators_list_bounds_what_can_be_asked_for() -> None:
    bounded = read_policy(["rag.example.org", ".partner.test"], allow_loopback=False)
    assert read_place("rag.example.org", bounded) == "rag.example.org"
    assert read_place(".eu.partner.test", bounded) == ".eu.partner.test"
    for outside in ("other.example.org", ".example.org", "93.184.215.14"):
        with pytest.raises(ValueError, match="operator"):
            read_place(outside, bounded)


def objection(policy: Policy, url: str) -> str:
    try:
        read_url(url, policy)
    except OutboundError as error:
        return str(error)
    return ""


def test_an_organisation_that_approved_nothing_may_call_nothing() -> None:
    assert "admin of the organisation approves it" in objection(narrowed(Policy(), []), "https://rag.example.org/")


def test_an_approved_name_covers_itself_and_a_dotted_one_all_below() -> None:
    policy = narrowed(Policy(), ["rag.example.org", ".partner.test"])
    for url in ("https://rag.example.org/x", "http://RAG.example.org.:8080/", "https://a.b.partner.test/"):
        assert objection(policy, url) == ""
    for url in ("https://example.org/", "https://x.rag.example.org/", "https://partner.test/", "https://badpartner.test/"):
        assert "not approved" in objection(policy, url)


def test_an_ipv6_address_is_the_same_in_every_writing() -> None:
    assert objection(narrowed(Policy(), ["2606:4700::1111"]), "http://[2606:4700:0:0::1111]/") == ""


def test_an_approved_network_covers_its_addresses_and_no_name() -> None:
    policy = narrowed(OPERATOR, ["10.20.3.0/24"])
    assert objection(policy, "http://10.20.3.4/") == ""
    assert "private" in objection(policy, "http://10.20.4.4/")
    assert "not approved" in objection(policy, "http://rag.internal/")


def test_a_network_counts_only_as_far_as_the_operator_opens_it_still() -> None:
    assert narrowed(Policy(), ["10.20.3.0/24"]).allowed_networks == ()


def test_loopback_needs_the_operators_setting_and_no_approval() -> None:
    for url in ("http://127.0.0.1:8000/", "http://localhost/", "http://[::1]/"):
        assert objection(narrowed(Policy(allow_loopback=True), []), url) == ""
        assert "loopback" in objection(narrowed(Policy(), []), url)


def test_the_operators_list_still_bounds_what_was_approved() -> None:
    policy = narrowed(read_policy(["rag.example.org"], allow_loopback=False), ["other.example.org"])
    assert "this installation" in objection(policy, "https://other.example.org/")

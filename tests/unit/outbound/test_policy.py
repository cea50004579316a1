"""What the operator's list means."""

import pytest

from governance.outbound import Policy, read_policy


def test_an_empty_list_allows_every_host() -> None:
    assert Policy().allows_host("rag.example.org")


def test_a_listed_host_is_allowed_in_any_case_and_with_a_root_dot() -> None:
    policy = Policy(allowed_hosts=("rag.example.org",))
    assert policy.allows_host("RAG.example.org.")


@pytest.mark.parametrize("host", ["example.org", "evil.rag.example.org", "rag.example.org.evil.test", "xrag.example.org"])
def test_a_host_that_only_resembles_a_listed_one_is_not_allowed(host: str) -> None:
    assert not Policy(allowed_hosts=("rag.example.org",)).allows_host(host)


def test_an_entry_with_a_leading_dot_allows_all_below_it() -> None:
    policy = Policy(allowed_hosts=(".example.org",))
    assert policy.allows_host("a.b.example.org")
    assert not policy.allows_host("badexample.org")


def test_one_list_holds_hosts_and_networks() -> None:
    policy = read_policy(["rag.example.org", " 10.20.0.0/16 ", ""], allow_loopback=True)
    assert policy.allowed_hosts == ("rag.example.org",)
    assert [str(network) for network in policy.allowed_networks] == ["10.20.0.0/16"]
    assert policy.allow_loopback


def test_a_public_network_in_the_list_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"8\.8\.8\.0/24 is not inside a private range"):
        read_policy(["8.8.8.0/24"], allow_loopback=False)

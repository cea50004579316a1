import pytest

from governance.access.tokens import matches, mint, prefix_of


def test_a_token_matches_its_own_digest_only():
    one, other = mint(), mint()
    assert matches(one.secret, one.digest)
    assert not matches(other.secret, one.digest)


def test_what_is_kept_does_not_hold_the_secret():
    minted = mint()
    assert minted.secret.split("_")[2] not in minted.digest + repr(minted)


def test_a_secret_has_at_least_160_random_bits():
    assert len(bytes.fromhex(mint().secret.split("_")[2])) * 8 >= 160


def test_the_prefix_of_a_token_finds_its_row():
    minted = mint()
    assert prefix_of(minted.secret) == minted.prefix


@pytest.mark.parametrize(
    "text", ["", "pbz", "pbz__", "pbz_abc_def", "xyz_0123456789ab_00", "pbz_0123456789a\x00_0", "pbz_é23456789012_0", "a" * 9999]
)
def test_text_that_is_no_token_has_no_prefix(text):
    assert prefix_of(text) is None

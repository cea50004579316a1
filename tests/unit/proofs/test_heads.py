"""Signed heads: what they cover and what they refuse."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from probanza import proofs

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
HEAD = proofs.SignedHead("org", 3, "ab" * 32, "", "2026-01-02T03:04:05.000006+00:00", "k1")


def test_a_signature_covers_every_field_of_a_head() -> None:
    signature = proofs.sign(HEAD.signed_bytes(), KEY)
    others = [
        replace(HEAD, organisation="other"),
        replace(HEAD, size=4),
        replace(HEAD, root="ac" * 32),
        replace(HEAD, previous="sha256:" + "0" * 64),
        replace(HEAD, at="2026-01-02T03:04:05.000007+00:00"),
        replace(HEAD, key_id="k2"),
    ]
    assert proofs.verify_signature(HEAD.signed_bytes(), signature, PUBLIC)
    assert not any(proofs.verify_signature(other.signed_bytes(), signature, PUBLIC) for other in others)


def test_a_head_survives_the_round_through_plain_data() -> None:
    assert proofs.SignedHead.from_plain(HEAD.to_plain()) == HEAD


@pytest.mark.parametrize("change", [{"size": True}, {"size": "3"}, {"root": 7}, {"schema": "x"}, {"more": "x"}])
def test_a_head_with_foreign_fields_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a head has"):
        proofs.SignedHead.from_plain({**HEAD.to_plain(), **change})


@pytest.mark.parametrize("public_key", [b"", b"\x00" * 31, b"\xff" * 32])
def test_a_broken_public_key_verifies_nothing(public_key: bytes) -> None:
    assert not proofs.verify_signature(b"message", b"\x00" * 64, public_key)


@pytest.mark.parametrize("text", ["AB" * 32, "ab" * 31, "ab" * 31 + "zz", "ab" * 31 + " a", None, 3])
def test_hexadecimal_has_one_spelling(text: object) -> None:
    with pytest.raises(ValueError, match="64 lower-case"):
        proofs.from_hex(text)

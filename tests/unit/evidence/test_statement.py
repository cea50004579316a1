"""What may be sealed, and how the sealed bytes come about."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from governance.evidence import statement
from governance.evidence.statement import Envelope, SealError, sealed_body
from probanza.canonical import canonical_bytes

NOW = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
ENVELOPE = Envelope(UUID(int=1), UUID(int=2), "bias", "version-1", "run-1", NOW, "person:1")
PIN = {"role": "model", "id": str(UUID(int=3)), "digest": "sha256:" + "0" * 64}


def test_the_body_is_the_canonical_form_of_envelope_and_statement() -> None:
    body = sealed_body(ENVELOPE, {"facts": {"n": 3}, "pins": [PIN]}, None)
    plain = statement.read_body(body)
    assert body == canonical_bytes(plain)
    assert plain["facts"] == {"n": 3}
    assert plain["sealed_at"] == "2026-01-02T03:04:05.000006+00:00"
    assert plain["payload"] is None


def test_a_float_is_refused_by_its_path() -> None:
    with pytest.raises(TypeError, match=r"\$\.facts\.shares\[1\]: float"):
        sealed_body(ENVELOPE, {"facts": {"shares": ["0.5", 0.5]}}, None)


@pytest.mark.parametrize("name", ["sealed_at", "organisation", "payload", "schema"])
def test_a_statement_cannot_write_the_envelope(name: str) -> None:
    with pytest.raises(SealError, match=f"statement: {name} is written by seal itself"):
        sealed_body(ENVELOPE, {name: "forged"}, None)


def test_a_lone_surrogate_is_refused_by_name() -> None:
    with pytest.raises(SealError, match=r"lone surrogate U\+D800"):
        sealed_body(ENVELOPE, {"facts": {"answer": "a\ud800"}}, None)


def test_hostile_text_is_sealed_as_it_is() -> None:
    hostile = "<script>{{7*7}}\x00\u202e'; DROP TABLE"
    assert statement.read_body(sealed_body(ENVELOPE, {"facts": hostile}, None))["facts"] == hostile


def test_a_statement_over_the_limit_is_sent_to_the_payload() -> None:
    with pytest.raises(SealError, match="Put the bulk into the payload"):
        sealed_body(ENVELOPE, {"facts": "x" * statement.MAX_BODY}, None)


@pytest.mark.parametrize(
    ("pins", "field"),
    [
        ({}, "pins: must be a list"),
        (["x"], r"pins\[0\]: must have exactly"),
        ([PIN, {**PIN, "more": 1}], r"pins\[1\]: must have exactly"),
        ([{**PIN, "role": ""}], r"pins\[0\]\.role"),
        ([{**PIN, "id": "x"}], r"pins\[0\]\.id"),
        ([{**PIN, "id": None}], r"pins\[0\]\.id"),
        ([{**PIN, "id": PIN["id"].replace("-", "")}], r"pins\[0\]\.id"),
        ([{**PIN, "digest": "sha256:" + "A" * 64}], r"pins\[0\]\.digest"),
    ],
)
def test_broken_pins_are_refused_by_place(pins: object, field: str) -> None:
    with pytest.raises(SealError, match=field):
        statement.check_pins(pins)


@pytest.mark.parametrize(("kind", "subject", "field"), [("Bias", "v", "kind"), ("", "v", "kind"), ("bias", "a b", "subject")])
def test_envelope_texts_are_checked(kind: str, subject: str, field: str) -> None:
    broken = Envelope(UUID(int=1), UUID(int=2), kind, subject, "", NOW, "person:1")
    with pytest.raises(SealError, match=f"{field}: must be"):
        sealed_body(broken, {}, None)


def test_the_same_payload_has_another_digest_under_another_salt() -> None:
    first, second = statement.commitment(b"a" * 32, b"words"), statement.commitment(b"b" * 32, b"words")
    assert first["digest"] != second["digest"]
    assert first["size"] == second["size"] == 5


def test_one_moment_has_one_spelling() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=2)))
    assert statement.utc_text(elsewhere) == statement.utc_text(NOW)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without time zone"):
        statement.utc_text(NOW.replace(tzinfo=None))


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff"])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - three decoders, one class
        statement.read_body(body)

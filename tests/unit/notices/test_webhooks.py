"""The signature of webhooks and its verifier. Pure."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probanza.webhooks import ID, SIGNATURE, TIMESTAMP, WebhookError, headers_of, new_secret, sign, verify

# The vector that the Standard Webhooks libraries are tested with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE, MOMENT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER = "whsec_" + base64.b64encode(b"x" * 32).decode()
HEADERS = {ID: MESSAGE, TIMESTAMP: str(MOMENT), SIGNATURE: SIGNED}


def test_the_published_vector_comes_out() -> None:
    assert sign(SECRET, message_id=MESSAGE, timestamp=MOMENT, body=BODY) == SIGNED


def test_the_published_vector_is_verified() -> None:
    message = verify(SECRET, HEADERS, BODY, now=MOMENT)
    assert (message.id, message.timestamp, message.json()) == (MESSAGE, MOMENT, {"test": 2432232314})


def test_the_prefix_of_a_secret_is_only_a_mark() -> None:
    assert verify(SECRET.removeprefix("whsec_"), HEADERS, BODY, now=MOMENT).id == MESSAGE


def test_header_names_come_in_any_case() -> None:
    assert verify(SECRET, {name.title(): value for name, value in HEADERS.items()}, BODY, now=MOMENT)


@pytest.mark.parametrize("skew", [-300, -1, 0, 299.9, 300])
def test_a_clock_that_differs_by_at_most_five_minutes_is_accepted(skew: float) -> None:
    assert verify(SECRET, HEADERS, BODY, now=MOMENT + skew)


@pytest.mark.parametrize("skew", [-301, 301, 86_400, float("nan"), float("inf")])
def test_an_old_message_or_one_from_the_future_is_refused(skew: float) -> None:
    with pytest.raises(WebhookError):
        verify(SECRET, HEADERS, BODY, now=MOMENT + skew)


def test_during_a_rotation_both_secrets_sign_and_either_verifies() -> None:
    headers = headers_of([OTHER, SECRET], message_id=MESSAGE, timestamp=MOMENT, body=BODY)
    assert len(headers[SIGNATURE].split(" ")) == 2
    assert verify(SECRET, headers, BODY, now=MOMENT).id == verify(OTHER, headers, BODY, now=MOMENT).id == MESSAGE


def test_a_receiver_may_know_two_secrets() -> None:
    assert verify([OTHER, SECRET], HEADERS, BODY, now=MOMENT)


@pytest.mark.parametrize(
    "changed",
    [
        {ID: "msg_other"},
        {TIMESTAMP: str(MOMENT + 1)},
        {SIGNATURE: SIGNED.replace("v1,", "v2,")},
        {SIGNATURE: SIGNED[:-3] + "A=="},
        {SIGNATURE: "v1,"},
        {SIGNATURE: "v1a,abc v0," + SIGNED[3:]},
        {SIGNATURE: " ".join(["v1,x"] * 20 + [SIGNED])},
        {SIGNATURE: ""},
        {ID: ""},
        {ID: "msg\r\nx: y"},
        {TIMESTAMP: ""},
        {TIMESTAMP: "-1"},
        {TIMESTAMP: "1e9"},
        {TIMESTAMP: "١٦١٤"},
        {TIMESTAMP: "9" * 400},
        {SIGNATURE: "v1,ñ"},
    ],
)
def test_a_changed_header_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(WebhookError):
        verify(SECRET, HEADERS | changed, BODY, now=MOMENT)


@given(st.integers(0, len(BODY) * 8 - 1))
def test_any_flipped_bit_of_the_body_is_found(bit: int) -> None:
    changed = bytearray(BODY)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(WebhookError, match="no signature"):
        verify(SECRET, HEADERS, bytes(changed), now=MOMENT)


def test_without_secrets_nothing_is_verified() -> None:
    with pytest.raises(WebhookError):
        verify([], HEADERS, BODY, now=MOMENT)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_***", "whsec_YWJj", "whsec_" + base64.b64encode(b"x" * 65).decode(), "é"]
)
def test_a_malformed_secret_is_named_as_such(secret: str) -> None:
    with pytest.raises(WebhookError, match="secret"):
        verify(secret, HEADERS, BODY, now=MOMENT)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 200_000])
def test_a_body_that_is_not_json_is_told(body: bytes) -> None:
    headers = headers_of([SECRET], message_id=MESSAGE, timestamp=MOMENT, body=body)
    message: Any = verify(SECRET, headers, body, now=MOMENT)
    with pytest.raises(WebhookError, match="JSON"):
        message.json()


def test_a_new_secret_is_random_and_signs() -> None:
    assert new_secret() != new_secret()
    assert sign(new_secret(), message_id="m", timestamp=1, body=b"").startswith("v1,")

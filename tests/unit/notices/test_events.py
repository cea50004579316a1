"""Events and the waits between tries. Pure."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.notices.events import EVENTS, JITTER, TRIES, WAITS_S, asked_wait_s, wait_s
from governance.notices.models import STATES
from tests.house.rooms import ROOT


def test_every_event_and_every_state_is_documented() -> None:
    page = (ROOT / "docs/reference/notices.md").read_text(encoding="utf-8")
    assert [name for name in (*EVENTS, *STATES) if f"`{name}`" not in page] == []


@given(st.integers(1, TRIES - 1), st.floats(0, 1))
def test_a_wait_is_a_fifth_more_or_less_than_planned(tries: int, chance: float) -> None:
    wait = wait_s(tries, chance)
    assert wait is not None
    assert WAITS_S[tries - 1] * (1 - JITTER) <= wait <= WAITS_S[tries - 1] * (1 + JITTER) * (1 + 1e-12)


def test_waits_grow_from_seconds_to_a_day_and_end_after_about_three_days() -> None:
    assert list(WAITS_S) == sorted(WAITS_S)
    assert (WAITS_S[0], WAITS_S[-1]) == (5, 86_400)
    assert 3 * 86_400 <= sum(WAITS_S) <= 3.5 * 86_400


@pytest.mark.parametrize("tries", [TRIES, TRIES + 1, 10_000])
def test_after_the_last_try_there_is_no_wait(tries: int) -> None:
    assert wait_s(tries, 0.5) is None


NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("999999999999999999999", 86_400),
        ("Sun, 01 Mar 2026 12:10:00 GMT", 600),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Sun, 01 Mar 2126 11:00:00 GMT", 86_400),
        ("", 0),
        ("-5", 0),
        ("soon", 0),
        ("\u0662", 0),
        ("Sun, 99 Mar 2026 12:10:00 GMT", 0),
    ],
)
def test_what_a_receiver_asks_for_is_read_and_bounded(header: str, seconds: float) -> None:
    assert asked_wait_s(header, NOW) == seconds


def test_a_longer_wait_than_ours_is_kept_and_a_shorter_one_is_not() -> None:
    assert wait_s(1, 0.5, asked_s=3600) == 3600
    assert wait_s(1, 0.5, asked_s=1) == WAITS_S[0]
    assert wait_s(TRIES, 0.5, asked_s=1) is None

"""Events and the waits between tries. Pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.notices.events import EVENTS, JITTER, TRIES, WAITS_S, wait_s
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

"""Lines of a monitoring plan, and how evidence stands to them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.monitoring.plan import MOST_DAYS, MOST_LINES, Line, Seen, read_lines, stand
from governance.shapes import ShapeError

KNOWN = {
    "bias": {"demographic_parity_difference": "Demographic parity difference"},
    "fidelity": {"supported_claims": "Supported"},
}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LINE = {"kind": "fidelity", "measure": "supported_claims", "every_days": 30}


def seen(days_ago: float, *, current: bool = True) -> Seen:
    return Seen(NOW - days_ago * DAY, current, "e1")


@pytest.mark.parametrize(
    ("given_lines", "field"),
    [
        ([], "lines"),
        ("fidelity", "lines"),
        ([LINE] * 2, "lines[1]"),
        ([{**LINE, "every_days": n} for n in range(1, MOST_LINES + 2)], "lines"),
        (["fidelity"], "lines[0]"),
        ([{"kind": "fidelity", "every_days": 1}], "lines[0].measure"),
        ([{**LINE, "kind": "security"}], "lines[0].kind"),
        ([{**LINE, "measure": "demographic_parity_difference"}], "lines[0].measure"),
        ([{**LINE, "every_days": 0}], "lines[0].every_days"),
        ([{**LINE, "every_days": -1}], "lines[0].every_days"),
        ([{**LINE, "every_days": MOST_DAYS + 1}], "lines[0].every_days"),
        ([{**LINE, "every_days": True}], "lines[0].every_days"),
        ([{**LINE, "every_days": 1.5}], "lines[0].every_days"),
        ([{**LINE, "every_days": "1"}], "lines[0].every_days"),
        ([{**LINE, "colour": "red"}], "lines[0].colour"),
        ([{**LINE, "kind": "a\x00"}], "lines[0].kind"),
    ],
)
def test_what_does_not_fit_is_named_by_line_and_field(given_lines: Any, field: str) -> None:
    with pytest.raises(ShapeError) as caught:
        read_lines(given_lines, KNOWN)
    assert caught.value.field == field


def test_a_line_may_watch_a_kind_whatever_it_measures() -> None:
    assert read_lines([{"kind": "bias", "measure": "", "every_days": 7}], KNOWN) == (Line("bias", "", 7),)


@pytest.mark.parametrize(
    ("seen_at", "state", "overdue"),
    [
        (None, "never", False),
        (seen(1), "current", False),
        (seen(1, current=False), "stale", False),
        (seen(31), "overdue", True),
        (seen(31, current=False), "overdue", True),
    ],
)
def test_a_line_stands_as_its_newest_evidence_does(seen_at: Seen | None, state: str, overdue: bool) -> None:
    told = stand(Line("fidelity", "", 30), since=NOW - 2 * DAY, seen=seen_at, now=NOW)
    assert (told.state, told.overdue) == (state, overdue)
    assert told.due_at == (seen_at.at if seen_at else NOW - 2 * DAY) + 30 * DAY


def test_what_never_came_is_overdue_one_interval_after_the_plan() -> None:
    told = stand(Line("fidelity", "", 1), since=NOW - 2 * DAY, seen=None, now=NOW)
    assert (told.state, told.last_at) == ("overdue", None)


@given(st.floats(0, 4000), st.integers(1, MOST_DAYS), st.booleans())
def test_without_its_evidence_a_line_never_stands_better(days_ago: float, every: int, current: bool) -> None:
    order = ("overdue", "never", "stale", "current")
    line, since = Line("fidelity", "", every), NOW - days_ago * DAY - DAY
    with_it = stand(line, since=since, seen=seen(days_ago, current=current), now=NOW)
    without = stand(line, since=since, seen=None, now=NOW)
    assert order.index(without.state) <= order.index(with_it.state)

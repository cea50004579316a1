from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.suites.cron import (
    GRACE,
    MOST_CAUGHT_UP,
    check_expression,
    check_misfire,
    check_zone,
    due_times,
    next_due,
    plan,
)
from governance.shapes import ShapeError

MADRID = "Europe/Madrid"  # 2026: forward on 29 March at 2:00, back on 25 October at 3:00


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def dues(expression: str, after: str, count: int, zone: str = MADRID) -> list[str]:
    return [f"{one:%m-%d %H:%M}" for one in islice(due_times(expression, zone, at(after)), count)]


@pytest.mark.parametrize(
    "text",
    [
        "", "* * * *", "* * * * * *", "61 * * * *", "* 24 * * *", "* * 32 * *", "* * * 13 *", "* * * * 9", "a b c d e",
        "*/0 * * * *", "5-1 * * * *", "@daily", "0 0 30 2 *", "1,,2 * * * *", "² * * * *", "-1 * * * *", "1.5 * * * *",
        "* * * * 1#9", "9" * 90 + " * * * *", "*/" * 48 + " * * * *", "<script> * * * *", "\x00 * * * *",
        "* * * * " + "1," * 60, "L L L L L", "1#2/3 * * * *", "* * * * 1#2/3", "* * * * LL",
    ],
)  # fmt: skip
def test_nonsense_is_refused_naming_the_field(text: str) -> None:
    with pytest.raises(ShapeError) as refused:
        check_expression(text)
    assert refused.value.field == "expression"


@given(st.text(max_size=120))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_whatever_is_typed_is_an_expression_or_refused(text: str) -> None:
    try:
        check_expression(text)
    except ShapeError as error:
        refused = error.field
    else:
        refused = "expression"
    assert refused == "expression"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Madrid",
        "../../etc/passwd",
        "/etc/localtime",
        "localtime",
        "Europe",
        "Europe/Madrid\x00",
        "europe/madrid",
        "posixrules",
    ],
)
def test_a_name_that_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ShapeError) as refused:
        check_zone(name)
    assert refused.value.field == "time_zone"


def test_an_unknown_misfire_rule_is_refused_listing_the_known_ones() -> None:
    with pytest.raises(ShapeError) as refused:
        check_misfire("sometimes")
    assert refused.value.allowed == ("skip", "once", "all")


def test_a_fixed_time_follows_the_wall_clock_through_the_year() -> None:
    assert dues("30 6 * * *", "2026-03-28T00:00+01:00", 2) == ["03-28 05:30", "03-29 04:30"]


def test_a_time_that_the_clock_skips_is_due_when_the_gap_ends() -> None:
    assert dues("30 2 * * *", "2026-03-28T12:00+01:00", 2) == ["03-29 01:00", "03-30 00:30"]


def test_a_time_that_the_clock_shows_twice_is_due_the_first_time_only() -> None:
    assert dues("30 2 * * *", "2026-10-24T12:00+02:00", 2) == ["10-25 00:30", "10-26 01:30"]


def test_every_half_hour_follows_elapsed_time_on_the_day_of_25_hours() -> None:
    found = [at("2026-10-25T00:00+02:00")]
    found += islice(due_times("*/30 * * * *", MADRID, found[0]), 49)
    assert {later - sooner for sooner, later in pairwise(found)} == {timedelta(minutes=30)}


def test_a_due_time_never_lies_in_the_past_in_the_second_showing_of_an_hour() -> None:
    second_showing = at("2026-10-25T02:40+01:00")
    assert next_due("50 2 * * *", MADRID, second_showing) == at("2026-10-26T02:50+01:00")


@given(st.integers(0, 59), st.integers(0, 23), st.integers(0, 365 * 24 * 60))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_due_times_go_forward_whatever_the_clock_does(minute: int, hour: int, after: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=after)
    moments = [start, *islice(due_times(f"{minute} {hour} * * *", MADRID, start), 3)]
    assert moments == sorted(set(moments))


def test_a_day_that_never_comes_is_never_due() -> None:
    assert next_due("0 0 */31 2 1#5", "UTC", at("2026-01-01T00:00+00:00")) is None


DUE = at("2026-11-22T06:00+00:00")


@pytest.mark.parametrize("rule", ["skip", "once", "all"])
def test_a_due_time_that_is_merely_late_is_fired_by_every_rule(rule: str) -> None:
    found = plan("0 * * * *", "UTC", rule, DUE, DUE + GRACE)
    assert (found.fire, found.missed, found.next_due) == ((DUE,), None, DUE + timedelta(hours=1))


@pytest.mark.parametrize(
    ("rule", "fired", "missed", "let_go"),
    [("skip", [], 9, 3), ("once", [9], 8, 2), ("all", [6, 7, 8, 9], None, 0)],
)
def test_missed_due_times_follow_the_rule(rule: str, fired: list[int], missed: int | None, let_go: int) -> None:
    found = plan("0 * * * *", "UTC", rule, DUE, DUE + timedelta(hours=3, minutes=30))
    assert [one.hour for one in found.fire] == fired
    assert (found.missed.hour if found.missed else None, found.let_go) == (missed, let_go)
    assert found.next_due == DUE + timedelta(hours=4)


def test_a_due_time_that_is_met_makes_up_for_the_missed_ones_by_the_rule_once() -> None:
    found = plan("0 * * * *", "UTC", "once", DUE, DUE + timedelta(hours=2, minutes=1))
    assert ([one.hour for one in found.fire], found.missed) == ([8], DUE + timedelta(hours=1))


def test_catching_up_is_bounded_and_counts_what_it_lets_go() -> None:
    found = plan("0 * * * *", "UTC", "all", DUE, DUE + timedelta(hours=40, minutes=30))
    assert (len(found.fire), found.let_go, found.missed) == (MOST_CAUGHT_UP, 16, DUE + timedelta(hours=16))


def test_an_absence_of_years_ends_with_the_newest_due_times() -> None:
    now = DUE + timedelta(days=3650, seconds=30)
    found = plan("* * * * *", "UTC", "once", DUE, now)
    assert found.fire[-1] == now - timedelta(seconds=30)
    assert found.let_go > 2000

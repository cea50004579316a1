"""Periods that the law counts in months."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.retention.periods import DOCUMENTS, LOGS, after, day_in, of_roles


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2027, 12, 2), 120, date(2037, 12, 2)),
        (date(2028, 2, 29), 120, date(2038, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 11, 22), 6, date(2027, 5, 22)),
    ],
)
def test_a_period_of_months_ends_on_the_same_day_or_the_last_of_its_month(start: date, months: int, end: date) -> None:
    assert after(start, months) == end


def test_a_period_beyond_the_last_year_of_the_calendar_is_told() -> None:
    with pytest.raises(OverflowError):
        after(date(9990, 1, 1), 120)


@given(st.dates(date(1900, 1, 1), date(2900, 1, 1)), st.integers(0, 600))
def test_a_period_never_ends_in_another_month_than_the_one_it_names(start: date, months: int) -> None:
    end = after(start, months)
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day <= start.day


@given(st.dates(date(1900, 1, 1), date(2900, 1, 1)), st.dates(date(1900, 1, 1), date(2900, 1, 1)), st.integers(0, 600))
def test_what_begins_later_never_ends_earlier(one: date, other: date, months: int) -> None:
    first, second = sorted((one, other))
    assert after(first, months) <= after(second, months)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2027-12-02", date(2027, 12, 2)),
        (" 2027-12-02, in Spain first", date(2027, 12, 2)),
        ("2 December 2027", None),
        ("2027-02-30", None),
        ("20271202", None),
        ("\u0662\u0660\u0662\u0667-12-02", None),
        ("", None),
        ("<script>", None),
    ],
)
def test_a_day_is_read_only_where_one_is_written(words: str, day: date | None) -> None:
    assert day_in(words) == day


def test_each_role_keeps_its_own() -> None:
    assert [one.article for one in of_roles(DOCUMENTS, ["provider"])] == ["Art. 18(1)"]
    assert [one.article for one in of_roles(LOGS, ["deployer"])] == ["Art. 26(6)"]
    assert of_roles(LOGS, ["importer"]) == ()


def test_who_did_not_say_what_they_are_is_told_of_every_period() -> None:
    assert of_roles(DOCUMENTS, []) == DOCUMENTS
    assert of_roles(LOGS, []) == LOGS

"""Figures as they are written in English and Spanish."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.judges.figures import figures, readings


def only(text: str) -> tuple[str, set[object], str]:
    (figure,) = figures(text)
    return figure.sort, set(figure.values), figure.unit


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12,5 %", Decimal("12.5"), "%"),
        ("12.5 percent", Decimal("12.5"), "%"),
        ("12,5 por ciento", Decimal("12.5"), "%"),
        ("1.240,50 €", Decimal("1240.50"), "eur"),
        ("€1,240.50", Decimal("1240.50"), "eur"),
        ("3 millones de euros", Decimal(3_000_000), "eur"),
        ("$3 million", Decimal(3_000_000), "usd"),
        ("1 000 km", Decimal(1000), "km"),
        ("30 días", Decimal(30), "day"),
        ("two years", Decimal(2), "year"),
        ("dos años", Decimal(2), "year"),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, value: Decimal, unit: str) -> None:
    sort, values, found = only(text)
    assert (sort, found) == ("number", unit)
    assert value in values


def test_a_lone_group_of_three_keeps_both_readings() -> None:
    assert readings("1.000") == readings("1,000") == {Decimal(1000), Decimal("1.000")}
    assert readings("1.234.567") == {Decimal(1234567)}
    assert readings("12,50") == {Decimal("12.50")}


@pytest.mark.parametrize("text", ["3 May 2018", "May 3, 2018", "3 de mayo de 2018", "2018-05-03", "3rd of May 2018"])
def test_a_day_is_the_same_day_however_it_is_written(text: str) -> None:
    assert only(text)[:2] == ("date", {(2018, 5, 3)})


def test_a_slashed_date_keeps_both_orders() -> None:
    assert only("03/05/2018")[1] == {(2018, 5, 3), (2018, 3, 5)}


@pytest.mark.parametrize(("text", "minute"), [("17:00", 1020), ("5 pm", 1020), ("9.30 h", 570), ("12 am", 0), ("9 a.m.", 540)])
def test_a_time_is_its_minute_of_the_day(text: str, minute: int) -> None:
    assert only(text)[:2] == ("time", {minute})


def test_a_range_of_weekdays_holds_the_days_between() -> None:
    assert only("Monday to Friday")[1] == only("de lunes a viernes")[1] == {0, 1, 2, 3, 4}


def test_a_decimal_with_h_is_a_duration_and_not_a_time() -> None:
    assert [figure.sort for figure in figures("2,5 h")] == ["number"]


@given(st.text(alphabet=st.sampled_from("0123456789.,:/- €%ahmopñéMay\u00a0İß\ud800"), max_size=60))
def test_any_text_is_read_with_offsets_inside_it(text: str) -> None:
    found = figures(text)
    assert all(0 <= figure.start < figure.end <= len(text) for figure in found)
    assert all(one.end <= two.start for one, two in zip(found, found[1:], strict=False))  # noqa: RUF007


def test_endless_digits_are_no_quantity() -> None:
    assert figures("7" * 2_000_000) == []

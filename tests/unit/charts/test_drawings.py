"""Our drawings are well-formed, honest about what is unknown, and carry their words."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.book import BarChart, BarRow, IntervalChart, IntervalRow, Number, Raw, Text
from governance.charts import PRINT, bar_chart, chart_table, describe, interval_plot
from governance.charts.intervals import MOST_ROWS, sorted_marks
from governance.charts.scale import MOST_TICKS, fit, number
from governance.charts.svg import hatch, shorten, wrap
from governance.charts.tables import short

SVG = "{http://www.w3.org/2000/svg}"


def say(text: Text) -> str:
    return text.message % dict(text.values) if text.values else text.message


def row(label: str, value: str | None = "0.5", low: str | None = "0.4", high: str | None = "0.6") -> IntervalRow:
    return IntervalRow(Raw(label), value, low, high, 100)


def chart(*rows: IntervalRow, limit: str | None = None, direction: str | None = None, title: str = "T") -> IntervalChart:
    return IntervalChart(Text(title), Text("share approved"), rows, limit=limit, direction=direction)


def words(svg: str) -> list[str]:
    return [node.text or "" for node in ET.fromstring(svg).iter(f"{SVG}text")]


def test_hostile_labels_stay_text() -> None:
    drawn = interval_plot(chart(row('<script>alert(1)</script>"&')), say)
    assert "<script" not in drawn
    assert any("<script>" in word for word in words(drawn))


def test_a_long_label_is_shortened_and_whole_in_its_title() -> None:
    long = "customers of the northern branch who applied by telephone"
    drawn = interval_plot(chart(row(long)), say)
    assert not any(long in word for word in words(drawn))
    assert any(long in (node.text or "") for node in ET.fromstring(drawn).iter(f"{SVG}title"))


def test_a_row_without_estimate_is_told_in_words_and_has_no_dot() -> None:
    drawn = interval_plot(chart(row("men", None, None, None)), say)
    assert "not estimable" in words(drawn)
    assert not list(ET.fromstring(drawn).iter(f"{SVG}circle"))


def test_rows_are_sorted_worst_first_with_the_unknown_before_the_undecided() -> None:
    rows = (
        row("good", "0.9", "0.85", "0.95"),
        row("across", "0.8", "0.7", "0.9"),
        row("unknown", None, None, None),
        row("bad", "0.5", "0.4", "0.6"),
    )
    marks = sorted_marks(chart(*rows, limit="0.8", direction="at_least"))
    assert [mark.row.label for mark in marks] == [Raw("bad"), Raw("unknown"), Raw("across"), Raw("good")]


def test_an_upper_limit_sorts_the_largest_first() -> None:
    rows = (row("low", "0.1", "0.05", "0.12"), row("high", "0.9", "0.8", "0.95"), row("middle", "0.5", "0.4", "0.6"))
    marks = sorted_marks(chart(*rows, limit="0.2", direction="at_most"))
    assert [mark.row.label for mark in marks] == [Raw("high"), Raw("middle"), Raw("low")]


def test_shapes_tell_the_place_without_colour() -> None:
    rows = (row("bad", "0.5", "0.4", "0.6"), row("across", "0.8", "0.7", "0.9"), row("good", "0.9", "0.85", "0.95"))
    root = ET.fromstring(interval_plot(chart(*rows, limit="0.8", direction="at_least"), say))
    groups = list(root.iter(f"{SVG}g"))
    assert [group.find(f"{SVG}rect") is not None for group in groups] == [True, False, False]
    assert [group.find(f"{SVG}polygon") is not None for group in groups] == [False, True, False]
    assert [group.find(f"{SVG}circle") is not None for group in groups] == [False, False, True]


def test_the_limit_is_labelled() -> None:
    assert "limit ≥ 0.8" in words(interval_plot(chart(row("a"), limit="0.8", direction="at_least"), say))


def test_rows_beyond_the_most_are_counted_in_words() -> None:
    drawn = interval_plot(chart(*(row(f"group {index}") for index in range(MOST_ROWS + 3))), say)
    assert "3 more rows are in the table." in words(drawn)


def test_a_chart_without_rows_says_so() -> None:
    assert "Nothing to draw: no rows." in words(interval_plot(chart(), say))
    assert "Nothing to draw: no rows." in words(bar_chart(BarChart(Text("T"), Text("m"), ()), say))


def test_the_print_palette_needs_no_style_sheet() -> None:
    drawn = interval_plot(chart(row("a"), limit="0.8", direction="at_least"), say, PRINT)
    assert "var(" not in drawn
    assert "var(--ink" in interval_plot(chart(row("a")), say)


def test_no_drawing_needs_an_id_or_an_inline_style() -> None:
    drawn = interval_plot(chart(row("a"), limit="0.8", direction="at_least"), say)
    assert " id=" not in drawn
    assert " style=" not in drawn


def test_text_is_never_smaller_than_twelve_pixels() -> None:
    drawn = interval_plot(chart(row("a"), limit="0.8", direction="at_least"), say)
    assert min(float(node.attrib["font-size"]) for node in ET.fromstring(drawn).iter(f"{SVG}text")) >= 12


def test_the_description_holds_every_row() -> None:
    told = describe(chart(row("a"), row("b", None, None, None)), say)
    assert "a: 0.500 [0.400, 0.600], n 100" in told
    assert "b: not estimable" in told


def test_the_table_behind_a_chart_keeps_whole_numbers_with_limit() -> None:
    table = chart_table(chart(row("a", "0.123456"), limit="0.8", direction="at_least"))
    assert table.rows[0][1] == Number("0.123456", "0.4", "0.6", 100, limit="0.8", direction="at_least")


def test_bars_are_drawn_longest_first() -> None:
    drawn = bar_chart(BarChart(Text("T"), Text("findings"), (BarRow(Raw("few"), 1), BarRow(Raw("many"), 9))), say)
    assert words(drawn).index("many") < words(drawn).index("few")


def test_cutting_keeps_within_its_columns() -> None:
    assert shorten("中中中中", 5) == "中中…"
    assert shorten("abc", 3) == "abc"


def test_a_long_word_is_broken_and_the_last_line_shortened() -> None:
    assert wrap("aaaaaa bb cccc dddd", 4, 3) == ["aaaa", "aa", "bb…"]
    assert wrap("", 4, 2) == []


def test_accents_written_apart_take_no_room() -> None:
    assert shorten("e\u0301e\u0301e\u0301", 3) == "e\u0301e\u0301e\u0301"


def test_no_zone_means_no_hatch() -> None:
    assert hatch(0, 0, 0, 10, "red") == ""
    assert hatch(0, 0, 10, 0, "red") == ""


def test_what_is_no_finite_number_is_never_drawn() -> None:
    assert [number(word) for word in (None, "", "NaN", "Infinity", "1e999", "abc")] == [None] * 6


def test_an_axis_of_shares_starts_at_zero_and_ends_at_one() -> None:
    scale = fit([0.71, 0.8], "share", 0, 100)
    assert (scale.low, scale.high) == (0, 1)


@given(st.lists(st.floats(-1e12, 1e12), min_size=1), st.sampled_from(("share", "difference", "count", "ms")))
def test_an_axis_holds_its_values_and_at_most_seven_ticks(values: list[float], unit: str) -> None:
    scale = fit(values, unit, 0, 100)
    assert len(scale.ticks()) <= MOST_TICKS
    assert scale.low <= min(values) + 1e-6 * abs(scale.high - scale.low)
    assert scale.high >= max(values) - 1e-6 * abs(scale.high - scale.low)


numbers = st.none() | st.text(max_size=6) | st.decimals().map(str) | st.floats().map(str)
rows = st.builds(IntervalRow, st.builds(Raw, st.text()), numbers, numbers, numbers, st.integers())


@settings(max_examples=60)
@given(st.lists(rows, max_size=5).map(tuple), st.text(), numbers, st.sampled_from((None, "at_least", "at_most", "?")))
def test_an_interval_plot_is_always_well_formed(
    found: tuple[IntervalRow, ...], title: str, limit: str | None, direction: str | None
) -> None:
    drawn = interval_plot(chart(*found, title=title, limit=limit, direction=direction), say)
    assert ET.fromstring(drawn).tag == f"{SVG}svg"


@settings(max_examples=60)
@given(st.lists(st.builds(BarRow, st.builds(Raw, st.text()), st.integers()), max_size=5).map(tuple), st.text())
def test_a_bar_chart_is_always_well_formed(found: tuple[BarRow, ...], title: str) -> None:
    assert ET.fromstring(bar_chart(BarChart(Text(title), Text("m"), found), say)).tag == f"{SVG}svg"


@pytest.mark.parametrize(
    ("value", "words"),
    [("42520.2527", "42520"), ("912655.87", "912656"), ("1234.567", "1235"), ("0.0312", "0.031"), ("12", "12")],
)
def test_a_large_amount_is_told_in_whole_numbers(value: str, words: str) -> None:
    assert short(value) == words

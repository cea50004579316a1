"""Two sealed reports held against each other: what moved, what is noise, what else is different."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.reports import html
from governance.reports.diff.compare import Difference, compare
from governance.reports.diff.moves import Move, interval_of_difference
from governance.reports.diff.plain import plain
from governance.reports.diff.sections import book_of
from governance.reports.told import told
from probanza.canonical import canonical_bytes
from tests.unit.reports.made import BIAS, DUTIES, HOSTILE, duty, evidence, identifier, measure, sealed, statement


def difference(
    before: Sequence[Mapping[str, Any]] = (BIAS,), after: Sequence[Mapping[str, Any]] = (BIAS,), **changes: Any
) -> Difference:
    """Of two reports over these pieces of evidence; `changes` go into the later statement."""
    old, new = statement(before), {**statement(after), **changes}
    return compare(told(sealed(old, before)), told(sealed(new, after)))


def run(number: int, value: str | None, low: str | None = None, high: str | None = None, **more: Any) -> dict[str, Any]:
    limits = {"supported_rate": ("0.8", more.pop("direction"), "met")} if "direction" in more else {}
    own = {name: more.pop(name) for name in ("unit", "level", "group") if name in more}
    return evidence(number, "fidelity", (measure("supported_rate", value, low=low, high=high, **own),), limits=limits, **more)


def only(found: Difference) -> Move:
    (move,) = found.figures
    return move


# --- figures


def test_a_figure_whose_difference_leaves_out_zero_has_moved() -> None:
    move = only(difference((run(1, "0.60", "0.55", "0.65"),), (run(2, "0.80", "0.75", "0.85"),)))
    assert (move.state, move.difference) == ("moved", "0.2")
    assert Decimal(move.low or 0) > 0


def test_a_figure_whose_difference_covers_zero_is_within_noise() -> None:
    move = only(difference((run(1, "0.60", "0.50", "0.70"),), (run(2, "0.65", "0.55", "0.75"),)))
    assert (move.state, move.towards) == ("within_noise", "")


def test_intervals_that_overlap_may_still_have_moved() -> None:
    move = only(difference((run(1, "0.60", "0.50", "0.70"),), (run(2, "0.75", "0.69", "0.81"),)))
    assert move.state == "moved"


def test_the_interval_of_a_difference_is_newcombes_for_wilson_intervals() -> None:
    """Newcombe 1998, table II, method 10: 56/70 against 48/80 gives 0.0524 to 0.3339."""
    one = (Decimal(48) / 80, Decimal("0.4904"), Decimal("0.7005"))
    other = (Decimal(56) / 70, Decimal("0.6919"), Decimal("0.8776"))
    found = interval_of_difference(one, other)
    assert [round(float(edge), 3) for edge in found] == [0.2, 0.052, 0.334]


@given(*[st.tuples(st.integers(0, 1000), st.integers(0, 300), st.integers(0, 300)) for _ in range(2)])
def test_swapping_two_reports_turns_the_interval_around(one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    def figure(given: tuple[int, int, int]) -> tuple[Decimal, Decimal, Decimal]:
        value, below, above = map(Decimal, given)
        return value, value - below, value + above

    there, back = interval_of_difference(figure(one), figure(other)), interval_of_difference(figure(other), figure(one))
    assert there == (-back[0], -back[2], -back[1])
    assert there[1] <= there[0] <= there[2]


@given(st.decimals(0, 1, places=3), st.decimals(0, 1, places=3))
def test_exact_figures_differ_exactly(one: Decimal, other: Decimal) -> None:
    assert interval_of_difference((one,) * 3, (other,) * 3) == (other - one,) * 3


@pytest.mark.parametrize(("direction", "towards"), [("at_least", "better"), ("at_most", "worse")])
def test_a_move_is_better_or_worse_by_its_criterion_alone(direction: str, towards: str) -> None:
    old, new = (run(1, "0.6", "0.6", "0.6", direction=direction), run(2, "0.8", "0.8", "0.8", direction=direction))
    assert only(difference((old,), (new,))).towards == towards


def test_a_move_without_criterion_is_neither_better_nor_worse() -> None:
    assert only(difference((run(1, "0.6", "0.6", "0.6"),), (run(2, "0.8", "0.8", "0.8"),))).towards == ""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (run(1, None), run(2, "0.8", "0.7", "0.9"), "no_estimate"),
        (run(1, "NaN", "0.1", "0.2"), run(2, "0.8", "0.7", "0.9"), "no_estimate"),
        (run(1, "0.8", None, None), run(2, "0.8", "0.7", "0.9"), "no_interval"),
        (run(1, "0.8", "0.7", "0.9", unit="ratio"), run(2, "0.8", "0.7", "0.9"), "other_unit"),
        (run(1, "0.8", "0.7", "0.9", level="0.9"), run(2, "0.8", "0.7", "0.9"), "other_level"),
    ],
)
def test_figures_that_cannot_be_compared_say_why(old: dict[str, Any], new: dict[str, Any], why: str) -> None:
    move = only(difference((old,), (new,)))
    assert (move.state, move.why, move.difference) == ("not_comparable", why, None)


def test_figures_of_two_judges_are_not_compared() -> None:
    new = run(2, "0.9", "0.9", "0.9")
    new["facts"] = {**new["facts"], "details": {"judges": ["embedded:2"]}}
    move = only(difference((run(1, "0.6", "0.6", "0.6"),), (new,)))
    assert (move.state, move.why, move.otherwise) == ("not_comparable", "measured_otherwise", ("judges",))


def test_the_same_evidence_is_no_change() -> None:
    assert only(difference((run(1, "0.6"),), (run(1, "0.6"),))).state == "same_evidence"
    assert difference().nothing()


def test_a_figure_may_appear_and_go() -> None:
    states = {one.kind: one.state for one in difference((BIAS,), (run(2, "0.8"),)).figures}
    assert states == {"fidelity": "appeared", "bias": "gone"}


def test_the_newest_evidence_that_is_not_stale_stands() -> None:
    given = statement((run(2, "0.8", "0.8", "0.8"), run(3, "0.1", "0.1", "0.1")))
    given["evidence"][1]["stale"] = ["prompt: 1 -> 2"]
    new = told(sealed(given, (run(2, "0.8", "0.8", "0.8"), run(3, "0.1", "0.1", "0.1"))))
    old = told(sealed(statement((run(1, "0.6", "0.6", "0.6"),)), (run(1, "0.6", "0.6", "0.6"),)))
    assert only(compare(old, new)).difference == "0.2"


# --- everything else


def test_states_that_changed_are_told_with_what_is_wrong_first() -> None:
    later = [
        duty("Art.17", "attested"),
        duty("Art.10(2)(f)", "criterion_not_met"),
        duty("Art.9(8)", "not_assessed"),
        *DUTIES[2:4],
    ]
    found = difference(duties=later).states
    assert [(one.duty, one.before, one.after) for one in found] == [
        ("Art.10(2)(f)", "criterion_met", "criterion_not_met"),
        ("Art.9(8)", "criterion_not_met", "not_assessed"),
        ("Art.17", "fulfilled_by_decision", "attested"),
    ]


def test_a_duty_of_one_report_alone_is_told() -> None:
    found = difference(duties=[*DUTIES[:-1], duty("Art.4", "not_assessed")]).states
    assert {(one.duty, one.before, one.after) for one in found} == {
        ("Art.4", "", "not_assessed"),
        ("Art.17", "fulfilled_by_decision", ""),
    }


def test_evidence_that_came_went_or_became_stale_is_told() -> None:
    given = statement((BIAS, run(2, "0.8")))
    given["evidence"][0]["stale"] = ["prompt: 1 -> 2"]
    found = compare(
        told(sealed(statement((BIAS, run(3, "0.7"))), (BIAS, run(3, "0.7")))), told(sealed(given, (BIAS, run(2, "0.8"))))
    ).evidence
    assert {(one.id, one.change) for one in found} == {
        (identifier(1), "went_stale"),
        (identifier(2), "added"),
        (identifier(3), "no_longer_named"),
    }


def test_a_criterion_with_another_limit_is_told() -> None:
    old, new = run(1, "0.9", direction="at_least"), run(2, "0.9", direction="at_least")
    new["verdicts"][0]["limit"] = "0.7"
    (found,) = difference((old,), (new,)).criteria
    assert [judged.limit for judged in (found.before, found.after) if judged] == ["0.8", "0.7"]


def test_a_new_prompt_version_is_told() -> None:
    system = statement()["system"]
    parts = [{**part, "number": "2"} if part["role"] == "model" else part for part in system["parts"]]
    (found,) = difference(system={**system, "parts": parts}).versions
    assert found.what == "model"
    assert "gpt-ejemplo 1" in found.before
    assert "gpt-ejemplo 2" in found.after


def test_two_parts_of_one_role_are_told_apart() -> None:
    system = statement()["system"]
    more = {"role": "dataset", "asset": "calls", "number": "1", "digest": "d"}
    found = difference(system={**system, "parts": [*system["parts"], more]}).versions
    assert [(one.what, one.before) for one in found] == [("dataset calls", "")]


def test_another_text_of_the_law_and_another_date_are_told() -> None:
    before = {**statement(), "law": {"text_version": "A", "dates": [{"id": "annex_iii", "applies_from": "2026-08-02"}]}}
    after = {**statement(), "law": {"text_version": "B", "dates": [{"id": "annex_iii", "applies_from": "2027-12-02"}]}}
    found = compare(told(sealed(before)), told(sealed(after))).law
    assert [(one.what, one.before, one.after) for one in found] == [
        ("law / dates / annex_iii / applies_from", "2026-08-02", "2027-12-02"),
        ("law / text_version", "A", "B"),
    ]


def test_two_languages_are_no_change() -> None:
    def worded(words: str) -> dict[str, Any]:
        rows = [{"id": "annex_iii", "applies_from": "2027-12-02", "label": words}]
        return {**statement(), "law": {"title": words, "dates": rows}, "frameworks": [{"id": "gdpr", "title": words}]}

    assert compare(told(sealed(worded("Law"))), told(sealed(worded("Norma"), language="es"))).nothing()


def test_another_edition_of_a_framework_is_told() -> None:
    before, after = ({**statement(), "frameworks": [{"id": "owasp", "edition": one}]} for one in ("2025", "2026"))
    (found,) = compare(told(sealed(before)), told(sealed(after))).law
    assert (found.what, found.before, found.after) == ("frameworks / owasp / edition", "2025", "2026")


def test_another_classification_is_told_without_its_trace() -> None:
    def classified(tier: str) -> dict[str, Any]:
        row = {"id": "transparency", "values": ["50(1)"], "trace": [{"rule": tier}]}
        return {"outcome": {"tier": tier, "dimensions": [row]}, "confirmed_by": "Ana"}

    before = told(sealed({**statement(), "classification": classified("transparency")}))
    after = told(sealed({**statement(), "classification": classified("high_risk")}))
    assert [(one.what, one.before, one.after) for one in compare(before, after).classification] == [
        ("tier", "transparency", "high_risk")
    ]


def test_a_new_incident_is_told() -> None:
    row = {"id": "i-1", "title": "Wrong advice", "severity": "death", "state": "open", "due_at": "2026-12-01"}
    (found,) = difference(incidents=[row]).incidents
    assert (found.what, found.before, found.after) == ("Wrong advice (i-1)", "", "death open 2026-12-01")


def test_a_waiver_and_a_new_owner_are_told_and_change_no_state() -> None:
    row = duty(
        "Art.9(8)", "criterion_not_met", identifier(1), owner="Eva", waivers=[{"reason": "until May", "expires_on": "2027-05-01"}]
    )
    found = difference(duties=[row, *DUTIES[1:]])
    assert [one.what for one in found.people] == ["Art.9(8) waivers", "Art.9(8) owner"]
    assert found.states == ()


# --- how it is told


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_difference_is_a_page_in_either_language(language: str) -> None:
    text = html.page(book_of(difference((BIAS,), (run(2, "0.8"),)), language), "digest")
    assert f'<html lang="{language}">' in text


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_word_of_the_list_is_in_a_difference(language: str) -> None:
    found = difference((BIAS,), (run(2, "0.8"),), duties=[duty("Art.9(8)", "fulfilled_by_decision")])
    text = html.page(book_of(found, language), "digest").lower()
    assert not [
        word for word in ("compliant", "certifi", "guarante", "no obligations", "garantiz", "conforme con") if word in text
    ]


def test_two_equal_reports_say_that_nothing_differs() -> None:
    assert "Nothing differs" in html.page(book_of(difference(), "en"), "digest")


def test_moves_are_told_with_how_many_to_expect_by_chance() -> None:
    text = html.page(book_of(difference((run(1, "0.6", "0.6", "0.6"),), (run(2, "0.8", "0.8", "0.8"),)), "en"), "digest")
    assert "Figures held against each other: 1," in text
    assert "by chance. Beyond noise: 1." in text


def test_hostile_words_are_text_in_a_difference() -> None:
    odd = evidence(2, "bias", (measure(HOSTILE, group=[["sex", HOSTILE]]),), limits={HOSTILE: ("0.8", HOSTILE, HOSTILE)})
    text = html.page(book_of(difference((BIAS,), (odd,), duties=[duty(HOSTILE, HOSTILE)]), "en"), "digest")
    assert "<script>" not in text


def test_a_difference_has_canonical_bytes() -> None:
    found = difference((BIAS,), (run(2, "0.8", "0.8", "0.8"),))
    assert canonical_bytes(plain(found)) == canonical_bytes(plain(found))
    assert plain(found)["figure_counts"]["appeared"] == 1

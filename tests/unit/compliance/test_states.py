"""The state of a duty, whatever comes in: what may never improve it, and what may never change it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.compliance.verdict import ITEM_STATES, VERDICT_STATES, ItemState, Signal, Statement, item_state

# How much a state promises. Adverse and unknown states promise nothing, each for a reason of its own.
PROMISE: dict[ItemState, int] = {
    "not_assessed": 0,
    "contradicted": 1,
    "criterion_not_met": 1,
    "inconclusive": 2,
    "evidence_insufficient": 3,
    "no_criterion": 4,
    "stale": 5,
    "criterion_met": 6,
    "attested": 6,
    "fulfilled_by_decision": 7,
    "not_applicable": 7,
}
COVERED = {state for state, promise in PROMISE.items() if promise >= 6}

assurances = st.sampled_from(("auto", "mixed", "human"))
ids = st.sampled_from("abcdef")


@st.composite
def signal(draw: st.DrawFn) -> Signal:
    verdicts = tuple(draw(st.lists(st.sampled_from(VERDICT_STATES), max_size=3)))
    return Signal(
        draw(ids),
        draw(st.sampled_from(("direct", "partial", "supporting"))),
        verdicts,
        stale=draw(st.booleans()),
        aged=draw(st.booleans()),
        fixed=tuple(draw(st.booleans()) for _ in verdicts),
        unreadable=draw(st.booleans()),
        record=not verdicts and draw(st.booleans()),
    )


signals = st.lists(signal(), max_size=5)
statements = st.lists(
    st.builds(
        Statement,
        st.sampled_from(("attested", "fulfilled_by_decision", "not_applicable")),
        st.lists(ids, max_size=2).map(tuple),
        st.booleans(),
    ),
    max_size=3,
)
words = st.lists(
    st.builds(Statement, st.sampled_from(("attested", "fulfilled_by_decision")), st.lists(ids, max_size=2).map(tuple)), max_size=3
)


def test_every_state_is_weighed() -> None:
    assert set(PROMISE) == set(ITEM_STATES)


def promise(assurance: Any, found: list[Signal], said: list[Statement]) -> int:
    return PROMISE[item_state(assurance, found, said, known={one.evidence for one in found})]


def test_nothing_at_all_is_not_assessed() -> None:
    assert {item_state(assurance, []) for assurance in ("auto", "mixed", "human")} == {"not_assessed"}


@given(assurances, signals, statements)
def test_evidence_without_any_verdict_covers_nothing_by_itself(
    assurance: Any, found: list[Signal], said: list[Statement]
) -> None:
    empty = [Signal(one.evidence, one.strength) for one in found]
    assert item_state(assurance, empty) not in COVERED
    assert item_state(assurance, empty) in {"not_assessed", "no_criterion"}


@given(signals, st.sampled_from(("direct", "partial")))
def test_a_failed_input_never_yields_a_better_state(found: list[Signal], strength: Any) -> None:
    failed = Signal("z", strength, ("not_met",))
    assert promise("mixed", [*found, failed], []) <= max(promise("mixed", found, []), PROMISE["criterion_not_met"])


@given(assurances, signals, statements, st.sampled_from(("verdicts", "criteria", "readable", "fresh", "current")))
def test_evidence_that_loses_something_never_yields_a_better_state(
    assurance: Any, found: list[Signal], said: list[Statement], loses: str
) -> None:
    poorer = [_poorer(one, loses) for one in found]
    before = [one for one in found if not (one.unreadable or one.stale)]
    if before == found and all(one.state() != "criterion_not_met" for one in found):  # an adverse finding is no asset to lose
        whole, less = promise(assurance, found, said), promise(assurance, poorer, said)
        assert less <= whole or item_state(assurance, poorer, said) not in COVERED


def _poorer(one: Signal, loses: str) -> Signal:
    given: dict[str, Any] = {
        "stale": one.stale,
        "aged": one.aged,
        "fixed": one.fixed,
        "unreadable": one.unreadable,
        "record": one.record,
    }
    changes: dict[str, dict[str, Any]] = {
        "criteria": {"fixed": (False,) * len(one.verdicts)},
        "readable": {"unreadable": True},
        "fresh": {"aged": True},
        "current": {"stale": True},
    }
    verdicts = () if loses == "verdicts" else one.verdicts
    return Signal(one.evidence, one.strength, verdicts, **{**given, **changes.get(loses, {"fixed": ()})})


@given(assurances, signals, words, st.data())
def test_removing_evidence_never_improves_a_state_but_for_the_adverse_finding_itself(
    assurance: Any, found: list[Signal], said: list[Statement], data: st.DataObject
) -> None:
    if found:
        gone = data.draw(st.sampled_from(found))
        left = [one for one in found if one is not gone]
        before, after = promise(assurance, found, said), promise(assurance, left, said)
        adverse = gone.strength != "supporting" and PROMISE[gone.state()] < 6  # the ledger refuses to remove it
        assert after <= before or adverse


@given(assurances, signals, statements, st.data())
def test_taking_a_statement_back_never_improves_a_state(
    assurance: Any, found: list[Signal], said: list[Statement], data: st.DataObject
) -> None:
    if said:
        gone = data.draw(st.sampled_from(range(len(said))))
        left = [one for place, one in enumerate(said) if place != gone]
        assert promise(assurance, found, left) <= promise(assurance, found, said)


@given(assurances, signals, statements)
def test_a_successor_of_what_was_pinned_turns_everything_stale(
    assurance: Any, found: list[Signal], said: list[Statement]
) -> None:
    changed = [Signal(one.evidence, one.strength, one.verdicts, stale=True) for one in found]
    old = [Statement(one.state, one.cites, stale=True) for one in said]
    assert item_state(assurance, changed, old) in {"stale", "not_assessed"}
    if said or any(one.strength != "supporting" for one in changed if assurance != "human"):
        assert item_state(assurance, changed, old) == "stale"


@given(signals, statements)
def test_no_run_changes_a_duty_that_only_people_show(found: list[Signal], said: list[Statement]) -> None:
    everything = {one.evidence for one in found}
    assert item_state("human", found, said, known=everything) == item_state("human", [], said, known=everything)


@given(assurances, signals, statements)
def test_only_a_standing_decision_with_evidence_on_file_fulfils(
    assurance: Any, found: list[Signal], said: list[Statement]
) -> None:
    known = {one.evidence for one in found}
    if item_state(assurance, found, said, known=known) == "fulfilled_by_decision":
        decisions = [one for one in said if one.state == "fulfilled_by_decision" and not one.stale]
        assert any(known & set(one.cites) for one in decisions)


@pytest.mark.parametrize("verdict", VERDICT_STATES)
def test_a_verdict_by_a_criterion_that_came_after_the_run_is_never_met(verdict: Any) -> None:
    late = Signal("e", "direct", (verdict,), fixed=(False,))
    assert item_state("mixed", [late]) != "criterion_met"
    if verdict == "met":
        assert item_state("mixed", [late]) == "no_criterion"


def test_old_evidence_is_stale_and_its_failure_stays_a_failure() -> None:
    assert item_state("mixed", [Signal("e", "direct", ("met",), aged=True)]) == "stale"
    assert item_state("mixed", [Signal("e", "direct", ("not_met",), aged=True)]) == "criterion_not_met"


def test_a_superseded_piece_of_evidence_decides_nothing() -> None:
    old = Signal("old", "direct", ("met",), stale=True, superseded=True)
    assert item_state("mixed", [old, Signal("new", "direct", ("met",))]) == "criterion_met"


def test_a_record_decides_nothing_beside_what_was_judged() -> None:
    record = Signal("graph", "direct", record=True)
    assert item_state("mixed", [record]) == "no_criterion"
    assert item_state("mixed", [record, Signal("e", "direct", ("met",))]) == "criterion_met"
    assert item_state("mixed", [record, Signal("e", "direct")]) == "no_criterion"


def test_evidence_that_cannot_be_read_leaves_the_duty_not_assessed() -> None:
    found = [Signal("e", "direct", ("met",)), Signal("f", "direct", unreadable=True)]
    assert item_state("mixed", found) == "not_assessed"
    assert item_state("mixed", found, [Statement("attested")]) == "not_assessed"


def test_a_duty_that_the_classification_takes_away_does_not_apply() -> None:
    assert item_state("human", [], excluded=True) == "not_applicable"

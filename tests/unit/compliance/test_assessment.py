"""Duties against evidence."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.compliance.assessment import Assessment, Assigned, Said, Sealed, Stated, Waived, assess_duties
from governance.compliance.frameworks import load
from governance.compliance.verdict import ItemState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def sealed(kind: str, *states: str, changed: tuple[str, ...] = (), name: str = "e") -> Sealed:
    criteria = [{"id": str(place), "author": "Ana", "frozen_at": NOW.isoformat()} for place, _ in enumerate(states)]
    verdicts = [{"criterion": str(place), "state": state} for place, state in enumerate(states)]
    statement: dict[str, Any] = {"verdicts": verdicts, "criteria": criteria}
    return Sealed(f"{kind}-{name}", kind, "sha256:" + "0" * 64, "run", NOW, "v", 1, statement, changed)


def state_of(found: Assessment, item: str) -> ItemState:
    return next(result.state for result in found.results if result.duty.id == item)


def test_without_evidence_every_duty_is_not_assessed() -> None:
    found = assess_duties(load(), [])
    assert found.counts() == (("not_assessed", len(load().duties)),)


def test_a_met_bias_criterion_is_evidence_for_the_examination_of_biases_only() -> None:
    found = assess_duties(load(), [sealed("bias", "met")])
    assert state_of(found, "Art.10(2)(f)") == "criterion_met"
    assert state_of(found, "Art.13(3)(b)(iv)") == "not_assessed"


def test_no_run_changes_a_duty_that_only_people_show() -> None:
    every = [sealed(kind, "met") for kind in ("bias", "explainability", "pii", "fidelity", "lineage")]
    found = assess_duties(load(), every)
    assert {result.state for result in found.results if result.duty.assurance == "human"} == {"not_assessed"}


def test_a_failed_run_stays_visible_beside_a_later_pass() -> None:
    found = assess_duties(load(), [sealed("bias", "not_met", name="1"), sealed("bias", "met", name="2")])
    result = next(one for one in found.results if one.duty.id == "Art.10(2)(f)")
    assert result.state == "criterion_not_met"
    assert [finding.state for finding in result.findings] == ["criterion_not_met", "criterion_met"]


def test_counts_add_up_to_all_duties_and_start_with_the_unassessed() -> None:
    counts = assess_duties(load(), [sealed("fidelity", "inconclusive")]).counts()
    assert counts[0][0] == "not_assessed"
    assert sum(number for _, number in counts) == len(load().duties)


def test_a_changed_version_makes_its_evidence_stale() -> None:
    found = assess_duties(load(), [sealed("fidelity", "met", changed=("prompt: -> 2",))])
    assert state_of(found, "Art.15(3)") == "stale"


def test_a_verdict_word_nobody_knows_never_counts_as_met() -> None:
    found = assess_duties(load(), [sealed("fidelity", "superb")])
    assert state_of(found, "Art.15(3)") == "evidence_insufficient"


def test_evidence_of_an_unlinked_kind_is_told_apart() -> None:
    assert [one.kind for one in assess_duties(load(), [sealed("toxicity", "met")]).unlinked()] == ["toxicity"]


def late(*states: str, **changed: Any) -> Sealed:
    """Evidence whose criteria were changed as said."""
    one = sealed("bias", *states)
    criteria = [{**criterion, **changed} for criterion in one.statement["criteria"]]
    return replace(one, statement={**one.statement, "criteria": criteria})


def test_a_criterion_that_was_frozen_after_the_run_began_does_not_count() -> None:
    began = {"requested_at": (NOW - timedelta(hours=1)).isoformat()}
    one = sealed("bias", "met")
    found = assess_duties(load(), [replace(one, statement={**one.statement, "provenance": began})])
    assert state_of(found, "Art.10(2)(f)") == "no_criterion"


@pytest.mark.parametrize(
    "changed", [{"author": ""}, {"frozen_at": ""}, {"frozen_at": None}, {"frozen_at": "soon"}, {"id": "another"}]
)
def test_a_criterion_without_author_or_moment_does_not_count(changed: dict[str, Any]) -> None:
    assert state_of(assess_duties(load(), [late("met", **changed)]), "Art.10(2)(f)") == "no_criterion"


@pytest.mark.parametrize("statement", [{"verdicts": "met"}, {"verdicts": ["met"]}, {"verdicts": {"state": "met"}}])
def test_verdicts_that_cannot_be_read_leave_the_duty_not_assessed(statement: dict[str, Any]) -> None:
    assert state_of(assess_duties(load(), [replace(sealed("bias"), statement=statement)]), "Art.10(2)(f)") == "not_assessed"


def test_fresh_evidence_supersedes_what_was_sealed_about_an_earlier_version() -> None:
    old = replace(sealed("bias", "not_met", changed=("system: 1 -> 2",), name="old"), number=1)
    new = replace(sealed("bias", "met", name="new"), number=2)
    result = assess_duties(load(), [new, old]).of_duty("Art.10(2)(f)")
    assert result is not None
    assert result.state == "criterion_met"
    assert [one.superseded for one in result.findings] == [False, True]


def said(state: Any, **more: Any) -> Stated:
    return Stated("s1", "Art.10(2)(f)", state, "We looked.", "Eva", "Officer", NOW.isoformat(), **more)


def test_an_attestation_against_a_measurement_is_contradicted_and_both_are_told() -> None:
    found = assess_duties(load(), [sealed("bias", "not_met")], Said(statements=(said("attested"),)))
    result = found.of_duty("Art.10(2)(f)")
    assert result is not None
    assert (result.state, result.statements[0].contradicted) == ("contradicted", True)
    assert result.findings


def test_a_waiver_stands_beside_the_state_and_changes_nothing_of_it() -> None:
    waiver = Waived("w", "Art.10(2)(f)", "later", "Ana", "Eva", date(2027, 1, 1), active=True)
    for evidence in ([], [sealed("bias", "not_met")], [sealed("bias", "met")]):
        without = assess_duties(load(), evidence)
        waived = assess_duties(load(), evidence, Said(waivers=(waiver,)))
        assert [one.state for one in waived.results] == [one.state for one in without.results]
        assert [one.waivers for one in waived.results if one.waivers] == [(waiver,)]


def test_who_owns_a_duty_changes_no_state() -> None:
    owned = assess_duties(load(), [], Said(assignments=(Assigned("Eva", date(2027, 1, 1), "Art.10(2)(f)"),)))
    assert {one.state for one in owned.results} == {"not_assessed"}
    assert [one.assignment.owner for one in owned.results if one.assignment] == ["Eva"]


def test_duties_of_one_framework_are_told_alone() -> None:
    law = assess_duties(load(), []).of_framework("eu_ai_act")
    assert {one.duty.framework for one in law.results} == {"eu_ai_act"}
    assert assess_duties(load(), []).of_framework("none").results == ()


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
odd_verdicts = st.lists(
    st.fixed_dictionaries({"state": plain, "criterion": plain}) | st.just({"state": "met", "criterion": "0"}), max_size=3
)


@given(plain | odd_verdicts, plain, plain)
def test_whatever_was_sealed_without_a_good_criterion_is_never_met(verdicts: Any, criteria: Any, provenance: Any) -> None:
    statement = {"verdicts": verdicts, "criteria": criteria, "provenance": provenance}
    found = assess_duties(load(), [replace(sealed("bias"), statement=statement)])
    assert state_of(found, "Art.10(2)(f)") not in {"criterion_met", "attested", "fulfilled_by_decision", "not_applicable"}

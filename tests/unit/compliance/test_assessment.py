"""Duties against evidence."""

from datetime import UTC, datetime
from typing import Any

from governance.compliance.assessment import Assessment, Sealed, assess_duties
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

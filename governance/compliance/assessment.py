"""Duties held against sealed evidence. Pure: what was read from the ledger comes in, states go out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance.compliance.frameworks import Catalogue, Duty, Words
from governance.compliance.verdict import ITEM_STATES, VERDICT_STATES, ItemState, Signal, Strength, VerdictState, item_state


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed statement about a system version.

    subject, number: the version it is about. changed: what has changed since, in words of data ("prompt: 3 -> 4");
    anything in it makes the evidence stale. statement: the sealed body as data.
    """

    id: str
    kind: str
    digest: str
    run_id: str
    sealed_at: datetime
    subject: str
    number: int
    statement: Mapping[str, Any]
    changed: tuple[str, ...] = ()

    def verdicts(self) -> tuple[VerdictState, ...]:
        """The states sealed with it; one this version does not know counts as insufficient, never as met."""
        states = [str(one.get("state")) for one in self.statement.get("verdicts", ())]
        return tuple(_known(state) for state in states)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one piece of evidence says of one duty."""

    evidence: Sealed
    strength: Strength
    shows: Words
    state: ItemState


@dataclass(frozen=True, slots=True)
class DutyResult:
    duty: Duty
    state: ItemState
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Every duty with its state. There is no total and no percentage on purpose."""

    catalogue: Catalogue
    results: tuple[DutyResult, ...]
    evidence: tuple[Sealed, ...]

    def counts(self) -> tuple[tuple[ItemState, int], ...]:
        """How many duties are in each state, not assessed first; states without any are left out."""
        found = [result.state for result in self.results]
        return tuple((state, found.count(state)) for state in ITEM_STATES if state in found or state == "not_assessed")

    def of_state(self, *states: ItemState) -> tuple[DutyResult, ...]:
        """The duties in one of these states, in the order of the law."""
        return tuple(result for result in self.results if result.state in states)

    def of_group(self, group: str) -> tuple[DutyResult, ...]:
        """The duties of one article."""
        return tuple(result for result in self.results if result.duty.group == group)

    def unlinked(self) -> tuple[Sealed, ...]:
        """Evidence of kinds that the catalogue links to no duty."""
        return tuple(one for one in self.evidence if self.catalogue.of_kind(one.kind) is None)


def assess_duties(catalogue: Catalogue, evidence: Sequence[Sealed]) -> Assessment:
    """The state of every duty of the catalogue under this evidence."""
    results = tuple(_result(catalogue, duty, evidence) for duty in catalogue.duties)
    return Assessment(catalogue, results, tuple(evidence))


def _result(catalogue: Catalogue, duty: Duty, evidence: Sequence[Sealed]) -> DutyResult:
    findings, signals = [], []
    for one in evidence:
        kind = catalogue.of_kind(one.kind)
        link = kind.link_to(duty.id) if kind else None
        if link is None:
            continue
        signal = Signal(one.id, link.strength, one.verdicts(), stale=bool(one.changed))
        signals.append(signal)
        findings.append(Finding(one, link.strength, link.shows, signal.state()))
    return DutyResult(duty, item_state(duty.assurance, signals), tuple(findings))


def _known(state: str) -> VerdictState:
    return next((known for known in VERDICT_STATES if known == state), "insufficient")

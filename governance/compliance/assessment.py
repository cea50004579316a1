"""Duties held against sealed evidence and what people say of them. Pure: what was read comes in, states go out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from governance.classification.standing import Standing
from governance.compliance.applying import applies
from governance.compliance.frameworks import Catalogue, Duty, KindLinks, Words
from governance.compliance.said import APPLIES_BY_DEFAULT as APPLIES_BY_DEFAULT
from governance.compliance.said import Applies as Applies
from governance.compliance.said import Assigned as Assigned
from governance.compliance.said import Stated as Stated
from governance.compliance.said import Waived as Waived
from governance.compliance.sealed import Sealed as Sealed
from governance.compliance.verdict import (
    ITEM_STATES,
    ItemState,
    Signal,
    Statement,
    Strength,
    carrying,
    item_state,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one piece of evidence says of one duty. superseded: it is told, and decides nothing."""

    evidence: Sealed
    strength: Strength
    shows: Words
    state: ItemState
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class DutyResult:
    """One duty, its state, and everything that speaks to it. Waivers stand beside the state and change nothing of it."""

    duty: Duty
    state: ItemState
    findings: tuple[Finding, ...]
    statements: tuple[Stated, ...] = ()
    waivers: tuple[Waived, ...] = ()
    assignment: Assigned | None = None
    applies: Applies = APPLIES_BY_DEFAULT


@dataclass(frozen=True, slots=True)
class Said:
    """What people say about one system: statements that stand, waivers, owners, and its classification."""

    statements: tuple[Stated, ...] = ()
    waivers: tuple[Waived, ...] = ()
    assignments: tuple[Assigned, ...] = ()
    classification: Standing | None = None


NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True)
class Assessment:
    """Every duty with its state. There is no total and no percentage on purpose."""

    catalogue: Catalogue
    results: tuple[DutyResult, ...]
    evidence: tuple[Sealed, ...]
    classification: Standing | None = None

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

    def of_framework(self, framework: str) -> "Assessment":
        """The same, of one framework only."""
        mine = tuple(result for result in self.results if result.duty.framework == framework)
        return replace(self, results=mine)

    def of_duty(self, duty: str) -> DutyResult | None:
        """One duty; None for one that the catalogue does not have."""
        return next((result for result in self.results if result.duty.id == duty), None)

    def unlinked(self) -> tuple[Sealed, ...]:
        """Evidence of kinds that the catalogue links to no duty."""
        return tuple(one for one in self.evidence if self.catalogue.of_kind(one.kind) is None)


@dataclass(slots=True)
class _Beside:
    """What speaks to one duty."""

    signals: list[Signal] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    statements: list[Stated] = field(default_factory=list)
    waivers: list[Waived] = field(default_factory=list)
    assignment: Assigned | None = None


def assess_duties(catalogue: Catalogue, evidence: Sequence[Sealed], said: Said = NOTHING_SAID) -> Assessment:
    """The state of every duty of the catalogue under this evidence and what people said."""
    beside = _beside(catalogue, evidence, said)
    known = frozenset(one.id for one in evidence)
    results = tuple(_result(duty, beside.get(duty.id), said.classification, known) for duty in catalogue.duties)
    return Assessment(catalogue, results, tuple(evidence), said.classification)


def _beside(catalogue: Catalogue, evidence: Sequence[Sealed], said: Said) -> Mapping[str, _Beside]:
    found: dict[str, _Beside] = defaultdict(_Beside)
    fresh = {(one.kind, one.number) for one in evidence if not one.changed}
    for piece in evidence:
        if kind := catalogue.of_kind(piece.kind):
            superseded = bool(piece.changed) and any(one == piece.kind and number > piece.number for one, number in fresh)
            _speak(found, piece, kind, superseded=superseded)
    for statement in said.statements:
        found[statement.duty].statements.append(statement)
    for waiver in said.waivers:
        found[waiver.duty].waivers.append(waiver)
    for assignment in said.assignments:
        found[assignment.duty].assignment = assignment
    return found


def _speak(found: Mapping[str, _Beside], piece: Sealed, kind: KindLinks, *, superseded: bool) -> None:
    whole = piece.signal("direct", superseded=superseded)
    of_strength = {strength: replace(whole, strength=strength) for strength in {link.strength for link in kind.links}}
    state = whole.state()
    for link in kind.links:
        found[link.item].signals.append(of_strength[link.strength])
        found[link.item].findings.append(Finding(piece, link.strength, link.shows, state, superseded))


def _result(duty: Duty, beside: _Beside | None, standing: Standing | None, known: frozenset[str]) -> DutyResult:
    answer = applies(duty, standing)
    excluded = answer.answer == "not_applicable"
    if beside is None:
        return DutyResult(duty, "not_applicable" if excluded else "not_assessed", (), applies=answer)
    said = [Statement(one.state, one.cites, stale=bool(one.changed)) for one in beside.statements]
    state = item_state(duty.assurance, beside.signals, said, known=known, excluded=excluded)
    return DutyResult(
        duty,
        state,
        tuple(beside.findings),
        _with_contradictions(duty, beside),
        tuple(beside.waivers),
        beside.assignment,
        answer,
    )


def _with_contradictions(duty: Duty, beside: _Beside) -> tuple[Stated, ...]:
    """The statements, each marked where a measurement that may decide the duty says otherwise."""
    failed = any(signal.state() == "criterion_not_met" for signal in carrying(duty.assurance, beside.signals))
    told = [replace(one, contradicted=failed and not one.changed) for one in beside.statements]
    return tuple(told)

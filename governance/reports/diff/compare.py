"""Two sealed reports of one system, and everything that differs between them. Pure: a function of sealed bytes alone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from governance.reports.diff.moves import Move, moves
from governance.reports.told import DutyTold, Group, Judged, PartTold, Proof, Told

# What a reader must see first: wrong, unknown, undecided, and what people or criteria say last.
_ORDER = (
    "contradicted", "criterion_not_met", "not_assessed", "stale", "evidence_insufficient", "no_criterion", "inconclusive",
    "criterion_met", "attested", "fulfilled_by_decision", "not_applicable",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that stood in one report and stands otherwise in the other; empty where it did not stand at all."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StateChange:
    """A duty whose state is another; empty where the other report does not hold it."""

    duty: str
    framework: str
    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EvidenceChange:
    """Evidence that came, is no longer named, or went stale."""

    id: str
    kind: str
    digest: str
    change: Literal["added", "no_longer_named", "went_stale"]
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """A criterion of one measure, before and after; None where there was none."""

    kind: str
    measure: str
    group: Group
    before: Judged | None
    after: Judged | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs, each list in the order in which a reader should meet it."""

    before: Told
    after: Told
    states: tuple[StateChange, ...]
    figures: tuple[Move, ...]
    evidence: tuple[EvidenceChange, ...]
    criteria: tuple[CriterionChange, ...]
    versions: tuple[Changed, ...]
    law: tuple[Changed, ...]
    classification: tuple[Changed, ...]
    people: tuple[Changed, ...]
    incidents: tuple[Changed, ...]

    def moved(self) -> tuple[Move, ...]:
        """The figures that moved beyond noise."""
        return tuple(one for one in self.figures if one.state == "moved")

    def compared(self) -> int:
        """How many figures were held against each other."""
        return sum(one.state in ("moved", "within_noise") for one in self.figures)

    def nothing(self) -> bool:
        """Whether nothing differs at all."""
        others = (self.states, self.evidence, self.criteria, self.versions, self.law)
        more = (self.classification, self.people, self.incidents)
        return not any(others + more) and all(one.state == "same_evidence" for one in self.figures)


def compare(before: Told, after: Told) -> Difference:
    """What changed from one report to a later one of the same system."""
    return Difference(
        before=before,
        after=after,
        states=_states(before, after),
        figures=moves(before.evidence, after.evidence),
        evidence=tuple(_evidence(before.evidence, after.evidence)),
        criteria=tuple(_criteria(before.evidence, after.evidence)),
        versions=_changed(_parts(before.parts, after.parts), _parts(after.parts, before.parts)),
        law=_law(before, after),
        classification=_changed(_classified(before), _classified(after)),
        people=_changed(_people(before), _people(after)),
        incidents=_changed(_incidents(before), _incidents(after)),
    )


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Changed, ...]:
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in dict.fromkeys([*after, *before]))
    return tuple(Changed(*pair) for pair in pairs if pair[1] != pair[2])


def _states(before: Told, after: Told) -> tuple[StateChange, ...]:
    old, new = ({duty.id: duty for duty in told.duties} for told in (before, after))
    found = [_state(old.get(name), new.get(name)) for name in dict.fromkeys([*new, *old])]
    return tuple(sorted((one for one in found if one.before != one.after), key=_severity))


def _state(old: DutyTold | None, new: DutyTold | None) -> StateChange:
    known = new or old
    if known is None:
        raise ValueError("a duty of neither report")
    return StateChange(known.id, known.framework, known.title, old.state if old else "", new.state if new else "")


def _severity(change: StateChange) -> int:
    return _ORDER.index(change.after) if change.after in _ORDER else len(_ORDER)


def _evidence(before: Iterable[Proof], after: Iterable[Proof]) -> Iterator[EvidenceChange]:
    old, new = ({proof.id: proof for proof in proofs} for proofs in (before, after))
    for name, proof in new.items():
        if name not in old:
            yield EvidenceChange(name, proof.kind, proof.digest, "added")
        elif proof.stale and not old[name].stale:
            yield EvidenceChange(name, proof.kind, proof.digest, "went_stale", proof.stale)
    for name, proof in old.items():
        if name not in new:
            yield EvidenceChange(name, proof.kind, proof.digest, "no_longer_named")


def _criteria(before: Iterable[Proof], after: Iterable[Proof]) -> Iterator[CriterionChange]:
    old, new = _standing(before), _standing(after)
    for key in dict.fromkeys([*new, *old]):
        one, other = old.get(key), new.get(key)
        if _asked(one) != _asked(other):
            yield CriterionChange(*key, one, other)


def _standing(proofs: Iterable[Proof]) -> Mapping[tuple[str, str, Group], Judged]:
    """The criterion that each figure was held against last; of stale evidence only where there is no other."""
    rows = sorted(proofs, key=lambda one: (not one.stale, one.id))
    return {(proof.kind, measure, group): judged for proof in rows for measure, group, judged in proof.judged}


def _asked(judged: Judged | None) -> tuple[str, ...] | None:
    return (judged.criterion, judged.limit, judged.direction) if judged else None


def _parts(parts: Iterable[PartTold], others: Iterable[PartTold]) -> Mapping[str, str]:
    """Each part by its role, by role and name where a role is taken more than once in either report."""
    rows, taken = list(parts), Counter[str]()
    for group in (rows, list(others)):
        taken |= Counter(part.role for part in group)
    found: dict[str, str] = {}
    for index, part in enumerate(rows):
        name = part.role if taken[part.role] == 1 else f"{part.role} {part.asset or index}"
        found[name] = " ".join(word for word in (part.asset, part.number, part.digest) if word)
    return found


def _law(before: Told, after: Told) -> tuple[Changed, ...]:
    dates = [{duty.id: duty.applies_from for duty in told.duties if duty.applies_from} for told in (before, after)]
    both = [{name: words for name, words in one.items() if name in dates[0] and name in dates[1]} for one in dates]
    texts = [_flat({"law": told.law, "frameworks": told.statement.get("frameworks")}) for told in (before, after)]
    return (*_changed(texts[0], texts[1]), *_changed(both[0], both[1]))


def _classified(told: Told) -> Mapping[str, str]:
    """The outcome of the classification, without the trace that led to it."""
    known = told.statement.get("classification")
    if not isinstance(known, Mapping):
        return {}
    outcome = known.get("outcome") if isinstance(known.get("outcome"), Mapping) else known
    rows = outcome.get("dimensions") or () if isinstance(outcome, Mapping) else ()
    dimensions = {str(row.get("id")): row.get("values") for row in rows if isinstance(row, Mapping)}
    signed = {name: known.get(name) for name in ("confirmed_by", "confirmed_at") if known.get(name)}
    return _flat({"tier": outcome.get("tier") if isinstance(outcome, Mapping) else "", **dimensions, **signed})


def _people(told: Told) -> Mapping[str, str]:
    """Who stated, waived and owns what, duty by duty."""
    found: dict[str, str] = {}
    for duty in told.duties:
        stated = (_words(one, "state", "person", "role", "at") for one in duty.stated)
        waived = (_words(one, "reason", "by", "second", "expires_on") for one in duty.waived)
        rows = {
            "applies": _words(duty.applies, "answer", "reference", "by", "at"),
            "statements": "; ".join(stated),
            "waivers": "; ".join(waived),
            "owner": duty.owner,
            "due": duty.due,
        }
        found |= {f"{duty.id} {name}": words for name, words in rows.items() if words}
    return found


def _incidents(told: Told) -> Mapping[str, str]:
    """Each serious incident with its state and its clock."""
    rows = told.statement.get("incidents")
    known = [one for one in rows if isinstance(one, Mapping)] if isinstance(rows, list | tuple) else []
    names = ("severity", "state", "due_at", "reported_at")
    return {f"{one.get('title', '')} ({one.get('id', '')})": _words(one, *names) for one in known}


def _words(given: Mapping[str, Any], *names: str) -> str:
    return " ".join(str(given[name]) for name in names if given.get(name))


_IN_A_LANGUAGE = frozenset({"title", "label"})  # two reports may be in two languages, and that is no change


def _flat(given: Any, path: str = "") -> dict[str, str]:
    """Nested data as path -> text; an entry of a list goes by its own id where it has one."""
    if isinstance(given, Mapping):
        rows = [(str(name), value) for name, value in given.items() if name not in _IN_A_LANGUAGE]
    elif isinstance(given, list | tuple) and any(isinstance(one, Mapping) for one in given):
        rows = [(str(one.get("id") or index) if isinstance(one, Mapping) else str(index), one) for index, one in enumerate(given)]
    else:
        words = ", ".join(map(str, given)) if isinstance(given, list | tuple) else "" if given is None else str(given)
        return {path: words} if words else {}
    found: dict[str, str] = {}
    for name, value in rows:
        found |= _flat(value, f"{path} / {name}" if path else name)
    return found

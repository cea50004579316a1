"""Measuring is not judging: here a measure meets a limit, and evidence meets a duty.

A verdict is never drawn from a point estimate alone: an interval across the limit is neither
met nor not met. An exact count carries low = high = value.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal, get_args

from governance.book import Text, gettext_noop
from governance.evidence.facts import Measure

Direction = Literal["at_least", "at_most"]
VerdictState = Literal["met", "not_met", "inconclusive", "insufficient"]
Strength = Literal["direct", "partial", "supporting"]
Assurance = Literal["auto", "mixed", "human"]
StatementState = Literal["attested", "fulfilled_by_decision", "not_applicable"]
ItemState = Literal[
    "not_assessed",
    "contradicted",
    "criterion_not_met",
    "inconclusive",
    "evidence_insufficient",
    "no_criterion",
    "stale",
    "criterion_met",
    "attested",
    "fulfilled_by_decision",
    "not_applicable",
]

DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
VERDICT_STATES: tuple[VerdictState, ...] = get_args(VerdictState)
STATEMENT_STATES: tuple[StatementState, ...] = get_args(StatementState)
ITEM_STATES: tuple[ItemState, ...] = get_args(ItemState)  # the order in which a summary tells them

# Worst first: the state of an item is the first of these that any of its evidence shows.
_WORST_FIRST: tuple[ItemState, ...] = (
    "not_assessed",
    "criterion_not_met",
    "inconclusive",
    "evidence_insufficient",
    "no_criterion",
    "stale",
    "criterion_met",
)
_OF_VERDICT: dict[VerdictState, ItemState] = {
    "met": "criterion_met",
    "not_met": "criterion_not_met",
    "inconclusive": "inconclusive",
    "insufficient": "evidence_insufficient",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """What a criterion asks of one measure. `group` as in `Measure`; `min_n` is the smallest n that may decide."""

    measure: str
    limit: Decimal
    direction: Direction
    group: tuple[tuple[str, str], ...] = ()
    min_n: int = 1


def find(measures: Iterable[Measure], limit: Limit) -> Measure | None:
    """The measure that `limit` names, for its group; None when the run did not conclude it."""
    wanted = (limit.measure, tuple(sorted(limit.group)))
    return next((one for one in measures if (one.name, tuple(sorted(one.group))) == wanted), None)


def judge(measure: Measure | None, limit: Limit) -> VerdictState:
    """How `measure` stands to `limit`.

    met: the whole interval lies on the good side, its end on the limit included.
    not_met: the whole interval lies beyond. inconclusive: it lies across.
    insufficient: no measure, no estimate, no interval, an interval that is none, or n below `min_n`.
    """
    interval = _interval(measure, limit)
    if isinstance(interval, Text):
        return "insufficient"
    (low, high), edge = interval, limit.limit
    if limit.direction == "at_most":
        low, high, edge = -high, -low, -edge
    if low >= edge:
        return "met"
    return "not_met" if high < edge else "inconclusive"


def why_insufficient(measure: Measure | None, limit: Limit) -> Text | None:
    """Why no verdict can be drawn, or None when one can."""
    interval = _interval(measure, limit)
    return interval if isinstance(interval, Text) else None


def _interval(measure: Measure | None, limit: Limit) -> tuple[Decimal, Decimal] | Text:
    if measure is None:
        return Text(gettext_noop("The run did not conclude this measure for this group."))
    if _decimal(measure.value) is None:
        return Text(gettext_noop("The measure could not be estimated."))
    low, high = _decimal(measure.low), _decimal(measure.high)
    if low is None or high is None:
        return Text(gettext_noop("The measure has no interval, and a point estimate alone decides nothing."))
    if low > high:
        return Text(gettext_noop("The interval ends before it begins."))
    if measure.n < limit.min_n:
        places = (("n", str(measure.n)), ("least", str(limit.min_n)))
        return Text(gettext_noop("n is %(n)s, and this criterion needs at least %(least)s."), places)
    return low, high


def _decimal(words: str | None) -> Decimal | None:
    if words is None:
        return None
    try:
        number = Decimal(words)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@dataclass(frozen=True, slots=True)
class Signal:
    """What one sealed piece of evidence says at one duty. No verdicts means no criterion was frozen before it.

    fixed: of each verdict, whether its criterion has an author and was frozen before the run; empty: of all of them.
    stale: it is about something that has changed since. aged: it is older than evidence is good for.
    superseded: it is about an earlier version, and there is fresh evidence of the kind about this one.
    unreadable: what it says cannot be read, so nothing can be told of the duty. record: it tells what is, such as a lineage
    graph, and was never to be judged.
    """

    evidence: str
    strength: Strength
    verdicts: tuple[VerdictState, ...] = ()
    stale: bool = False
    aged: bool = False
    fixed: tuple[bool, ...] = ()
    superseded: bool = False
    unreadable: bool = False
    record: bool = False

    def state(self) -> ItemState:
        """The worst of its verdicts.

        stale covers all of them, since they are about something that changed; age only takes from what was met. A verdict
        by a criterion that came after the run carries nothing that was met, and hides nothing that was not.
        """
        if self.unreadable:
            return "not_assessed"
        if self.stale:
            return "stale"
        fixed = self.fixed or (True,) * len(self.verdicts)
        states = [_OF_VERDICT[verdict] for verdict in self.verdicts]
        states += ["no_criterion"] if not states or not all(fixed) else []
        return worst([*states, "stale"] if self.aged else states) or "no_criterion"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a named person stated or decided about a duty, with the evidence it cites.

    stale: a version it was about has a successor, or it is older than statements are good for.
    """

    state: StatementState
    cites: tuple[str, ...] = ()
    stale: bool = False


def worst(states: Iterable[ItemState]) -> ItemState | None:
    """The worst of some measured states, None of none."""
    found = set(states)
    return next((state for state in _WORST_FIRST if state in found), None)


def carrying(assurance: Assurance, signals: Iterable[Signal]) -> list[Signal]:
    """The evidence that may decide a duty: none where only people can show it, none that merely supports or is superseded."""
    if assurance == "human":
        return []
    return [signal for signal in signals if signal.strength != "supporting" and not signal.superseded]


def item_state(
    assurance: Assurance,
    signals: Sequence[Signal],
    statements: Sequence[Statement] = (),
    *,
    known: Collection[str] = (),
    excluded: bool = False,
) -> ItemState:
    """The state of one duty.

    known: ids of the evidence there is, for the citations of duties that only people can show. excluded: the confirmed
    classification says that the duty does not apply.

    - A duty that only people can show (`human`) never changes because of a run.
    - Supporting evidence is listed, but it covers nothing: alone it leaves the duty not assessed.
    - Of several pieces of evidence the worst state wins, so a later pass hides no failure. A record that nobody was to judge
      decides nothing beside evidence that was.
    - A met criterion is not fulfilment: only a person's decision is, and only with evidence cited that is on file and more
      than supporting; a statement against a measurement is contradicted.
    - Of several statements the strongest wins, whatever their order; what was withdrawn is not handed in.
    - Waivers are no input: they change no state.
    """
    found = carrying(assurance, signals)
    measured = worst(signal.state() for signal in [one for one in found if not one.record] or found)
    standing = [one for one in statements if not one.stale]
    if excluded or any(one.state == "not_applicable" for one in standing):
        return "not_applicable"
    if not standing:
        return measured or ("stale" if statements else "not_assessed")
    if measured in {"criterion_not_met", "not_assessed", "stale"}:
        return "contradicted" if measured == "criterion_not_met" else measured
    return "fulfilled_by_decision" if any(_is_decided(one, assurance, found, known) for one in standing) else "attested"


def _is_decided(one: Statement, assurance: Assurance, found: Sequence[Signal], known: Collection[str]) -> bool:
    """Whether it is a decision that rests on evidence there is."""
    on_file = known if assurance == "human" else {signal.evidence for signal in found if not signal.unreadable}
    return one.state == "fulfilled_by_decision" and any(cited in on_file for cited in one.cites)

"""Measuring is not judging: here a measure meets a limit, and evidence meets a duty.

A verdict is never drawn from a point estimate alone: an interval across the limit is neither
met nor not met. An exact count carries low = high = value.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal, get_args

from governance.book import Text, gettext_noop
from governance.evidence.facts import Measure

Direction = Literal["at_least", "at_most"]
VerdictState = Literal["met", "not_met", "inconclusive", "insufficient"]
Strength = Literal["direct", "partial", "supporting"]
Assurance = Literal["auto", "mixed", "human"]
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
ITEM_STATES: tuple[ItemState, ...] = get_args(ItemState)  # the order in which a summary tells them

# Worst first: the state of an item is the first of these that any of its evidence shows.
_WORST_FIRST: tuple[ItemState, ...] = (
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
    """What one sealed piece of evidence says at one duty. No verdicts means no criterion was frozen before it."""

    evidence: str
    strength: Strength
    verdicts: tuple[VerdictState, ...] = ()
    stale: bool = False

    def state(self) -> ItemState:
        """The worst of its verdicts; stale covers all of them, since they are about something that changed."""
        if self.stale:
            return "stale"
        return worst(_OF_VERDICT[verdict] for verdict in self.verdicts) or "no_criterion"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a named person stated or decided about a duty, with the evidence it cites."""

    state: Literal["attested", "fulfilled_by_decision", "not_applicable"]
    cites: tuple[str, ...] = ()


def worst(states: Iterable[ItemState]) -> ItemState | None:
    """The worst of some measured states, None of none."""
    found = set(states)
    return next((state for state in _WORST_FIRST if state in found), None)


def item_state(assurance: Assurance, signals: Sequence[Signal], statement: Statement | None = None) -> ItemState:
    """The state of one duty.

    - A duty that only people can show (`human`) never changes because of a run.
    - Supporting evidence is listed, but it covers nothing: alone it leaves the duty not assessed.
    - Of several pieces of evidence the worst state wins, so a later pass hides no failure.
    - A met criterion is not fulfilment: only a person's decision is, and only with evidence cited
      that is more than supporting; a statement against a measurement is contradicted.
    """
    carrying = [] if assurance == "human" else [signal for signal in signals if signal.strength != "supporting"]
    measured = worst(signal.state() for signal in carrying)
    if statement is None:
        return measured or "not_assessed"
    if statement.state == "not_applicable":
        return "not_applicable"
    if measured == "criterion_not_met":
        return "contradicted"
    if measured == "stale":
        return "stale"
    return _decided(assurance, carrying, statement)


def _decided(assurance: Assurance, carrying: Sequence[Signal], statement: Statement) -> ItemState:
    cited = set(statement.cites)
    enough = bool(cited) if assurance == "human" else any(signal.evidence in cited for signal in carrying)
    return "fulfilled_by_decision" if statement.state == "fulfilled_by_decision" and enough else "attested"

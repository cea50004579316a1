"""How a figure of one report stands to the same figure of a later one. Pure.

A figure has moved when the interval of the difference leaves out zero. That interval is made of the two figures' own intervals
(MOVER: G. Y. Zou, A. Donner, Statistics in Medicine 27, 2008, 1693-1702; for Wilson intervals it is Newcombe's method 10). It
takes the two measurements as independent. Asked the same questions twice they are not: a change that is real may then stand as
noise here, and a comparison of the two runs, question by question, can show it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from typing import Literal

from governance.evidence.facts import decimal_text
from governance.reports.told import Figure, Group, Proof

State = Literal["moved", "within_noise", "not_comparable", "appeared", "gone", "same_evidence"]
Why = Literal["", "no_estimate", "no_interval", "other_level", "other_unit", "measured_otherwise"]
STATES: tuple[State, ...] = ("moved", "not_comparable", "gone", "appeared", "within_noise", "same_evidence")
_EXACT = Context(prec=30)


@dataclass(frozen=True, slots=True)
class Move:
    """One figure, before and after. difference, low, high: after minus before, decimal text, where both could be compared.

    towards: `better` or `worse` by the criterion's direction, for a figure that moved and has one. otherwise: the names of what
    the two were measured with, where that differs.
    """

    kind: str
    name: str
    group: Group
    before: Figure | None
    after: Figure | None
    state: State
    why: Why = ""
    difference: str | None = None
    low: str | None = None
    high: str | None = None
    towards: Literal["", "better", "worse"] = ""
    otherwise: tuple[str, ...] = ()


def moves(before: Iterable[Proof], after: Iterable[Proof]) -> tuple[Move, ...]:
    """Every figure of either report: what moved first, then what cannot be compared; each sort in the order of the reports."""
    old, new = _newest(before), _newest(after)
    found = [_move(key, old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old])]
    return tuple(sorted(found, key=lambda one: STATES.index(one.state)))


_Place = tuple[Figure, Proof]
_Key = tuple[str, str, Group]


def _newest(proofs: Iterable[Proof]) -> Mapping[_Key, _Place]:
    """Of each figure the one that stands: not stale where there is one, of these the newest."""
    rows = sorted(proofs, key=lambda one: (not one.stale, one.id))
    return {figure.key(): (figure, proof) for proof in rows for figure in proof.figures}


def _move(key: _Key, old: _Place | None, new: _Place | None) -> Move:
    before, after = (place[0] if place else None for place in (old, new))
    if old is None or new is None:
        return Move(*key, before, after, "appeared" if old is None else "gone")
    if old[1].digest == new[1].digest:
        return Move(*key, before, after, "same_evidence")
    otherwise = _otherwise(old[1], new[1])
    why: Why = "measured_otherwise" if otherwise else _why(old[0], new[0])
    if why:
        return Move(*key, before, after, "not_comparable", why, otherwise=otherwise)
    return _compared(key, old[0], new[0])


def _otherwise(old: Proof, new: Proof) -> tuple[str, ...]:
    one, other = dict(old.instrument), dict(new.instrument)
    return tuple(sorted(name for name in {**one, **other} if one.get(name) != other.get(name)))


def _why(old: Figure, new: Figure) -> Why:
    if number(old.value) is None or number(new.value) is None:
        return "no_estimate"
    if any(number(edge) is None for edge in (old.low, old.high, new.low, new.high)):
        return "no_interval"
    if old.unit != new.unit:
        return "other_unit"
    return "other_level" if old.level != new.level else ""


def _compared(key: _Key, old: Figure, new: Figure) -> Move:
    difference, low, high = interval_of_difference(_numbers(old), _numbers(new))
    moved = low > 0 or high < 0
    return Move(
        *key,
        old,
        new,
        state="moved" if moved else "within_noise",
        difference=decimal_text(difference),
        low=decimal_text(low),
        high=decimal_text(high),
        towards=_towards(old, new, difference) if moved else "",
    )


def interval_of_difference(
    old: tuple[Decimal, Decimal, Decimal], new: tuple[Decimal, Decimal, Decimal]
) -> tuple[Decimal, Decimal, Decimal]:
    """(estimate, low, high) of new minus old, each given as (estimate, low, high); exact counts give an interval of no width.

    With d = new - old: low = d - sqrt((new - its low)^2 + (old's high - old)^2), high likewise with the other ends.
    """
    (value1, low1, high1), (value2, low2, high2) = old, new
    difference = value2 - value1
    below = _length(value2 - low2, high1 - value1)
    above = _length(high2 - value2, value1 - low1)
    return difference, difference - below, difference + above


def number(words: str | None) -> Decimal | None:
    """Decimal text as a number; None for what is none or has no end."""
    if words is None:
        return None
    try:
        found = Decimal(words)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _numbers(figure: Figure) -> tuple[Decimal, Decimal, Decimal]:
    value, low, high = (number(one) or Decimal(0) for one in (figure.value, figure.low, figure.high))
    return value, low, high


def _length(one: Decimal, other: Decimal) -> Decimal:
    # An estimate may lie a rounding outside its own interval; that end then has no length.
    one, other = max(one, Decimal(0)), max(other, Decimal(0))
    return _EXACT.sqrt(_EXACT.add(_EXACT.multiply(one, one), _EXACT.multiply(other, other)))


def _towards(old: Figure, new: Figure, difference: Decimal) -> Literal["", "better", "worse"]:
    directions = {one.direction for one in (*old.judged, *new.judged) if one.direction}
    if len(directions) != 1:
        return ""
    upwards = directions == {"at_least"}
    return "better" if (difference > 0) == upwards else "worse"

"""Two runs' units -> pairs, figures and a verdict. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean
from typing import Any, Literal

from audits.contract import MeasureCard, Unit
from audits.measures.comparison import mean_of, paired, verdict
from audits.measures.estimates import Estimate
from governance.book import gettext_noop as _
from governance.evidence.facts import Coverage, Facts, Measure, decimal_text

KIND = "comparison"
VERSION = "1"
LOOKS = ("any", "once")
FEW = _("too few questions for an interval")
LIMITS = (
    _("It holds for the questions that both runs were asked. Whether these stand for what people ask is not examined."),
    _("The judge's own mistakes are in both runs. Where it errs more on one version's manner of writing, it favours the other."),
)
MANY_LOOKS = _("The interval holds at every look at once, so one may look at any time and stop when it is settled.")
ONE_LOOK = _(
    "The interval holds for one look that was fixed before the runs. Looked at again and again, it would find differences "
    "by chance."
)


class TwoInstruments(ValueError):  # noqa: N818 - reads as what happened
    """The runs were judged by different judges, so a difference may be the judges'."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Values of one measure for the questions that both runs say something about, in the order asked."""

    first: tuple[float, ...]
    second: tuple[float, ...]
    left_out: tuple[tuple[str, int], ...]
    questions: int
    instruments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What one run says: its units in the order in which they were recorded, the words of each question and its answer.

    Words that were erased are empty; such a question is taken by its id.
    """

    units: Sequence[Unit]
    words: Mapping[str, str]
    answers: Mapping[str, str]


def pairs_of(first: Side, second: Side, measure: str) -> Pairs:
    """Each question once: the mean over its repeats. A question that is missing or worded otherwise on one side is left out.

    Raises:
        TwoInstruments: when units of two judges would be compared.
    """
    one, other = _by_question(first.units), _by_question(second.units)
    judges = {unit.instrument for unit in (*first.units, *second.units) if measure in unit.values and unit.instrument}
    if len(judges) > 1:
        raise TwoInstruments(", ".join(sorted(judges)))
    reasons: Counter[str] = Counter()
    kept: list[tuple[float, float]] = []
    for question in dict.fromkeys([*one, *other]):
        why = _left_out(question, (one, first), (other, second), measure)
        if why:
            reasons[why] += 1
        else:
            kept.append((_mean(one[question], measure), _mean(other[question], measure)))
    return Pairs(
        tuple(pair[0] for pair in kept),
        tuple(pair[1] for pair in kept),
        tuple(sorted(reasons.items())),
        len(kept) + sum(reasons.values()),
        tuple(sorted(judges)),
    )


def concluded(pairs: Pairs, card: MeasureCard, margin: Decimal, looks: str, level: float = 0.95) -> Facts:
    """Facts of a comparison: both means, their difference, the verdict and the smallest difference it could have seen."""
    found = paired(pairs.first, pairs.second, level=level)
    difference = found.anytime if looks == "any" else found.once
    smallest = found.smallest_anytime if looks == "any" else found.smallest_once
    better: Literal["higher", "lower"] = "lower" if card.better == "lower" else "higher"
    details = {
        "verdict": verdict(difference, better, float(margin)),
        "better": card.better,
        "p": decimal_text(found.anytime_p if looks == "any" else found.p),
        "smallest_seen": decimal_text(smallest),
        "only_first": found.only_first,
        "only_second": found.only_second,
        "judges": list(pairs.instruments),
    }
    return Facts(
        kind=KIND,
        kind_version=VERSION,
        parameters={"measure": card.name, "margin": format(margin, "f"), "looks": looks},
        seed=0,
        coverage=Coverage(pairs.questions, len(pairs.first), pairs.left_out),
        measures=(
            _mean_measure("first", pairs.first, level),
            _mean_measure("second", pairs.second, level),
            _difference(difference, level),
        ),
        details=details,
        limits=(MANY_LOOKS if looks == "any" else ONE_LOOK, *LIMITS),
    )


def difference_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The measure `difference` of sealed facts."""
    found: dict[str, Any] = next(measure for measure in facts["measures"] if measure["name"] == "difference")
    return found


def _by_question(units: Iterable[Unit]) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = {}
    for unit in units:
        found.setdefault(unit.question, []).append(unit)
    return found


def _left_out(
    question: str, first: tuple[dict[str, list[Unit]], Side], second: tuple[dict[str, list[Unit]], Side], measure: str
) -> str:
    (one, here), (other, there) = first, second
    if question not in one or question not in other:
        return "only_in_first" if question in one else "only_in_second"
    asked = {side.words.get(question, "") for side in (here, there)} - {""}
    if len(asked) > 1:
        return "worded_otherwise"
    known = all(any(measure in unit.values for unit in side[question]) for side in (one, other))
    return "" if known else "without_value"


def _mean(units: Iterable[Unit], measure: str) -> float:
    return fmean(unit.values[measure] for unit in units if measure in unit.values)


def _mean_measure(name: str, values: Sequence[float], level: float) -> Measure:
    return _measure(name, "share", mean_of(values, level=level), level)


def _difference(difference: Estimate, level: float) -> Measure:
    return _measure("difference", "difference", difference, level)


def _measure(name: str, unit: str, found: Estimate, level: float) -> Measure:
    value, low, high = (decimal_text(one) for one in (found.value, found.low, found.high))
    return Measure(name, value, low, high, found.n, found.method, unit, str(level), reason="" if low is not None else FEW)

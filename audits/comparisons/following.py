"""One system over time: every later run beside a reference, over the same questions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from audits.catalogue import kinds
from audits.comparisons.figures import Pairs, Side, TwoInstruments, pairs_of
from audits.comparisons.reading import MOST, card_of, measure_of, side_of
from audits.contract import AuditKind, MeasureCard
from audits.measures.comparison import paired, verdict
from audits.measures.drift import Drift, drift
from audits.measures.estimates import LEVEL, Estimate, nothing, wilson_ends
from audits.runs.models import Run
from audits.states import State

MOST_RUNS = 12
MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class Later:
    """One later run beside the reference.

    difference: later less reference, its interval wide enough that those of all later runs hold together; verdict: from
    it. changed: share of questions whose answer is not the same, word for word. scores: have the judge's scores moved?
    other_judge: the two had different judges, and nothing of what they judged is compared.
    """

    run: Run
    difference: Estimate
    verdict: str
    changed: Estimate
    scores: Drift
    pairs: int
    other_judge: bool


@dataclass(frozen=True, slots=True)
class Series:
    """A reference and what came after it, oldest first. level: of each single interval."""

    reference: Run
    measure: MeasureCard
    level: float
    later: tuple[Later, ...]


def follow(*, organisation: UUID, run_id: UUID | str, measure: str) -> Series:
    """The newest finished runs of the same kind and system that came after a run, each beside it.

    Raises:
        NotFound: no such run here. ShapeError: names `run` or `measure` where nothing can be compared.
    """
    runs = Run.objects.select_related("system_version__asset", "target")
    reference: Run = runs.one(organisation, run_id)
    card = card_of(reference, "run")
    chosen = measure_of(card, measure or measures_to_follow(card.name)[0].name)
    after = Run.objects.of(organisation).select_related("system_version__asset", "target")
    after = after.filter(
        kind=reference.kind, state=State.SUCCEEDED, system_version__asset_id=reference.system_version.asset_id, done__lte=MOST
    )
    found: Sequence[Run] = list(after.filter(id__gt=reference.pk).order_by("-id")[:MOST_RUNS])[::-1]
    level = 1 - (1 - LEVEL) / max(1, len(found))
    before = side_of(reference, card)
    return Series(reference, chosen, level, tuple(_later(run, card, chosen, before, level) for run in found))


def measures_to_follow(kind: str) -> tuple[MeasureCard, ...]:
    """The measures of a kind that runs can be compared by; none of a kind that is gone or can't be compared."""
    card = kinds().get(kind)
    return tuple(one for one in card.measures if one.unit in {"share", "score"}) if card and card.pairs else ()


def _later(run: Run, card: AuditKind, measure: MeasureCard, before: Side, level: float) -> Later:
    now = side_of(run, card)
    moved = drift(*([unit.score for unit in side.units if unit.score is not None] for side in (before, now)))
    try:
        pairs = pairs_of(before, now, measure.name)
    except TwoInstruments:
        return Later(run, nothing("tango"), "inconclusive", _changed(before, now), moved, 0, other_judge=True)
    difference = _difference(pairs, level)
    told = verdict(difference, "lower" if measure.better == "lower" else "higher", MARGIN)
    return Later(run, difference, told, _changed(before, now), moved, len(pairs.first), other_judge=False)


def _difference(pairs: Pairs, level: float) -> Estimate:
    return paired(pairs.first, pairs.second, level=level).once


def _changed(before: Side, now: Side) -> Estimate:
    """Questions asked in the same words that got an answer in both, and another one."""
    same = [one for one in before.answers if before.words[one] and before.words[one] == now.words.get(one)]
    both = [one for one in same if before.answers[one] and now.answers.get(one)]
    if not both:
        return Estimate(math.nan, math.nan, math.nan, 0, "wilson")
    share = sum(before.answers[one] != now.answers[one] for one in both) / len(both)
    return Estimate(share, *wilson_ends(share, len(both)), len(both), "wilson")

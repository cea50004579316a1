"""From labels to what a judge is worth: agreement, rates, calibration and the corrected share. Pure.

1 is unsupported (flagged), 0 supported. An answer that people could not tell is in no figure but the count of such.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audits.measures import agreement, calibration, prevalence
from audits.measures.estimates import Estimate, exact_share, nothing
from audits.measures.prevalence import Corrected, Labelled
from governance.book import gettext_noop as _
from governance.evidence.facts import Coverage, Facts, Measure, decimal_text

KIND, VERSION = "calibration", "1"
HUMAN = {"supported": 0, "unsupported": 1}
CODES = {**HUMAN, "cannot_tell": 2}
MISS = 0.05  # the share of unsupported answers that the guaranteed threshold may miss
FEW = _("too few labels")
ONE_CLASS = _("people gave only one kind of label, so nothing can be told apart")
NO_PAIRS = _("no answer was labelled by two people")
NOT_BETTER = _("the judge is no better than chance on these labels")
NO_THRESHOLD = _("too few labels of unsupported answers for a promise; 59 without a miss are the least")

LIMITS = (
    _("The figures hold for answers like those of this audit, in this language, judged by this version of the judge."),
    _("Agreement with people is agreement with these reviewers under this guideline; two people who agree may both be wrong."),
    _("Answers that people could not tell are left out; if those are of another kind than the rest, the share is off by that."),
    _("Answers to one question asked several times are counted as if they were independent."),
)
LOOKED_BEFORE = _(
    "More labels were drawn after figures had been looked at: an interval then misses a little more often than its level says."
)

NOT_BLIND = _(
    "Some labels come from people who had been shown the judge's verdicts of this audit before: they may agree with it too often."
)


@dataclass(frozen=True, slots=True)
class Row:
    """One answer of the sample.

    score: of the judge, 0 to 1. said: the labels of the two reviewers (one, or two where both labelled). word: the label
    that counts, empty for none. inclusion: the chance to be drawn.
    """

    score: float
    flagged: bool
    said: tuple[str, ...]
    word: str
    inclusion: float
    stratum: int


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that labels say of a judge.

    corrected: shares from scores (`ppi`) and labels alone (`classical`); from_verdicts: the same with verdicts in the place
    of scores, of which `rogan_gladen` is used. curve: None where people gave only one kind of label. threshold: the score
    from which on answers must be flagged so that at most `MISS` of the unsupported are missed.
    """

    judged: Estimate
    corrected: Corrected
    from_verdicts: Corrected
    people: Estimate
    judge: Estimate
    rates: agreement.Rates
    curve: calibration.Calibration | None
    threshold: float | None
    counts: Mapping[str, int]


def found_in(rows: Sequence[Row], scores: Sequence[float], flags: Sequence[bool]) -> Found:
    """Everything at once. rows: the labelled sample; scores, flags: of all judged answers, those of the sample among them."""
    told = [row for row in rows if row.word in HUMAN]
    human = [HUMAN[row.word] for row in told]
    judge = [int(row.flagged) for row in told]
    chances = _chances(rows)
    by_score = [Labelled(row.score, HUMAN[row.word], chances[row.stratum] * row.inclusion, row.stratum) for row in told]
    by_verdict = [
        Labelled(float(row.flagged), one.human, one.inclusion, one.stratum) for row, one in zip(told, by_score, strict=True)
    ]
    pairs = [(CODES[row.said[0]], CODES[row.said[1]]) for row in rows if len(row.said) > 1]
    both = set(human) == {0, 1}
    of_scores = [row.score for row in told]
    return Found(
        judged=exact_share(sum(flags), len(flags)),
        corrected=prevalence.corrected(scores, by_score),
        from_verdicts=prevalence.corrected([float(flag) for flag in flags], by_verdict),
        people=agreement.kappa([one for one, _ in pairs], [two for _, two in pairs]) if pairs else nothing("kappa_wilson"),
        judge=agreement.kappa(human, judge),
        rates=agreement.rates(human, judge),
        curve=calibration.fit(of_scores, human) if both else None,
        threshold=calibration.guaranteed_threshold(of_scores, human, miss=MISS) if human else None,
        counts=Counter(row.word for row in rows),
    )


def facts_of(found: Found, parameters: Mapping[str, Any], details: Mapping[str, Any], *, seed: int, looks: int) -> Facts:
    """`found` as facts that can be sealed; every number as decimal text."""
    untold = found.counts.get("cannot_tell", 0)
    drawn = sum(found.counts.values())
    limits = LIMITS + ((LOOKED_BEFORE,) if looks else ()) + ((NOT_BLIND,) if details.get("labels_not_blind") else ())
    return Facts(
        kind=KIND,
        kind_version=VERSION,
        parameters=dict(parameters),
        seed=seed,
        coverage=Coverage(drawn, drawn - untold, (("cannot_tell", untold),) if untold else ()),
        measures=_measures(found, untold),
        details={**details, "labels": dict(sorted(found.counts.items())), **_told(found)},
        limits=limits,
    )


def _measures(found: Found, untold: int) -> tuple[Measure, ...]:
    gladen = found.from_verdicts.rogan_gladen or nothing("lang_reiczigel")
    curve = found.curve
    return (
        _measure("unsupported_answers_corrected", found.corrected.ppi, untold, FEW),
        _measure("classical_unsupported", found.corrected.classical, untold, FEW),
        _measure("rogan_gladen_unsupported", gladen, untold, NOT_BETTER),
        _measure("judged_unsupported", found.judged, 0, FEW),
        _measure("kappa_people", found.people, 0, NO_PAIRS, "score"),
        _measure("kappa_judge", found.judge, untold, ONE_CLASS, "score"),
        _measure("sensitivity", found.rates.sensitivity, untold, ONE_CLASS),
        _measure("specificity", found.rates.specificity, untold, ONE_CLASS),
        _plain("ece_before", curve.ece_before if curve else math.nan, curve),
        _plain("ece_after", curve.ece_after if curve else math.nan, curve),
        _plain("brier_before", curve.brier_before if curve else math.nan, curve),
        _plain("brier_after", curve.brier_after if curve else math.nan, curve),
        _threshold(found),
    )


def _measure(name: str, found: Estimate, untold: int, reason: str, unit: str = "share") -> Measure:
    value, low, high = (decimal_text(part) for part in (found.value, found.low, found.high))
    return Measure(name, value, low, high, found.n, found.method, unit, unscored=untold, reason="" if value else reason)


def _plain(name: str, value: float, curve: calibration.Calibration | None) -> Measure:
    reason = ONE_CLASS if curve is None else FEW
    text = decimal_text(value)
    return Measure(name, text, None, None, curve.n if curve else 0, "held_out_folds", "score", reason="" if text else reason)


def _threshold(found: Found) -> Measure:
    text = decimal_text(found.threshold) if found.threshold is not None else None
    n = found.rates.sensitivity.n
    reason = "" if text else NO_THRESHOLD
    return Measure("guaranteed_threshold", text, None, None, n, "clopper_pearson", "score", reason=reason)


def _told(found: Found) -> dict[str, Any]:
    curve, matrix = found.curve, found.rates.confusion
    told: dict[str, Any] = {
        "confusion": {name: getattr(matrix, name) for name in ("caught", "missed", "false_alarms", "passed")},
        "tuning": decimal_text(found.corrected.tuning),
        "miss": decimal_text(MISS),
        "curve": None,
    }
    if curve is not None:
        told["curve"] = {"method": curve.method, "coefs": list(curve.coefs), "knots": [list(knot) for knot in curve.knots]}
    return told


def _chances(rows: Sequence[Row]) -> dict[int, float]:
    """By stratum, the share of its drawn answers that people could tell: what is left stands for all of the stratum."""
    drawn, told = Counter(row.stratum for row in rows), Counter(row.stratum for row in rows if row.word in HUMAN)
    return {stratum: told[stratum] / drawn[stratum] for stratum in drawn if told[stratum]}


def more_labels(found: Found, limit: float) -> int | None:
    """How many more labels would take the corrected interval off a limit; None where not even all of them would."""
    return prevalence.more_labels(found.corrected, limit)

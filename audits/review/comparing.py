"""May another judge, or another prompt of it, take the place of this one? Both are held against the same labels, pair by pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from audits.measures.comparison import Paired, paired, verdict
from audits.measures.estimates import Estimate
from audits.review.figures import HUMAN
from audits.review.instruments import KIND, Instrument, instrument_of
from audits.review.labelling import standing_in, words_of
from audits.review.models import Review, Sampled
from audits.review.population import FLAGGED, judged_of
from audits.runs.models import ItemRecord, Run
from audits.runs.services import private_words, run_of
from audits.states import State
from governance.access.tenancy import Conflict, NotFound
from governance.evidence.facts import decimal_text
from governance.shapes import ShapeError

MARGIN = 0.05  # a smaller difference in right verdicts is not worth a change of judge
Word = Literal["better", "worse", "no_difference_shown", "inconclusive"]


@dataclass(frozen=True, slots=True)
class Compared:
    """The reviewed judge (first) beside another (second) on the same labelled answers.

    answers: how many both judged; missing: labelled answers that the other did not judge or that read otherwise there.
    word: what the one-look interval says of the second, with `MARGIN` as the smallest difference that matters.
    """

    run: UUID
    judge: Instrument
    paired: Paired
    word: Word
    answers: int
    missing: int


def compare(review: Review, run_id: UUID | str) -> Compared:
    """Share of right verdicts of two judges, paired by answer (McNemar's exact test, Tango's interval of the difference).

    Raises:
        Conflict: the review is not finished. ShapeError: naming `run` where it cannot be compared.
    """
    if review.finished_at is None:
        raise Conflict("review", _("is not finished; its labels are not shown yet."))
    run = _other(review, run_id)
    instrument = instrument_of(run)
    first, second, missing = _right(review, run)
    if not first:
        raise ShapeError("run", _("judged none of the labelled answers as they stand in the reviewed audit."))
    found = paired(first, second)
    return Compared(run.pk, instrument, found, verdict(found.once, "higher", MARGIN), len(first), missing)


def candidates(review: Review, most: int = 20) -> list[Run]:
    """Newest finished fidelity audits of the same system by another judge."""
    runs = Run.objects.of(review.organisation_id).filter(
        kind=KIND, state=State.SUCCEEDED, system_version__asset_id=review.run.system_version.asset_id
    )
    newest = (
        runs.filter(result__isnull=False)
        .exclude(pk=review.run_id)
        .select_related("result", "system_version__asset")
        .order_by("-id")[: 5 * most]
    )
    own = review.judge.spec["digest"]
    return [run for run in newest if run.result.facts["details"].get("judges", []) not in ([], [own])][:most]


def compared_plain(found: Compared) -> dict[str, Any]:
    """A comparison for pages and REST; numbers as decimal text."""
    return {
        "run": found.run,
        "judge": {"name": found.judge.name, "digest": found.judge.digest},
        "verdict": found.word,
        "margin": decimal_text(MARGIN),
        "answers": found.answers,
        "missing": found.missing,
        "right_first": decimal_text(found.paired.first),
        "right_second": decimal_text(found.paired.second),
        "only_first": found.paired.only_first,
        "only_second": found.paired.only_second,
        "difference": _estimate(found.paired.once),
        "p": decimal_text(found.paired.p),
        "smallest_seen": decimal_text(found.paired.smallest_once),
    }


def _estimate(one: Estimate) -> dict[str, Any]:
    value, low, high = (decimal_text(part) for part in (one.value, one.low, one.high))
    return {"value": value, "low": low, "high": high, "n": one.n, "method": one.method}


def _other(review: Review, run_id: UUID | str) -> Run:
    try:
        run = run_of(review.organisation_id, run_id)
    except NotFound as error:
        raise ShapeError("run", str(error)) from None
    if run.pk == review.run_id:
        raise ShapeError("run", _("is the reviewed audit itself; name one by another judge."))
    return run


def _right(review: Review, run: Run) -> tuple[list[float], list[float], int]:
    """Of each labelled answer whether either judge was right, and how many could not be paired."""
    told = [one for one in standing_in(review) if one.word() in HUMAN]
    rows: Mapping[UUID, Sampled] = {row.pk: row for row in review.sample.select_related("record")}
    names = [rows[one.sampled.pk].record.item for one in told]
    others = {row.item: row for row in ItemRecord.objects.of(run.organisation_id).filter(run=run, item__in=names)}
    first: list[float] = []
    second: list[float] = []
    for one in told:
        row = rows[one.sampled.pk]
        other = others.get(row.record.item)
        judged = judged_of(other) if other is not None and _same_words(row, other) else None
        if judged is not None:
            bad = one.word() == "unsupported"
            first.append(float((row.record.values.get("verdict") in FLAGGED) == bad))
            second.append(float(judged.flagged == bad))
    return first, second, len(told) - len(first)


def _same_words(row: Sampled, other: ItemRecord) -> bool:
    """Whether the answer and its passages read the same in both audits."""
    here, there = words_of(row), private_words(other)
    passages = [str(one.get("text", "")) for one in _listed(there.get("passages"))]
    return bool(here["answer"]) and (here["answer"], here["passages"]) == (str(there.get("answer", "")), passages)


def _listed(found: object) -> Sequence[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []

"""Comparing two runs of one kind over the same questions."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audits.comparisons.figures import KIND, LOOKS, Pairs, Side, TwoInstruments, concluded, pairs_of
from audits.comparisons.models import Comparison
from audits.comparisons.reading import card_of, measure_of, side_of
from audits.comparisons.section import blocks
from audits.runs.models import Run
from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import NotFound
from governance.book import Text, to_plain
from governance.evidence.facts import Facts
from governance.evidence.services import seal
from governance.registry.services import pins_of
from governance.shapes import ShapeError
from governance.trail import services as trail

LEAST_MARGIN, MOST_MARGIN = Decimal("0.001"), Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which runs are compared by which measure. looks, margin: as in `Comparison`."""

    first: UUID | str
    second: UUID | str
    measure: str
    margin: Decimal = Decimal("0.05")
    looks: str = "any"


def compare(*, actor: Actor, asked: Asked, now: datetime) -> Comparison:
    """Compare two finished runs and seal what it found about the second one's system version.

    Raises:
        ShapeError: names the field: runs of two kinds or one run twice, a measure that is no share, two judges, no
            question in common. NotFound: no such run here is told as `ShapeError` of its field.
        Forbidden: without `audits:write`.
    """
    check_can(actor, "audits:write")
    _check(asked)
    first, second = _run(actor.organisation, asked.first, "first"), _run(actor.organisation, asked.second, "second")
    card = card_of(first, "first")
    card_of(second, "second")
    if first.kind != second.kind:
        raise ShapeError("second", _("is of another kind than the first: %(kind)s.") % {"kind": second.kind}, (first.kind,))
    measure = measure_of(card, asked.measure)
    pairs = paired_or_refused(side_of(first, card), side_of(second, card), measure.name)
    facts = concluded(pairs, measure, asked.margin, asked.looks)
    return _kept(actor, (first, second), facts, Text(measure.title), now)


def paired_or_refused(first: Side, second: Side, measure: str) -> Pairs:
    """Pairs of two runs. Raises `ShapeError` naming `second` where there are none or two judges."""
    try:
        pairs = pairs_of(first, second, measure)
    except TwoInstruments:
        problem = _("was judged by another judge than the first, so a difference may be the judges'. Repeat one of the audits.")
        raise ShapeError("second", problem) from None
    if not pairs.first:
        raise ShapeError(
            "second", _("shares no question with the first that has a value in both: questions are told by id and words.")
        )
    return pairs


def name_of(run: Run) -> str:
    """What a page calls a run: system, version and target."""
    return f"{run.system_version.asset.name} · {run.system_version.number} · {run.target.name}"


@transaction.atomic
def _kept(actor: Actor, runs: tuple[Run, Run], facts: Facts, title: Text, now: datetime) -> Comparison:
    first, second = runs
    shown = to_plain(blocks(facts, title, (name_of(first), name_of(second))))
    statement = {
        "facts": facts.to_plain(),
        "blocks": shown,
        "criteria": [],
        "verdicts": [],
        # The first is often superseded by the second; pinned too, it would make this stale from the start.
        "pins": [
            {"role": pin["role"], "id": pin["version_id"], "digest": pin["digest"]} for pin in pins_of(second.system_version)
        ],
        "provenance": {
            "runs": [{"run": str(run.pk), "evidence": str(run.evidence_id), "facts": run.facts_digest} for run in runs],
            "requested_by": actor.name,
        },
    }
    entry = seal(actor=actor, kind=KIND, subject=str(second.system_version_id), statement=statement, now=now)
    kept = Comparison.objects.create(
        organisation_id=actor.organisation,
        first=first,
        second=second,
        measure=facts.parameters["measure"],
        margin=facts.parameters["margin"],
        looks=facts.parameters["looks"],
        facts=statement["facts"],
        blocks=shown,
        verdict=facts.details["verdict"],
        evidence_id=entry.pk,
        created_by=actor.name,
        created_at=now,
    )
    detail = {"first": str(first.pk), "second": str(second.pk), "verdict": kept.verdict}
    trail.record(actor=actor, action="audits.compare", subject="comparison", subject_id=kept.pk, detail=detail, now=now)
    return kept


def _check(asked: Asked) -> None:
    if str(asked.first) == str(asked.second):
        raise ShapeError("second", _("is the same audit as the first."))
    if asked.looks not in LOOKS:
        raise ShapeError("looks", _("must be `any` or `once`."), LOOKS)
    if not asked.margin.is_finite() or not LEAST_MARGIN <= asked.margin <= MOST_MARGIN:
        raise ShapeError("margin", _("must be from 0.001 to 0.5."))


def _run(organisation: UUID, run_id: UUID | str, field: str) -> Run:
    try:
        found: Run = Run.objects.select_related("system_version__asset", "target").one(organisation, run_id)
    except NotFound as error:
        raise ShapeError(field, str(error)) from None
    return found

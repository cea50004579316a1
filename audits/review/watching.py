"""Looks at every new audit of a calibrated judge: other scores than the reviewed ones, or another judge, end a calibration.

A chore of the dispatcher; safe to run anywhere and any number of times at once.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from audits.measures.drift import Drift, drift
from audits.review.instruments import KIND, instrument_of, judge_version
from audits.review.models import Calibration
from audits.review.population import population_of
from audits.runs.models import Run
from audits.states import State
from governance.access import wall
from governance.access.actors import system_actor
from governance.notices.events import STALE
from governance.notices.services import tell
from governance.registry.models import AssetVersion
from governance.shapes import ShapeError
from governance.trail import services as trail

CHANCE = 0.01  # Kolmogorov-Smirnov: PSI alone is large between small samples of one distribution
_MOST_AT_ONCE = 20


def watch(now: datetime) -> int:
    """Look at the audits that ended since each calibration was last looked at. How many calibrations were looked at."""
    looked_at = 0
    while looked_at < _MOST_AT_ONCE and _watch_one(now):
        looked_at += 1
    return looked_at


def has_drifted(found: Drift) -> bool:
    """Whether scores moved by more than the setting allows and by more than chance explains."""
    limit: int = settings.PROBANZA_DRIFT_PERCENT
    return limit > 0 and found.psi > limit / 100 and found.p < CHANCE


@transaction.atomic
def _watch_one(now: datetime) -> bool:
    newer = Run.objects.filter(
        system_version__asset_id=OuterRef("system_id"),
        kind=KIND,
        state=State.SUCCEEDED,
        finished_at__gt=OuterRef("seen_until"),
    )
    rows = Calibration.objects.select_for_update(skip_locked=True, of=("self",)).filter(Exists(newer), lapsed_at=None)
    one: Calibration | None = rows.select_related("review__run", "judge").order_by("seen_until").first()
    if one is None:
        return False
    with wall.inside(one.organisation_id):
        _look(one, now)
    return True


def _look(one: Calibration, now: datetime) -> None:
    """Hold the oldest audit that was not looked at against the calibration."""
    runs = Run.objects.of(one.organisation_id).filter(
        system_version__asset_id=one.system_id, kind=KIND, state=State.SUCCEEDED, finished_at__gt=one.seen_until
    )
    run: Run = runs.select_related("result").earliest("finished_at")
    if run.finished_at is None:  # the filter leaves none of these
        return
    judge = _judge(run, now)
    if judge is not None and judge.pk == one.judge_id:
        found = between(one, run)
        if has_drifted(found):
            _lapse(one, run.pk, found, now)
    one.seen_until = run.finished_at
    one.save(update_fields=["seen_until", "lapsed_at", "lapsed_because", "lapsed_by_run"])


def _judge(run: Run, now: datetime) -> AssetVersion | None:
    """The registered judge of an audit; a new version of a known judge is registered here, and ends what rests on the old."""
    try:
        return judge_version(run.organisation_id, instrument_of(run), now)
    except ShapeError:  # several judges, or none: nothing that a calibration could be held against
        return None


def between(one: Calibration, run: Run) -> Drift:
    """How far the scores of an audit are from those that were reviewed, in the calibration's language."""
    before = [float(answer.score) for answer in population_of(one.review.run, one.language)]
    return drift(before, [float(answer.score) for answer in population_of(run, one.language)])


def _lapse(one: Calibration, run: UUID, found: Drift, now: datetime) -> None:
    one.lapsed_at, one.lapsed_because, one.lapsed_by_run = now, "drift", run
    detail = {"run": str(run), "psi": f"{found.psi:.3f}", "ks": f"{found.ks:.3f}", "p": f"{found.p:.2g}", "n": found.now}
    actor = system_actor(one.organisation_id, "review")
    trail.record(actor=actor, action="review.lapse", subject="calibration", subject_id=one.pk, detail=detail, now=now)
    data = {
        "kind": "calibration",
        "system_version": str(one.review.run.system_version_id),
        "sealed_at": one.made_at.isoformat(),
        "changed": "judge scores",
        "run": str(run),
    }
    evidence = str(one.evidence_id)
    tell(organisation=one.organisation_id, event=STALE, subject=evidence, data=data, now=now, once=f"drift:{evidence}")

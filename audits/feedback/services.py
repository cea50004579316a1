"""Taking feedback in, reading its comments, erasing them, and what it adds up to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from audits.feedback.figures import Figure, median, share
from audits.feedback.models import Feedback
from audits.runs.models import ItemRecord, Run
from audits.runs.services import check_key, check_repeated
from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import NotFound
from governance.keys import services as keys
from governance.registry.models import AssetVersion
from governance.registry.services import Known, known_system_version
from governance.retention.services import check_erasable
from governance.shapes import ShapeError
from governance.trail import services as trail
from governance.trail.ids import uuid7

COMMENT = "feedback-comment"
LONGEST_COMMENT = 4_000
LONGEST_TASK_MS = 7 * 24 * 3600 * 1000
MOST_TIMES = 10_000  # the newest; a median of more tells nothing new
CLOCKS_DIFFER = timedelta(minutes=5)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Said:
    """Feedback as it came in; what was not observed is None or empty."""

    system_version: str = ""
    run: str = ""
    item: str = ""
    answer: str = ""
    thumb: Literal["", "up", "down"] = ""
    clicked: bool | None = None
    task_ms: int | None = None
    comment: str = ""
    given_at: datetime | None = None
    key: str = ""
    body_digest: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What users said of one system version. task_ms: of the newest 10,000 times."""

    system_version: UUID
    number: int
    received: int
    up: int
    down: int
    thumbs_up: Figure
    clicked: Figure
    task_ms: Figure
    comments: int


def give_feedback(*, actor: Actor, said: Said, now: datetime) -> tuple[Feedback, bool]:
    """Record what a user said of an answer, with its trail row. False: the same request recorded it before.

    Raises:
        ShapeError: naming the field that does not fit. KeyReused, KeyExpired. Forbidden: without `audits:write`.
    """
    check_can(actor, "audits:write")
    check_key(said.key)
    known = _same(actor, said, now)
    if known is not None:
        return known, False
    row = _prepared(actor, said, now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            told = {"system_version": str(row.system_version_id), "comment": row.comment is not None}
            trail.record(actor=actor, action="feedback.give", subject="feedback", subject_id=row.pk, detail=told, now=now)
    except IntegrityError:
        known = _same(actor, said, now)
        if known is None:
            raise
        return known, False
    return row, True


@transaction.atomic
def read_comment(*, actor: Actor, feedback: Feedback, now: datetime) -> str | None:
    """The words of a comment, None where there are none; that they were read is written to the trail."""
    if feedback.comment is None:
        return None
    box = bytes(feedback.comment)
    plain = keys.decrypt(organisation=feedback.organisation_id, purpose=COMMENT, row=str(feedback.pk), sealed=box)
    trail.record(actor=actor, action="feedback.read", subject="feedback", subject_id=feedback.pk, detail={}, now=now)
    return plain.decode()


@transaction.atomic
def erase_comment(*, actor: Actor, feedback_id: UUID | str, now: datetime) -> Feedback:
    """Destroy the words of a comment; the rest stays. Raises `NotFound`, `Forbidden` without `admin`, `Held` under a hold."""
    check_can(actor, "admin")
    row: Feedback = Feedback.objects.select_for_update().one(actor.organisation, feedback_id)
    if row.comment is not None:
        check_erasable(actor.organisation, [row.system_version_id])
        row.comment = None
        row.save(update_fields=["comment"])
        trail.record(actor=actor, action="feedback.erase", subject="feedback", subject_id=row.pk, detail={}, now=now)
    return row


def summaries(organisation: UUID, versions: Iterable[AssetVersion]) -> list[Summary]:
    """What users said of each of these versions, the newest version first."""
    return [_summary(organisation, one) for one in sorted(versions, key=lambda version: -version.number)]


def _summary(organisation: UUID, version: AssetVersion) -> Summary:
    rows: QuerySet[Feedback] = Feedback.objects.of(organisation).filter(system_version=version)
    seen: dict[str, int] = rows.aggregate(
        received=Count("id"),
        up=Count("id", filter=Q(thumb="up")),
        down=Count("id", filter=Q(thumb="down")),
        opened=Count("id", filter=Q(clicked=True)),
        told=Count("id", filter=Q(clicked__isnull=False)),
        comments=Count("id", filter=Q(comment__isnull=False)),
    )
    times = rows.filter(task_ms__isnull=False).order_by("-id").values_list("task_ms", flat=True)[:MOST_TIMES]
    return Summary(
        system_version=version.pk,
        number=version.number,
        received=seen["received"],
        up=seen["up"],
        down=seen["down"],
        thumbs_up=share(seen["up"], seen["up"] + seen["down"]),
        clicked=share(seen["opened"], seen["told"]),
        task_ms=median(sorted(time for time in times if time is not None)),
        comments=seen["comments"],
    )


def _same(actor: Actor, said: Said, now: datetime) -> Feedback | None:
    if not said.key:
        return None
    found: Feedback | None = Feedback.objects.of(actor.organisation).filter(idempotency_key=said.key).first()
    if found is not None:
        check_repeated(found.recorded_at, found.body_digest, said.body_digest, now)
    return found


def _prepared(actor: Actor, said: Said, now: datetime) -> Feedback:
    _check_said(said, now)
    run = _run(actor, said)
    row = Feedback(
        id=uuid7(),
        organisation_id=actor.organisation,
        system_version_id=run.system_version_id if run else _version(actor, said.system_version),
        run=run,
        item=said.item,
        answer_digest=said.answer,
        thumb=said.thumb,
        clicked=said.clicked,
        task_ms=said.task_ms,
        given_at=said.given_at or now,
        idempotency_key=said.key,
        body_digest=said.body_digest,
        recorded_by=actor.name,
        recorded_at=now,
    )
    if said.comment:
        plain = said.comment.encode()
        row.comment = keys.encrypt(organisation=actor.organisation, purpose=COMMENT, row=str(row.pk), plain=plain)
    return row


def _check_said(said: Said, now: datetime) -> None:
    if not (said.thumb or said.comment) and said.clicked is None and said.task_ms is None:
        raise ShapeError("thumb", _("say something: thumb, clicked, task_ms or comment is needed."))
    if bool(said.run) != bool(said.item):
        raise ShapeError("item", _("goes with `run`: an answer of an audit is named by both."))
    if said.answer and said.run:
        raise ShapeError("answer", _("is not needed where run and item name the answer."))
    if said.answer and not _DIGEST.fullmatch(said.answer):
        raise ShapeError("answer", _("must be `sha256:` and 64 hexadecimal digits over the answer's UTF-8 bytes."))
    if said.given_at is not None and said.given_at > now + CLOCKS_DIFFER:
        raise ShapeError("given_at", _("lies in the future."))


def _run(actor: Actor, said: Said) -> Run | None:
    """The run that the feedback names, which has to hold its item and be of the version that is named beside it."""
    if not said.run:
        return None
    run: Run = _found("run", lambda: Run.objects.one(actor.organisation, said.run))
    if not ItemRecord.objects.of(actor.organisation).filter(run=run, item=said.item).exists():
        raise ShapeError("item", _("is none that this audit recorded."))
    if said.system_version and said.system_version != str(run.system_version_id):
        raise ShapeError("system_version", _("is another than the one that the audit looked at."))
    return run


def _version(actor: Actor, sought: str) -> UUID:
    if not sought:
        raise ShapeError("system_version", _("is needed where no run is named."))
    known: Known = _found("system_version", lambda: known_system_version(actor.organisation, sought))
    return known.id


def _found(field: str, look: Any) -> Any:
    try:
        return look()
    except NotFound as error:
        raise ShapeError(field, str(error)) from None

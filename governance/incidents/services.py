"""Recording a serious incident and doing something about it: the verbs. Each act is a row of its own; most are sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import Conflict
from governance.incidents.clocks import clocks_of as clocks_of
from governance.incidents.life import SCOPES, Act, State, check_act, check_effects
from governance.incidents.models import Incident, IncidentAct
from governance.incidents.sealing import seal_act
from governance.incidents.wording import forget, locked_up
from governance.notices.events import INCIDENT
from governance.notices.services import tell
from governance.registry.models import Asset, AssetVersion
from governance.registry.services import newest_version
from governance.retention.services import check_erasable, place_hold, release_hold, standing_on, words_in
from governance.shapes import ShapeError
from governance.trail.services import record

__all__ = ("Said", "act_on", "cause_of", "clocks_of", "erase_words", "record_incident")

CLOCKS_DIFFER = timedelta(minutes=5)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST_TITLE = 200
NEEDS_WORDS = frozenset({Act.JUDGE_NOT_SERIOUS, Act.CLOSE, Act.REOPEN, Act.RELEASE, Act.NOTE})
REPORTS = frozenset({Act.REPORT_INITIALLY, Act.REPORT})
UNSEALED = frozenset({Act.NOTE, Act.FREEZE, Act.RELEASE})


@dataclass(frozen=True, slots=True)
class Said:
    """What goes with an act. effects: of an assessment. at: when a report was sent. authority, reference: of a report."""

    effects: tuple[str, ...] = ()
    at: datetime | None = None
    authority: str = ""
    reference: str = ""
    words: str = ""


@transaction.atomic
def record_incident(
    *,
    actor: Actor,
    system_id: UUID | str,
    title: str,
    effects: Sequence[str],
    aware_at: datetime,
    now: datetime,
    occurred_at: datetime | None = None,
    system_version: UUID | str = "",
    words: str = "",
) -> Incident:
    """A serious incident from the moment of awareness on. The system's evidence is frozen at once, and the record is sealed.

    effects: of `life.EFFECTS`; `undetermined` while nobody knows. system_version: where it is known; else the newest is taken.

    Raises `Forbidden` without `audits:write`, `NotFound`, `ShapeError` naming the field.
    """
    check_can(actor, "audits:write")
    system: Asset = Asset.objects.filter(kind="ai_system").one(actor.organisation, system_id)
    aware = _moment("aware_at", aware_at, EARLIEST, now)
    incident = Incident(
        organisation_id=actor.organisation,
        system=system,
        system_version=_version(system, system_version),
        title=" ".join(words_in("title", title, LONGEST_TITLE).split()),
        effects=list(check_effects(effects)),
        occurred_at=_moment("occurred_at", occurred_at, EARLIEST, aware) if occurred_at else None,
        aware_at=aware,
        recorded_by=actor.name,
        recorded_at=now,
    )
    incident.words = locked_up(incident, words)
    incident.save(force_insert=True)
    _freeze(actor, incident, now)
    row = _act(actor, incident, "record", now, effects=incident.effects, at=aware)
    row.evidence_id = seal_act(actor, incident, row, now)
    row.save(force_insert=True)
    _trail(actor, incident, "record", now)
    data = {"incident": str(incident.pk), "system": str(system.pk), "effects": incident.effects, "aware_at": aware.isoformat()}
    once = f"{INCIDENT}:{incident.pk}"
    tell(organisation=actor.organisation, event=INCIDENT, subject=str(incident.pk), data=data, now=now, once=once)
    return incident


@transaction.atomic
def act_on(*, actor: Actor, incident_id: UUID | str, act: str, now: datetime, said: Said = Said()) -> IncidentAct:
    """Do something about an incident, as `life.NEXT` allows where it stands.

    Raises `Forbidden` without the scope of `SCOPES`, `NotFound`, `ShapeError` naming the field, `Conflict` where evidence is to
    be frozen that is, or released that is not.
    """
    if act not in SCOPES:
        raise ShapeError("act", "is none.", tuple(SCOPES))
    done = Act(act)
    check_can(actor, SCOPES[done])
    incident: Incident = Incident.objects.select_for_update().one(actor.organisation, incident_id)
    incident.state = check_act(done, State(incident.state))
    _check_said(done, said)
    row = _act(actor, incident, done, now, at=now, authority=said.authority.strip(), reference=said.reference.strip())
    row.words = locked_up(row, said.words)
    if done is Act.ASSESS:
        row.effects = incident.effects = list(check_effects(said.effects))
    if done in REPORTS:
        row.at = _moment("at", said.at or now, incident.aware_at, now)
        incident.reported_at = min(row.at, incident.reported_at or row.at)
    _freeze_or_release(actor, incident, done, said.words, now)
    if done not in UNSEALED:
        row.evidence_id = seal_act(actor, incident, row, now)
    incident.save(update_fields=["state", "effects", "reported_at"])
    row.save(force_insert=True)
    _trail(actor, incident, done, now)
    return row


@transaction.atomic
def erase_words(*, actor: Actor, incident_id: UUID | str, reason: str, now: datetime) -> int:
    """Destroy what people wrote about an incident; its clock, acts and seals stay. How many texts there were.

    Raises `Forbidden` without `admin`, `NotFound`, `ShapeError` without a reason, `Held` while a hold stands.
    """
    check_can(actor, "admin")
    because = words_in("reason", reason)
    incident: Incident = Incident.objects.select_for_update().one(actor.organisation, incident_id)
    check_erasable(actor.organisation, [incident.system_id])
    gone = forget(incident)
    detail = {"reason": because, "texts": gone}
    record(actor=actor, action="incidents.erase_words", subject="incident", subject_id=incident.pk, detail=detail, now=now)
    return gone


def cause_of(incident: Incident) -> str:
    """What the hold of an incident is placed for."""
    return f"incident:{incident.pk}"


def _freeze_or_release(actor: Actor, incident: Incident, done: Act, words: str, now: datetime) -> None:
    if done is Act.REOPEN and incident.state == State.OPEN:  # nobody was told, so what was released is frozen again
        _freeze(actor, incident, now)
    if done not in {Act.FREEZE, Act.RELEASE}:
        return
    cause = cause_of(incident)
    hold = standing_on(actor.organisation, [incident.system_id]).filter(cause=cause).first()
    if (hold is None) == (done is Act.RELEASE):
        raise Conflict("act", "is done already: the evidence is " + ("not frozen." if hold is None else "frozen."))
    if hold is None:
        _freeze(actor, incident, now)
    else:
        release_hold(actor=actor, hold_id=hold.pk, reason=words, cause=cause, now=now)


def _freeze(actor: Actor, incident: Incident, now: datetime) -> None:
    place_hold(actor=actor, system_id=incident.system_id, reason="Art. 73(6)", cause=cause_of(incident), now=now)


def _check_said(done: Act, said: Said) -> None:
    if said.effects and done is not Act.ASSESS:
        raise ShapeError("effects", "belongs to assess only.")
    for field, longest in (("authority", LONGEST_TITLE), ("reference", LONGEST_TITLE)):
        text = getattr(said, field)
        if text and done not in REPORTS:
            raise ShapeError(field, "belongs to a report only.")
        if len(text) > longest or "\x00" in text:
            raise ShapeError(field, f"must have at most {longest} characters and no NUL.")
    if said.at is not None and done not in REPORTS:
        raise ShapeError("at", "belongs to a report only.")
    if done in REPORTS and not said.authority.strip():
        raise ShapeError("authority", "name the market surveillance authority that was told.")
    if done in NEEDS_WORDS and not said.words.strip():
        raise ShapeError("words", "say why in words.")


def _act(actor: Actor, incident: Incident, act: str, now: datetime, *, at: datetime, **more: object) -> IncidentAct:
    return IncidentAct(
        organisation_id=actor.organisation,
        incident=incident,
        act=act,
        state=incident.state,
        at=at,
        by_id=actor.id,
        by_name=actor.name,
        recorded_at=now,
        **more,
    )


def _version(system: Asset, asked: UUID | str) -> AssetVersion | None:
    if not asked:
        return newest_version(system)
    found: AssetVersion = AssetVersion.objects.filter(asset=system).one(system.organisation_id, asked)
    return found


def _moment(field: str, moment: datetime, earliest: datetime, latest: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ShapeError(field, "must say its time zone, as 2026-11-22T14:05:00+01:00.")
    try:
        told = moment.astimezone(UTC)
    except OverflowError:
        raise ShapeError(field, "is no moment of this time.") from None
    if not earliest <= told <= latest + CLOCKS_DIFFER:
        raise ShapeError(field, f"must lie between {earliest:%Y-%m-%d %H:%M} and {latest:%Y-%m-%d %H:%M} UTC.")
    return min(told, latest)


def _trail(actor: Actor, incident: Incident, act: str, now: datetime) -> None:
    detail = {"system": str(incident.system_id), "state": str(incident.state), "effects": incident.effects}
    record(actor=actor, action=f"incidents.{act}", subject="incident", subject_id=incident.pk, detail=detail, now=now)

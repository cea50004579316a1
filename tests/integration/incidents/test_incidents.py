"""Serious incidents: recorded, reported, frozen, sealed, told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from rest_framework.test import APIClient

from governance.access.actors import Actor
from governance.access.policies import Forbidden
from governance.access.roles import scopes_of
from governance.access.services import issue_token
from governance.access.tenancy import Conflict, NotFound
from governance.evidence.models import Entry
from governance.evidence.services import erase_payload, seal
from governance.incidents.clocks import clocks_of
from governance.incidents.life import EFFECTS
from governance.incidents.models import Incident, IncidentAct
from governance.incidents.services import Said, act_on, cause_of, erase_words, record_incident
from governance.incidents.told import IncidentTold
from governance.incidents.watching import incident_clocks
from governance.incidents.wording import words_of
from governance.notices.models import Notice
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, register_asset
from governance.retention.models import Hold
from governance.retention.services import Elsewhere, Held, release_hold
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WORDS = "Ms. Example, 81, was refused a transfer and fell. <script>alert(1)</script>"
TOLD = Said(authority="AESIA", reference="2026/17")


@pytest.fixture
def version(actor: Actor, now: datetime) -> AssetVersion:
    asset = register_asset(actor=actor, kind="ai_system", name="Fee helpdesk", owner="Ana", now=now - 90 * DAY)
    return add_version(actor=actor, asset_id=asset.pk, spec={"purpose": "Answers"}, now=now - 90 * DAY)


def incident(actor: Actor, version: AssetVersion, now: datetime, effects: Sequence[str] = ("health",), **more: Any) -> Incident:
    given = {"title": "A customer was hurt", "aware_at": now, "words": WORDS, **more}
    return record_incident(actor=actor, system_id=version.asset_id, effects=effects, now=now, **given)


def done(actor: Actor, row: Incident, act: str, now: datetime, said: Said = Said()) -> IncidentAct:  # noqa: B008
    return act_on(actor=actor, incident_id=row.pk, act=act, said=said, now=now)


def told(row: Incident, now: datetime) -> IncidentTold:
    return next(one for one in clocks_of(row.organisation_id, row.system_id, now).incidents if one.id == str(row.pk))


@pytest.mark.parametrize(("effects", "days"), [(("health",), 15), (("death",), 10), (("critical_infrastructure", "death"), 2)])
def test_the_clock_runs_from_the_moment_of_awareness(
    actor: Actor, version: AssetVersion, now: datetime, effects: tuple[str, ...], days: int
) -> None:
    row = incident(actor, version, now, effects, aware_at=now - HOUR)
    one = told(row, now)
    assert (one.due_at, one.clock) == (now - HOUR + days * DAY, f"{days} days")
    assert (one.state, one.reported_at, one.frozen) == ("open", None, True)


def test_recording_freezes_seals_and_tells_without_the_words(actor: Actor, version: AssetVersion, now: datetime) -> None:
    row = incident(actor, version, now)
    hold = Hold.objects.get()
    assert (hold.cause, hold.system_id) == (cause_of(row), version.asset_id)
    entry = Entry.objects.get(kind="incident")
    assert entry.subject == str(version.pk)
    assert told(row, now).evidence == (str(entry.pk),)
    everything = [bytes(entry.body).decode(), str([one.detail for one in TrailEntry.objects.all()])]
    everything += [str(Notice.objects.values_list("data", flat=True)), str(Incident.objects.values_list())]
    assert "Example" not in "".join(everything)
    assert words_of(Incident.objects.get()) == WORDS


def test_nothing_about_the_system_is_erased_until_it_is_reported_and_released(
    actor: Actor, version: AssetVersion, now: datetime
) -> None:
    entry = seal(actor=actor, kind="note", subject=str(version.pk), statement={}, payload=b"words", now=now)
    row = incident(actor, version, now)
    with pytest.raises(Held):
        erase_payload(actor=actor, entry=entry, reason="asked", now=now)
    with pytest.raises(Elsewhere):
        release_hold(actor=actor, hold_id=Hold.objects.get().pk, reason="x", now=now)
    with pytest.raises(ShapeError, match="open"):
        done(actor, row, "release", now, Said(words="Done"))
    done(actor, row, "report", now, TOLD)
    with pytest.raises(Held):
        erase_payload(actor=actor, entry=entry, reason="asked", now=now)
    done(actor, row, "release", now, Said(words="The authority has a copy."))
    assert not told(row, now).frozen
    erase_payload(actor=actor, entry=entry, reason="asked", now=now)


def test_evidence_is_frozen_again_and_neither_twice(actor: Actor, version: AssetVersion, now: datetime) -> None:
    row = incident(actor, version, now)
    with pytest.raises(Conflict, match="done already"):
        done(actor, row, "freeze", now)
    done(actor, row, "report", now, TOLD)
    done(actor, row, "release", now, Said(words="x"))
    with pytest.raises(Conflict, match="done already"):
        done(actor, row, "release", now, Said(words="x"))
    done(actor, row, "freeze", now)
    assert told(row, now).frozen


def test_an_initial_report_stops_the_clock_and_the_complete_one_follows(
    actor: Actor, version: AssetVersion, now: datetime
) -> None:
    row = incident(actor, version, now, ("death",), aware_at=now - 9 * DAY)
    done(actor, row, "report_initially", now, TOLD)
    assert (told(row, now + 30 * DAY).standing, told(row, now).state) == ("in_time", "initially_reported")
    done(actor, row, "report", now + 20 * DAY, TOLD)
    assert (told(row, now + 30 * DAY).standing, told(row, now).reported_at) == ("in_time", now)
    done(actor, row, "close", now + 40 * DAY, Said(words="The prompt was mended."))
    assert told(row, now + 50 * DAY).state == "closed"


def test_a_late_report_stays_late(actor: Actor, version: AssetVersion, now: datetime) -> None:
    row = incident(actor, version, now, ("death",), aware_at=now - 11 * DAY)
    assert told(row, now).standing == "overdue"
    done(actor, row, "report", now, TOLD)
    assert told(row, now).standing == "late"


def test_a_report_may_be_recorded_after_it_was_sent_but_not_before(actor: Actor, version: AssetVersion, now: datetime) -> None:
    row = incident(actor, version, now, ("death",), aware_at=now - 11 * DAY)
    for at in (now + DAY, now - 12 * DAY):
        with pytest.raises(ShapeError, match="at"):
            done(actor, row, "report", now, replace(TOLD, at=at))
    done(actor, row, "report", now, replace(TOLD, at=now - 2 * DAY))
    assert (told(row, now).standing, told(row, now).reported_at) == ("in_time", now - 2 * DAY)


def test_worse_harm_found_later_shortens_the_clock(actor: Actor, version: AssetVersion, now: datetime) -> None:
    row = incident(actor, version, now)
    done(actor, row, "assess", now, Said(effects=("death", "health")))
    assert (told(row, now).clock, told(row, now).severity, told(row, now).article) == ("10 days", "death", "Art. 73(4)")
    assert [one.effects for one in IncidentAct.objects.order_by("id")] == [["health"], ["death", "health"]]


def test_who_judges_it_not_serious_says_why_and_it_can_be_opened_again(
    actor: Actor, version: AssetVersion, now: datetime
) -> None:
    row = incident(actor, version, now, aware_at=now - 20 * DAY)
    with pytest.raises(ShapeError, match="words"):
        done(actor, row, "judge_not_serious", now)
    done(actor, row, "judge_not_serious", now, Said(words="Nobody was hurt."))
    assert told(row, now).standing == "stopped"
    done(actor, row, "reopen", now, Said(words="Somebody was."))
    assert told(row, now).standing == "overdue"


def test_what_is_opened_again_before_an_authority_knows_is_frozen_again(
    actor: Actor, version: AssetVersion, now: datetime
) -> None:
    row = incident(actor, version, now)
    done(actor, row, "judge_not_serious", now, Said(words="Nobody was hurt."))
    done(actor, row, "release", now, Said(words="Nothing to keep."))
    done(actor, row, "reopen", now, Said(words="Somebody was."))
    assert told(row, now).frozen


def test_every_act_is_a_row_and_a_trail_entry_and_what_matters_is_sealed(
    actor: Actor, version: AssetVersion, now: datetime
) -> None:
    row = incident(actor, version, now)
    done(actor, row, "note", now, Said(words="Called the bank."))
    done(actor, row, "report", now, TOLD)
    acts = list(IncidentAct.objects.order_by("id"))
    assert [(one.act, one.state, one.evidence_id is not None) for one in acts] == [
        ("record", "open", True), ("note", "open", False), ("report", "reported", True),
    ]  # fmt: skip
    sealed = Entry.objects.get(pk=acts[2].evidence_id).statement()["incident"]
    assert (sealed["authority"], sealed["reference"], sealed["state"]) == ("AESIA", "2026/17", "reported")
    trail = TrailEntry.objects.filter(subject="incident").order_by("id")
    assert [one.action for one in trail] == ["incidents.record", "incidents.note", "incidents.report"]
    with pytest.raises(DatabaseError), transaction.atomic():
        IncidentAct.objects.update(authority="another")
    with pytest.raises(DatabaseError), transaction.atomic():
        Incident.objects.update(aware_at=now + DAY)


@pytest.mark.parametrize(
    ("act", "said", "field"),
    [
        ("report", Said(), "authority"),
        ("report", Said(authority="  "), "authority"),
        ("report", Said(authority="x" * 201), "authority"),
        ("report", Said(authority="a\x00"), "authority"),
        ("note", Said(words=" "), "words"),
        ("note", Said(words="a\x00"), "words"),
        ("note", Said(words="\ud800"), "words"),
        ("note", Said(words="x" * 20_001), "words"),
        ("note", Said(words="x", effects=("death",)), "effects"),
        ("note", Said(words="x", reference="r"), "reference"),
        ("note", Said(words="x", at=datetime(2026, 1, 1)), "at"),  # noqa: DTZ001
        ("report", replace(TOLD, at=datetime(2026, 1, 1)), "at"),  # noqa: DTZ001
        ("assess", Said(), "effects"),
        ("assess", Said(effects=("fire",)), "effects[0]"),
        ("close", Said(words="x"), "act"),
        ("explode", Said(), "act"),
        ("record", Said(), "act"),
        ("altered", Said(), "act"),
    ],
)
def test_an_act_that_does_not_fit_names_the_field_and_changes_nothing(
    actor: Actor, version: AssetVersion, now: datetime, act: str, said: Said, field: str
) -> None:
    row = incident(actor, version, now)
    with pytest.raises(ShapeError) as caught:
        done(actor, row, act, now, said)
    assert caught.value.field == field
    assert IncidentAct.objects.count() == 1
    assert Incident.objects.get().state == "open"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\x00"}, "title"),
        ({"title": "\u200b\u202e"}, "title"),
        ({"effects": ()}, "effects"),
        ({"words": "a\x00"}, "words"),
        ({"aware_at": datetime(2026, 1, 1)}, "aware_at"),  # noqa: DTZ001
    ],
)
def test_an_incident_that_does_not_fit_is_not_recorded(
    actor: Actor, version: AssetVersion, now: datetime, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        incident(actor, version, now, **given)
    assert caught.value.field == field
    assert not Incident.objects.exists()
    assert not Hold.objects.exists()


@pytest.mark.parametrize("title", ["{{7*7}} %(x)s %s", "=1+1", '#panic("x")', "שלום \u202e", "a\nb\r\n c", "<b>x</b>"])
def test_a_title_is_data_and_stays_on_one_line(actor: Actor, version: AssetVersion, now: datetime, title: str) -> None:
    row = incident(actor, version, now, title=title)
    assert told(row, now).title == " ".join(title.split())


def test_nobody_is_aware_in_the_future_or_before_it_happened(actor: Actor, version: AssetVersion, now: datetime) -> None:
    for given in ({"aware_at": now + DAY}, {"aware_at": now - 40 * 366 * DAY}, {"aware_at": now, "occurred_at": now + HOUR}):
        with pytest.raises(ShapeError, match="must lie between"):
            incident(actor, version, now, **given)
    assert incident(actor, version, now, aware_at=now + timedelta(minutes=1)).aware_at == now  # clocks differ a little


def test_a_version_of_another_system_is_not_found(actor: Actor, version: AssetVersion, now: datetime) -> None:
    with pytest.raises(NotFound):
        incident(actor, version, now, system_version=uuid4())
    with pytest.raises(NotFound):
        clocks_of(actor.organisation, uuid4(), now)


def test_an_incident_of_a_system_without_a_version_is_recorded_too(actor: Actor, now: datetime) -> None:
    asset = register_asset(actor=actor, kind="ai_system", name="New", owner="Ana", now=now)
    given: Any = {"title": "x", "effects": ["death"], "aware_at": now}
    row = record_incident(actor=actor, system_id=asset.pk, now=now, **given)
    assert Entry.objects.get(kind="incident").subject == str(asset.pk)
    assert told(row, now).altered == ()


@pytest.mark.parametrize(
    ("role", "acts"),
    [
        ("viewer", set()),
        ("engineer", {"assess", "note"}),
        ("auditor", {"assess", "note"}),
        ("officer", {"assess", "note", "report"}),
    ],
)
def test_each_role_does_what_it_may(actor: Actor, version: AssetVersion, now: datetime, role: str, acts: set[str]) -> None:
    row = incident(actor, version, now)
    somebody = replace(actor, role=role, scopes=scopes_of(role))
    said = {"assess": Said(effects=("health",)), "note": Said(words="x"), "report": TOLD}
    may = set()
    for act, words in said.items():
        try:
            done(somebody, row, act, now, words)
            may.add(act)
        except Forbidden:
            continue
    assert may == acts


def test_a_clock_is_told_once_when_it_is_due_soon_and_once_when_overdue(
    actor: Actor, version: AssetVersion, now: datetime
) -> None:
    row = incident(actor, version, now, ("death",))
    for days in (1, 8, 8.1, 11, 12):
        incident_clocks(now + days * DAY)
    events = Notice.objects.exclude(event="incident.recorded").order_by("id").values_list("event", "subject")
    assert list(events) == [("incident.due", str(row.pk)), ("incident.overdue", str(row.pk))]
    assert Notice.objects.get(event="incident.due").data["clock"] == "10 days"


def test_nothing_more_is_told_once_it_is_reported(actor: Actor, version: AssetVersion, now: datetime) -> None:
    row = incident(actor, version, now, ("death",))
    done(actor, row, "report_initially", now, TOLD)
    incident_clocks(now + 30 * DAY)
    assert list(Notice.objects.values_list("event", flat=True)) == ["incident.recorded"]


def test_a_version_made_before_the_authority_knows_is_noted_told_and_shown(
    actor: Actor, version: AssetVersion, now: datetime
) -> None:
    row = incident(actor, version, now)
    newer = add_version(actor=actor, asset_id=version.asset_id, spec={"purpose": "Answers less"}, now=now + HOUR)
    for _ in range(2):
        incident_clocks(now + 2 * HOUR)
    assert Notice.objects.get(event="incident.altered").data["number"] == newer.number
    assert IncidentAct.objects.get(act="altered").reference == "2"
    done(actor, row, "report", now + 3 * HOUR, TOLD)
    add_version(actor=actor, asset_id=version.asset_id, spec={"purpose": "Answers"}, now=now + 4 * HOUR)
    assert told(row, now + 5 * HOUR).altered == (2,)


def test_what_people_wrote_is_erased_on_the_record_but_not_under_a_hold(
    actor: Actor, version: AssetVersion, now: datetime
) -> None:
    row = incident(actor, version, now)
    done(actor, row, "report", now, replace(TOLD, words="Ms. Example again"))
    with pytest.raises(Held):
        erase_words(actor=actor, incident_id=row.pk, reason="asked", now=now)
    done(actor, row, "release", now, Said(words="x"))
    assert erase_words(actor=actor, incident_id=row.pk, reason="asked", now=now) == 3
    assert [words_of(one) for one in (*Incident.objects.all(), *IncidentAct.objects.all())] == [""] * 4
    assert told(row, now).evidence != ()


def test_what_is_overdue_stands_first_and_what_ended_last(actor: Actor, version: AssetVersion, now: datetime) -> None:
    done(actor, incident(actor, version, now, title="reported"), "report", now, TOLD)
    for title, days in (("soon", 13), ("running", 1), ("later", 0), ("overdue", 16)):
        incident(actor, version, now, title=title, aware_at=now - days * DAY)
    titles = [one.title for one in clocks_of(actor.organisation, version.asset_id, now).incidents]
    assert titles == ["overdue", "soon", "running", "later", "reported"]


def test_an_incident_of_another_system_freezes_and_tells_nothing_here(actor: Actor, version: AssetVersion, now: datetime) -> None:
    asset = register_asset(actor=actor, kind="ai_system", name="Other", owner="Ana", now=now)
    incident(actor, version, now)
    assert clocks_of(actor.organisation, asset.pk, now).incidents == ()
    assert not any(one.hold for one in clocks_of(actor.organisation, asset.pk, now).retention)


def test_by_rest_an_incident_goes_its_way(api: APIClient, version: AssetVersion, now: datetime) -> None:
    body = {"system": str(version.asset_id), "title": "Hurt", "effects": ["death"], "aware_at": now.isoformat(), "words": WORDS}
    made = api.post("/api/v1/incidents", body)
    assert (made.status_code, made.data["clock"], made.data["words"], made.data["frozen"]) == (201, "10 days", WORDS, True)
    where = made.headers["Location"]
    assert "report" in api.get(where).data["can"]
    said = {"authority": "AESIA", "reference": "2026/17", "at": now.isoformat()}
    assert api.post(f"{where}/acts", {"act": "report", **said}).data["state"] == "reported"
    refused = api.post(f"{where}/acts", {"act": "report", **said})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "act")
    assert api.post(f"{where}/words/erasure", {"reason": "asked"}).status_code == 409
    assert api.post(f"{where}/acts", {"act": "release", "words": "Done"}).data["frozen"] is False
    assert api.post(f"{where}/words/erasure", {"reason": "asked"}).data["words"] is None
    listed = api.get(f"/api/v1/incidents?system={version.asset_id}&state=reported").json()["results"]
    assert [one["id"] for one in listed] == [made.data["id"]]
    clocks = api.get(f"/api/v1/systems/{version.asset_id}/clocks").json()
    assert clocks["incidents"] == listed
    assert clocks["monitoring"] is None


def test_by_rest_a_reader_is_told_the_clock_but_not_the_words(
    api: APIClient, actor: Actor, version: AssetVersion, now: datetime
) -> None:
    row = incident(actor, version, now)
    _, secret = issue_token(actor=actor, name="reader", scopes=["audits:read"], expires_at=now + DAY, now=now)
    reader = APIClient()
    reader.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    shown = reader.get(f"/api/v1/incidents/{row.pk}").json()
    assert (shown["words"], [one["words"] for one in shown["acts"]]) == (None, [None])
    assert "Example" not in str(shown)
    assert reader.post(f"/api/v1/incidents/{row.pk}/acts", {"act": "note", "words": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"effects": ["fire"]}, "effects[0]"),
        ({"effects": []}, "effects"),
        ({"effects": "death"}, "effects"),
        ({"aware_at": "soon"}, "aware_at"),
        ({"aware_at": "9999-12-31T23:59:59-14:00"}, "aware_at"),
        ({"aware_at": 5}, "aware_at"),
        ({"aware_at": "2026-11-20T10:00:00"}, "aware_at"),
        ({"occurred_at": "2026-11-20T10:00:00"}, "occurred_at"),
        ({"title": ""}, "title"),
        ({"title": "a\x00"}, "title"),
        ({"system": "x"}, "system"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_by_rest_what_does_not_fit_is_named(
    api: APIClient, version: AssetVersion, now: datetime, given: dict[str, Any], field: str
) -> None:
    body = {"system": str(version.asset_id), "title": "Hurt", "effects": ["death"], "aware_at": now.isoformat()}
    refused = api.post("/api/v1/incidents", {**body, **given})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
    assert not Incident.objects.exists()


def test_a_filter_that_does_not_fit_is_refused(api: APIClient) -> None:
    assert api.get("/api/v1/incidents?system=x").status_code == 400
    assert api.get("/api/v1/incidents?state=x").status_code == 400
    assert api.get(f"/api/v1/systems/{uuid4()}/clocks").status_code == 404


def test_every_harm_can_be_recorded(actor: Actor, version: AssetVersion, now: datetime) -> None:
    rows = [incident(actor, version, now, (one,)) for one in EFFECTS]
    assert {told(row, now).severity for row in rows} == set(EFFECTS)

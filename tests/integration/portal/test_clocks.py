"""The pages of incidents, holds, retention and monitoring."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from governance.access.services import create_member
from governance.incidents.models import Incident, IncidentAct
from governance.monitoring.models import Plan
from governance.portal.lapse import left_words, span_words
from governance.registry.services import add_version
from governance.retention.models import Hold
from tests.integration.portal.seed import PASSWORD, Seeded

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>{{7*7}}"


def words(answer: Any) -> str:
    return str(answer.content.decode())


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"


def recorded(client: Client, seeded: Seeded, at: datetime, **more: Any) -> Any:
    given = {"system": str(seeded.system.asset_id), "title": EVIL, "effects": ["health"], "aware_at": moment(at), "words": EVIL}
    return client.post("/incidents/new", {**given, **more})


def act(client: Client, name: str, **more: Any) -> Any:
    return client.post(f"/incidents/{Incident.objects.get().pk}/acts", {"act": name, **more})


def panel(client: Client, seeded: Seeded) -> str:
    return words(client.get(f"/versions/{seeded.system.pk}/clocks", headers={"HX-Request": "true"}))


@pytest.fixture
def vic(actor: Any, seeded: Seeded, now: datetime) -> Client:
    create_member(actor=actor, email="vic@example.org", name="Vic", role="viewer", password=PASSWORD, now=now)
    client = Client()
    client.post("/sign-in", {"email": "vic@example.org", "password": PASSWORD})
    return client


def test_an_incident_is_recorded_reported_and_closed(ana: Client, seeded: Seeded, now: datetime) -> None:
    assert "No incident is recorded" in words(ana.get("/incidents"))
    there = recorded(ana, seeded, now - timedelta(days=1)).headers["Location"]
    page = words(ana.get(there))
    assert ("14 days left" in page or "13 days and 23 hours left" in page, "Judge it not serious" in page) == (True, True)
    assert "<script>alert" not in page + words(ana.get("/incidents"))
    assert "{{7*7}}" in page
    assert act(ana, "report", authority="AESIA", reference="2026/17", at=moment(now)).status_code == 302
    assert "reported in time" in words(ana.get(there))
    assert act(ana, "close", words="Mended").status_code == 302
    page = words(ana.get("/incidents"))
    assert "closed" in page
    assert [one.act for one in IncidentAct.objects.order_by("id")] == ["record", "report", "close"]


def test_an_overdue_incident_stands_first_and_says_for_how_long(ana: Client, seeded: Seeded, now: datetime) -> None:
    recorded(ana, seeded, now - timedelta(days=17, hours=3), title="First")
    recorded(ana, seeded, now, title="Second")
    page = words(ana.get("/incidents"))
    assert "overdue by 2 days and 3 hours" in page
    assert page.index("First") < page.index("Second")


@pytest.mark.parametrize(
    "given",
    [
        {"title": ""},
        {"effects": []},
        {"effects": ["fire"]},
        {"aware_at": "soon"},
        {"aware_at": "2999-01-01T00:00"},
        {"system": "x"},
    ],
)
def test_what_does_not_fit_is_told_beside_its_field_and_not_recorded(
    ana: Client, seeded: Seeded, now: datetime, given: dict[str, Any]
) -> None:
    answer = recorded(ana, seeded, now, **given)
    assert (answer.status_code, 'class="problem"' in words(answer)) == (400, True)
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"authority": "a\x00"},
        {"authority": "x", "at": "soon"},
        {"authority": "x", "at": "2026-13-40T99:99"},
        {"authority": "x", "effects": "death"},
    ],
)
def test_a_report_that_does_not_fit_is_refused_in_words(
    ana: Client, seeded: Seeded, now: datetime, given: dict[str, Any]
) -> None:
    recorded(ana, seeded, now)
    assert act(ana, "report", **given).status_code == 400
    assert Incident.objects.get().state == "open"


def test_a_change_before_the_report_is_told_on_every_page(ana: Client, seeded: Seeded, actor: Any, now: datetime) -> None:
    recorded(ana, seeded, now - timedelta(days=1))
    add_version(actor=actor, asset_id=seeded.system.asset_id, spec={"purpose": "Answers less"}, now=now)
    assert "changed before it was reported" in words(ana.get("/incidents"))
    assert "The system got version 2 after the moment of awareness" in words(ana.get(f"/incidents/{Incident.objects.get().pk}"))


def test_a_reader_sees_clocks_and_no_words_and_may_do_nothing(ana: Client, vic: Client, seeded: Seeded, now: datetime) -> None:
    recorded(ana, seeded, now, title="Hurt", words="Ms. Example fell")
    page = words(vic.get(f"/incidents/{Incident.objects.get().pk}"))
    assert ("Ms. Example" in page, "To do" in page, "left" in page) == (False, False, True)
    assert "Record an incident" not in words(vic.get("/incidents"))
    assert vic.get("/incidents/new").status_code == 403
    assert act(vic, "note", words="x").status_code == 403
    assert "Place the hold" not in panel(vic, seeded)


def test_the_panel_of_a_system_tells_what_runs(ana: Client, seeded: Seeded, now: datetime) -> None:
    assert f"/versions/{seeded.system.pk}/clocks" in words(ana.get(f"/systems/{seeded.system.asset_id}"))
    page = panel(ana, seeded)
    assert ("No monitoring plan is set" in page, "Art. 18(1)" in page, "have no end yet" in page) == (True, True, True)
    recorded(ana, seeded, now, title="Hurt")
    page = panel(ana, seeded)
    assert ("Hurt" in page, "hold: nothing is erased" in page) == (True, True)
    assert "<html" not in page
    assert "<html" in words(ana.get(f"/versions/{seeded.system.pk}/clocks"))


def test_a_hold_is_placed_and_released_with_a_reason(ana: Client, seeded: Seeded) -> None:
    there = f"/systems/{seeded.system.asset_id}/holds"
    assert ana.post(there, {"reason": " "}).status_code == 400
    assert ana.post(there, {"reason": EVIL}).status_code == 302
    page = panel(ana, seeded)
    assert ("&lt;script&gt;" in page, "<script>" in page) == (True, False)
    hold = Hold.objects.get()
    assert ana.post(f"/holds/{hold.pk}/release", {"reason": ""}).status_code == 400
    assert ana.post(f"/holds/{hold.pk}/release", {"reason": "Settled"}).status_code == 302
    hold.refresh_from_db()
    assert hold.released_because == "Settled"


def test_a_plan_is_set_line_by_line_and_stands_by_what_is_sealed(ana: Client, seeded: Seeded) -> None:
    there = f"/systems/{seeded.system.asset_id}/monitoring"
    assert "No monitoring plan is set" in words(ana.get(there))
    what = ["fidelity/supported_claims", "", "bias/"]
    assert ana.post(there, {"what": what, "days": ["30", "7", "90"], "note": EVIL}).status_code == 302
    page = words(ana.get(there))
    assert ("current" in page, "nothing yet" in page, "<script>alert" in page) == (True, True, False)
    assert Plan.objects.get().lines[1] == {"kind": "bias", "measure": "", "every_days": 90}
    assert "Plan, version 1" in panel(ana, seeded)
    ana.post(there, {"what": ["bias/"], "days": ["30"]})
    assert Plan.objects.count() == 2


@pytest.mark.parametrize(
    ("what", "days"),
    [
        ([], []),
        (["bias/"], ["0"]),
        (["bias/"], ["1.5"]),
        (["bias/"], ["\u0663"]),
        (["nothing/"], ["1"]),
        (["bias/x"], ["1"]),
        (["bias/", "bias/"], ["1", "2"]),
    ],
)
def test_a_plan_that_does_not_fit_is_told_and_what_was_typed_stays(
    ana: Client, seeded: Seeded, what: list[str], days: list[str]
) -> None:
    answer = ana.post(f"/systems/{seeded.system.asset_id}/monitoring", {"what": what, "days": days, "note": "Agreed"})
    assert (answer.status_code, "Agreed" in words(answer)) == (400, True)
    assert not Plan.objects.exists()


def test_a_viewer_may_not_set_a_plan(vic: Client, seeded: Seeded) -> None:
    there = f"/systems/{seeded.system.asset_id}/monitoring"
    assert "Set the plan" not in words(vic.get(there))
    assert vic.post(there, {"what": ["bias/"], "days": ["30"]}).status_code == 403


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(days=13, hours=23, minutes=59), "13 days and 23 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=1, minutes=5), "1 day"),
        (timedelta(hours=1, minutes=1), "1 hour and 1 minute"),
        (timedelta(minutes=-30), "30 minutes"),
        (timedelta(seconds=59), "less than a minute"),
    ],
)
def test_a_span_is_told_by_its_two_largest_units(span: timedelta, told: str) -> None:
    with translation.override("en"):
        assert span_words(span) == told


def test_what_is_left_and_what_is_over_is_told_apart(now: datetime) -> None:
    with translation.override("en"):
        assert left_words(now + timedelta(days=2), now) == "2 days left"
        assert left_words(now - timedelta(days=2), now) == "overdue by 2 days"

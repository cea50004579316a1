"""The pages of notices and of allowed destinations."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from governance.access.destinations_rows import Destination
from governance.access.services import create_member
from governance.notices.models import Delivery, Endpoint
from governance.notices.sending import deliver
from tests.integration.portal.seed import EMAIL, PASSWORD

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>{{7*7}}"
HOOK = {"url": "http://127.0.0.1:9/hook", "name": EVIL, "events": ["audit.failed", "evidence.stale"]}


def signed_in(actor: Any, now: datetime, role: str, email: str = EMAIL) -> Client:
    create_member(actor=actor, email=email, name="Ana", role=role, password=PASSWORD, now=now)
    client = Client()
    client.post("/sign-in", {"email": email, "password": PASSWORD})
    return client


@pytest.fixture
def admin(actor: Any, now: datetime) -> Client:
    return signed_in(actor, now, "admin")


@pytest.fixture
def engineer(actor: Any, now: datetime) -> Client:
    return signed_in(actor, now, "engineer", "eva@example.org")


def words(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_webhook_is_added_and_its_secret_shown_this_once(admin: Client) -> None:
    page = words(admin.post("/settings/notices", HOOK))
    assert re.search(r"whsec_[A-Za-z0-9+/=]{40,}", page)
    again = words(admin.get("/settings/notices"))
    assert "whsec_" not in again
    assert "<script>alert" not in page + again
    assert "{{7*7}}" in again


def test_an_address_that_is_not_approved_is_refused_beside_its_field(admin: Client) -> None:
    answer = admin.post("/settings/notices", HOOK | {"url": "https://hooks.example.org/x"})
    assert answer.status_code == 400
    assert "an admin of the organisation approves it" in words(answer)
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize("given", [{"events": []}, {"events": ["x"]}, {"url": ""}, {"name": "x" * 101}, {"name": "a\x00"}])
def test_a_form_that_does_not_fit_adds_nothing(admin: Client, given: dict[str, Any]) -> None:
    assert admin.post("/settings/notices", HOOK | given).status_code == 400
    assert not Endpoint.objects.exists()


def test_a_test_is_sent_seen_and_sent_again(admin: Client) -> None:
    admin.post("/settings/notices", HOOK)
    page = f"/settings/notices/{Endpoint.objects.get().pk}"
    assert admin.post(page, {"do": "test"}).status_code == 302
    assert "test.ping" in words(admin.get(page))
    delivery = Delivery.objects.get()
    deliver(delivery_id=delivery.id, clock=lambda: datetime.now(UTC))
    shown = words(admin.get(page))
    assert "could not be reached" in shown
    assert "1 try in a row was not taken." in shown
    Delivery.objects.update(state="given_up")
    assert "1 delivery was given up" in words(admin.get("/settings/notices"))
    admin.post(page, {"do": "again", "delivery": str(delivery.pk)})
    assert Delivery.objects.count() == 2


def test_an_endpoint_is_switched_rotated_and_removed(admin: Client) -> None:
    admin.post("/settings/notices", HOOK)
    page = f"/settings/notices/{Endpoint.objects.get().pk}"
    admin.post(page, {"do": "disable"})
    assert "Switch on" in words(admin.get(page))
    admin.post(page, {"do": "enable"})
    assert "whsec_" in words(admin.post(page, {"do": "rotate"}))
    assert admin.post(page, {"do": "explode"}).status_code == 400
    assert admin.post(page, {"do": "again", "delivery": "x"}).status_code == 404
    assert admin.post(page, {"do": "remove"}).headers["Location"] == "/settings/notices"
    assert admin.get(page).status_code == 404


def test_a_member_is_offered_only_where_mail_is_sent(admin: Client, settings: Any) -> None:
    assert 'name="member"' not in words(admin.get("/settings/notices"))
    settings.PROBANZA_MAIL_URL = "smtp://localhost:25"
    page = words(admin.get("/settings/notices"))
    member = re.search(r'<option value="([0-9a-f-]{36})">Ana', page)
    assert member
    admin.post("/settings/notices", {"member": member[1], "language": "es", "events": ["audit.failed"], "url": ""})
    assert Endpoint.objects.get().language == "es"


def test_only_an_admin_sees_endpoints(engineer: Client) -> None:
    assert engineer.get("/settings/notices").status_code == 403
    assert engineer.post("/settings/notices", HOOK).status_code == 403
    assert "/settings/notices" not in words(engineer.get("/settings/destinations"))


def test_an_engineer_asks_and_an_admin_approves(engineer: Client, admin: Client) -> None:
    assert engineer.post("/settings/destinations", {"place": "rag.example.org", "reason": EVIL}).status_code == 302
    row = Destination.objects.get()
    hers, his = words(engineer.get("/settings/destinations")), words(admin.get("/settings/destinations"))
    assert "<script>alert" not in hers + his
    assert (">Approve<span" in hers, ">Approve<span" in his) == (False, True)
    assert engineer.post(f"/settings/destinations/{row.pk}", {"state": "approved"}).status_code == 403
    assert admin.post(f"/settings/destinations/{row.pk}", {"state": "approved"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "approved"
    assert ">Withdraw<span" in words(admin.get("/settings/destinations"))


def test_what_waits_stands_first(engineer: Client, admin: Client) -> None:
    for place in ("first.example.org", "second.example.org"):
        engineer.post("/settings/destinations", {"place": place})
    newest = Destination.objects.order_by("-id")[0]
    admin.post(f"/settings/destinations/{newest.pk}", {"state": "refused"})
    page = words(admin.get("/settings/destinations"))
    assert page.index("first.example.org") < page.index("second.example.org")


@pytest.mark.parametrize("place", ["", "http://a.test/", "127.0.0.1", "localhost", "x" * 300, EVIL, "a\x00b"])
def test_what_names_no_place_is_refused_beside_its_field(engineer: Client, place: str) -> None:
    answer = engineer.post("/settings/destinations", {"place": place})
    assert answer.status_code == 400
    assert 'class="problem"' in words(answer)
    assert not Destination.objects.exists()


def test_a_viewer_may_look_and_not_ask(actor: Any, now: datetime) -> None:
    viewer = signed_in(actor, now, "viewer", "vic@example.org")
    assert "Ask for a destination" not in words(viewer.get("/settings/destinations"))
    assert viewer.post("/settings/destinations", {"place": "a.test"}).status_code == 403


def test_a_decision_that_does_not_exist_changes_nothing(engineer: Client, admin: Client) -> None:
    engineer.post("/settings/destinations", {"place": "rag.example.org"})
    row = Destination.objects.get()
    assert admin.post(f"/settings/destinations/{row.pk}", {"state": "asked"}).status_code == 400
    assert admin.post(f"/settings/destinations/{row.pk}", {"state": "withdrawn"}).status_code == 400


def test_the_page_looks_again_by_itself_only_while_a_delivery_is_near(admin: Client) -> None:
    admin.post("/settings/notices", HOOK)
    page = f"/settings/notices/{Endpoint.objects.get().pk}"
    assert "every 2s" not in words(admin.get(page))
    admin.post(page, {"do": "test"})
    assert "every 2s" in words(admin.get(page))
    Delivery.objects.update(state="delivered")
    assert "every 2s" not in words(admin.get(page))

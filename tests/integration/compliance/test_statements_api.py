"""What people say of duties, at the REST door."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from governance.access.actors import Actor
from governance.access.roles import scopes_of
from governance.access.services import create_member, issue_token
from governance.compliance.statements.models import Statement
from governance.registry.models import AssetVersion
from tests.integration.compliance.conftest import HUMAN, MEASURED, PDF, seal_bias

pytestmark = pytest.mark.django_db


def client_of(admin: Actor, name: str, role: str, now: datetime) -> APIClient:
    """A REST client by a token that a person issued for themself, with the scopes of this role."""
    member = create_member(actor=admin, email=f"{name.lower()}@example.org", role="admin", name=name, now=now)
    person = replace(admin, id=str(member.user_id), name=name)
    ends = now + timedelta(days=1)
    _, secret = issue_token(actor=person, name="mine", scopes=scopes_of(role), expires_at=ends, owner=member, now=now)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


@pytest.fixture
def olga(actor: Actor, now: datetime) -> APIClient:
    return client_of(actor, "Olga", "auditor", now)


@pytest.fixture
def eva_api(actor: Actor, now: datetime) -> APIClient:
    return client_of(actor, "Eva", "officer", now)


def body(version: AssetVersion, **more: Any) -> dict[str, Any]:
    document = {"name": "risk.pdf", "content": base64.b64encode(PDF).decode()}
    given = {
        "system_version": str(version.pk),
        "duty": HUMAN,
        "state": "attested",
        "statement": "We looked.",
        "document": document,
    }
    return {name: value for name, value in {**given, **more}.items() if value is not None}


def test_a_duty_is_attested_by_rest_under_the_name_of_the_person_behind_the_token(olga: APIClient, version: AssetVersion) -> None:
    made = olga.post("/api/v1/statements", body(version))
    assert made.status_code == 201, made.data
    assert (made.data["person"], made.data["role"], made.data["signature_verified"]) == ("Olga", "admin", True)
    assert olga.get(made.headers["Location"]).data == made.data
    assert olga.get("/api/v1/statements", {"duty": HUMAN}).data["results"] == [made.data]
    assert olga.get("/api/v1/statements", {"duty": MEASURED}).data["results"] == []
    document = olga.get(f"/api/v1/statements/{made.data['id']}/document")
    assert document.content == PDF
    assert document.headers["Content-Disposition"].startswith("attachment")
    told = olga.get("/api/v1/duties", {"system_version": str(version.pk), "state": "attested"}).data
    assert [one["duty"] for one in told["duties"]] == [HUMAN]
    assert told["duties"][0]["statements"][0]["digest"] == made.data["digest"]
    assert told["counts"]["attested"] == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"document": None}, "document"),
        ({"document": {"name": "a.pdf", "content": "no base64!"}}, "document.content"),
        ({"document": {"name": "a.pdf"}}, "document.content"),
        ({"document": {"name": "a.pdf", "content": "AAAA", "more": 1}}, "document.more"),
        ({"state": "criterion_met"}, "state"),
        ({"duty": "{{7*7}}"}, "duty"),
        ({"statement": ""}, "statement"),
        ({"colour": "red"}, "colour"),
        ({"cites": "all"}, "cites"),
    ],
)
def test_a_statement_that_does_not_fit_is_refused_by_field(
    olga: APIClient, version: AssetVersion, more: dict[str, Any], field: str
) -> None:
    refused = olga.post("/api/v1/statements", body(version, **more))
    assert refused.status_code == 400
    assert refused.data["errors"][0]["field"].startswith(field)
    assert not Statement.objects.exists()


def test_a_service_token_attests_nothing(api: APIClient, version: AssetVersion) -> None:
    refused = api.post("/api/v1/statements", body(version))
    assert refused.status_code == 409
    assert "person" in str(refused.data)


def test_an_auditor_decides_nothing(olga: APIClient, version: AssetVersion, actor: Actor, now: datetime) -> None:
    entry = seal_bias(actor, version, now)
    decision = body(version, duty=MEASURED, state="fulfilled_by_decision", document=None, cites=[str(entry.pk)])
    assert olga.post("/api/v1/statements", decision).status_code == 403


def test_an_officer_decides_and_withdraws(eva_api: APIClient, version: AssetVersion, actor: Actor, now: datetime) -> None:
    entry = seal_bias(actor, version, now)
    decision = body(version, duty=MEASURED, state="fulfilled_by_decision", document=None, cites=[str(entry.pk)])
    made = eva_api.post("/api/v1/statements", decision)
    assert made.status_code == 201, made.data
    gone = eva_api.post(f"/api/v1/statements/{made.data['id']}/withdrawal", {"reason": "Too early."})
    assert gone.data["withdrawn"]["by"] == "Eva"
    assert eva_api.get(f"/api/v1/statements/{made.data['id']}/document").status_code == 404


def test_a_waiver_is_asked_for_approved_and_ended_by_rest(
    olga: APIClient, eva_api: APIClient, version: AssetVersion, now: datetime
) -> None:
    ends = (now.date() + timedelta(days=30)).isoformat()
    asked = {"system_version": str(version.pk), "duty": HUMAN, "reason": "In work.", "expires_on": ends}
    made = olga.post("/api/v1/waivers", asked)
    assert (made.status_code, made.data["state"]) == (201, "waiting")
    approval = eva_api.get("/api/v1/approvals", {"subject": "waiver"}).data["results"][0]
    decided = eva_api.post(
        f"/api/v1/approvals/{approval['id']}/decision", {"decision": "approved", "digest": made.data["digest"]}
    )
    assert decided.status_code == 200, decided.data
    told = olga.get(f"/api/v1/waivers/{made.data['id']}").data
    assert (told["state"], told["second"]) == ("active", "Eva")
    duties = olga.get("/api/v1/duties", {"system_version": str(version.pk)}).data["duties"]
    assert [(one["state"], one["waivers"][0]["expires_on"]) for one in duties if one["waivers"]] == [("not_assessed", ends)]
    ended = olga.post(f"/api/v1/waivers/{made.data['id']}/end", {"reason": "Done."})
    assert ended.data["state"] == "ended"
    assert olga.get("/api/v1/waivers", {"system": str(version.asset_id)}).data["results"][0]["ended_because"] == "Done."


def test_a_duty_is_assigned_by_rest(olga: APIClient, version: AssetVersion, now: datetime) -> None:
    due = (now.date() + timedelta(days=9)).isoformat()
    made = olga.post("/api/v1/assignments", {"system": str(version.asset_id), "duty": HUMAN, "owner": "Eva", "due": due})
    assert (made.status_code, made.data["due"]) == (201, due)
    assert olga.get("/api/v1/assignments").data["results"] == [made.data]
    duties = olga.get("/api/v1/duties", {"system_version": str(version.pk)}).data["duties"]
    assert [(one["owner"], one["due"]) for one in duties if one["owner"]] == [("Eva", due)]


def test_duties_are_asked_for_by_framework_and_state(olga: APIClient, version: AssetVersion) -> None:
    asked = {"system_version": str(version.pk)}
    law = olga.get("/api/v1/duties", {**asked, "framework": "eu_ai_act"}).data
    assert {one["framework"] for one in law["duties"]} == {"eu_ai_act"}
    assert law["counts"] == {"not_assessed": len(law["duties"])}
    assert olga.get("/api/v1/duties", {**asked, "framework": "none"}).data["errors"][0]["field"] == "framework"
    assert olga.get("/api/v1/duties", {**asked, "state": "fine"}).data["errors"][0]["field"] == "state"
    assert olga.get("/api/v1/duties", {**asked, "colour": "red"}).data["errors"][0]["field"] == "colour"
    assert olga.get("/api/v1/duties").status_code == 400
    assert olga.get("/api/v1/duties", {"system_version": str(uuid4())}).status_code == 404

"""Classification by REST."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from governance.access.actors import Actor
from governance.access.roles import scopes_of
from governance.access.services import create_member, issue_token
from governance.classification.models import Classification, SystemAnswers
from governance.registry.models import AssetVersion
from tests.integration.classification.conftest import RECRUITMENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(actor: Actor, now: datetime) -> APIClient:
    """A client with a token that an officer issued to herself."""
    member = create_member(actor=actor, email="eva@example.org", role="admin", now=now)
    admin = replace(actor, id=str(member.user_id))
    _, secret = issue_token(actor=admin, name="eva", scopes=sorted(scopes_of("officer")), role="officer", now=now)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def path(version: AssetVersion) -> str:
    return f"/api/v1/assets/{version.asset_id}/classification"


def test_the_questions_are_told_in_both_languages(api: APIClient) -> None:
    english, spanish = (api.get(f"/api/v1/classification/questions?language={one}").json() for one in ("en", "es"))
    assert len(english["questions"]) == 44
    assert english["digest"] == spanish["digest"]
    assert english["questions"][1]["text"] != spanish["questions"][1]["text"]
    assert api.get("/api/v1/classification/questions?language=fr").status_code == 400


def test_answers_lead_to_an_outcome_of_which_nothing_is_kept(api: APIClient) -> None:
    told = api.post("/api/v1/classification/outcome", {"answers": RECRUITMENT}, format="json").json()
    assert (told["tier"], told["short"]["high_risk"], told["as_of"]) == ("high_risk", "annex_iii", "2026-11-22")
    assert api.post("/api/v1/classification/outcome", {"answers": {}}, format="json").json()["tier"] == "undetermined"
    assert not SystemAnswers.objects.exists()


def test_a_system_is_answered_confirmed_and_reopened_by_rest(officer: APIClient, version: AssetVersion) -> None:
    assert officer.get(path(version)).json()["state"] == "not_answered"
    proposed = officer.patch(path(version), {"answers": RECRUITMENT}, format="json").json()
    assert (proposed["state"], proposed["outcome"]["tier"]) == ("proposed", "high_risk")
    body = {"digest": proposed["proposal"]["digest"], "statement": "<script>"}
    done = officer.post(f"{path(version)}/confirmation", body, format="json")
    assert (done.status_code, done.json()["state"], done.json()["confirmed_by"]) == (200, "confirmed", "eva@example.org")
    officer.post(f"/api/v1/assets/{version.asset_id}/versions", {"spec": {"purpose": "Decides"}}, format="json")
    again = officer.get(path(version)).json()
    assert (again["state"], again["reopened"]) == ("reopened", ["The purpose changed with version 2."])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"answers": {"p_ncii": "maybe"}}, "answers.p_ncii"),
        ({"answers": {"x": "\x00"}}, "answers.x"),
        ({"answers": {"h3_points": [{"a": 1}]}}, "answers.h3_points"),
        ({"answers": []}, "answers"),
        ({}, "answers"),
        ({"other": 1, "answers": {}}, "other"),
    ],
)
def test_what_does_not_fit_is_a_problem_naming_the_question(
    api: APIClient, version: AssetVersion, body: dict[str, Any], field: str
) -> None:
    answer = api.patch(path(version), body, format="json")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not SystemAnswers.objects.exists()


def test_a_confirmation_of_what_was_not_looked_at_is_a_conflict(officer: APIClient, answered: AssetVersion) -> None:
    body = {"digest": "sha256:" + "0" * 64, "statement": "Yes"}
    assert officer.post(f"{path(answered)}/confirmation", body, format="json").status_code == 409
    assert not Classification.objects.exists()


def test_an_admin_s_token_of_nobody_confirms_nothing(api: APIClient, answered: AssetVersion) -> None:
    digest = api.get(path(answered)).json()["proposal"]["digest"]
    answer = api.post(f"{path(answered)}/confirmation", {"digest": digest, "statement": "Yes"}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "confirmation")


def test_what_is_not_there_is_not_found(api: APIClient) -> None:
    assert api.get(f"/api/v1/assets/{uuid4()}/classification").status_code == 404

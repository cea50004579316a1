from datetime import timedelta

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from rest_framework.test import APIClient

from governance.access import urls as access_urls
from governance.access.actors import system_actor
from governance.access.services import create_organisation, issue_token
from governance.registry import urls as registry_urls
from governance.trail.ids import uuid7
from governance.trail.models import TrailEntry

pytestmark = [pytest.mark.django_db, pytest.mark.urls("governance.urls")]


def with_token(secret):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def token_of(organisation, now, role):
    actor = system_actor(organisation.id)
    return issue_token(actor=actor, name=role, scopes=actor.scopes, role=role, now=now)[1]


def test_a_caller_is_told_who_they_are(api, organisation):
    told = api.get("/api/v1/me").json()
    assert (told["organisation"], told["kind"], told["role"]) == (str(organisation.id), "token", "admin")
    assert "registry:write" in told["scopes"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer a b", "Bearer nonsense", "Bearer pbz_000000000000_0", "Basic YTpi", "Bearer \xe9"]
)
def test_whoever_shows_no_good_token_is_told_how_to_sign_in(header):
    answer = APIClient().get("/api/v1/me", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == 'Bearer realm="probanza"'


def test_a_session_of_the_portal_opens_no_rest_door(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("eva@example.org"))
    assert client.get("/api/v1/me").status_code == 401


def test_an_issued_token_works_until_it_is_revoked(api):
    made = api.post("/api/v1/tokens", {"name": "ci", "scopes": ["registry:read"]})
    assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
    holder = with_token(made.data["secret"])
    assert holder.get("/api/v1/me").json()["scopes"] == ["registry:read"]
    assert api.delete(f"/api/v1/tokens/{made.data['id']}").json()["revoked_at"]
    assert holder.get("/api/v1/me").status_code == 401


def test_a_listed_token_has_no_secret(api):
    made = api.post("/api/v1/tokens", {"name": "ci", "scopes": ["registry:read"]})
    listed = api.get("/api/v1/tokens")
    assert {one["name"] for one in listed.json()["results"]} == {"ci", "tests"}
    assert made.data["secret"] not in listed.content.decode()
    assert "digest" not in listed.json()["results"][0]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "", "scopes": ["admin"]}, "name"),
        ({"name": "a", "scopes": []}, "scopes"),
        ({"name": "a", "scopes": ["all"]}, "scopes"),
        ({"name": "a", "scopes": ["admin"], "expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "a", "scopes": ["admin"], "role": "admin"}, "role"),
    ],
)
def test_a_token_that_does_not_fit_is_a_problem_naming_the_field(api, given, field):
    answer = api.post("/api/v1/tokens", given)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_another_organisations_token_is_not_found(api, organisation, now):
    other = create_organisation(name="Other", now=now)
    token, _ = issue_token(actor=system_actor(other.id), name="t", scopes=["admin"], role="admin", now=now)
    assert api.delete(f"/api/v1/tokens/{token.id}").status_code == 404
    assert api.delete(f"/api/v1/tokens/{uuid7()}").status_code == 404


@pytest.mark.parametrize(
    ("role", "trail", "tokens"),
    [("viewer", 403, 403), ("engineer", 403, 403), ("auditor", 200, 403), ("officer", 200, 403), ("admin", 200, 200)],
)
def test_a_role_opens_only_its_doors(role, trail, tokens, organisation, now):
    holder = with_token(token_of(organisation, now, role))
    assert (holder.get("/api/v1/trail").status_code, holder.get("/api/v1/tokens").status_code) == (trail, tokens)


def test_the_trail_is_read_newest_first_and_filtered(api, organisation):
    api.post("/api/v1/assets", {"kind": "model", "name": "Scoring", "owner": "Ana"})
    told = [one["action"] for one in api.get("/api/v1/trail").json()["results"]]
    assert told == ["registry.register_asset", "access.issue_token", "access.create_organisation"]
    assert len(api.get("/api/v1/trail?subject=asset").json()["results"]) == 1


def test_the_trail_of_another_organisation_is_not_shown(api, now):
    other = create_organisation(name="Other", now=now)
    assert TrailEntry.objects.filter(organisation_id=other.id).exists()
    assert str(other.id) not in api.get("/api/v1/trail").content.decode()


def test_a_token_expires(organisation, actor, now):
    _, secret = issue_token(actor=actor, name="t", scopes=["admin"], expires_at=now + timedelta(microseconds=1), now=now)
    assert with_token(secret).get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("where", ["nowhere", "assets/", "assets/no-id", "versions/{{7*7}}"])
def test_an_address_that_leads_nowhere_is_a_problem(method, where):
    answer = APIClient(enforce_csrf_checks=True).generic(method, f"/api/v1/{where}", "{}", "application/json")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert "/api/v1/" in answer.json()["detail"]


def test_the_openapi_tells_every_answer_and_every_problem(capsys):
    patterns = [*access_urls.urlpatterns, *registry_urls.urlpatterns]
    schema = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)
    validate_schema(schema)
    assert capsys.readouterr().err == ""
    operations = [one for path in schema["paths"].values() for name, one in path.items() if name != "parameters"]
    assert len(operations) == 15
    for operation in operations:
        answers = operation["responses"]
        assert {"401", "403"} <= set(answers)
        assert any("application/json" in answers.get(status, {}).get("content", {}) for status in ("200", "201"))
        assert operation["security"] == [{"token": []}]
        assert "application/problem+json" in answers["401"]["content"]


def test_a_filter_with_a_nul_is_a_problem(api):
    answer = api.get("/api/v1/trail?subject_id=%00")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "subject_id")

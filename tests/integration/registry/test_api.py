import json
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from governance.access.actors import system_actor
from governance.access.services import create_organisation, issue_token
from governance.registry.models import AssetVersion
from governance.trail.ids import uuid7
from governance.trail.models import TrailEntry

pytestmark = [pytest.mark.django_db, pytest.mark.urls("governance.urls")]

MODEL = {"provider": "us", "family": "xgboost"}


def client_of(organisation, now, role="admin"):
    actor = system_actor(organisation.id)
    _, secret = issue_token(actor=actor, name="t", scopes=actor.scopes, role=role, expires_at=now + timedelta(days=1), now=now)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


@pytest.fixture
def viewer(organisation, now):
    return client_of(organisation, now, role="viewer")


@pytest.fixture
def stranger(now):
    return client_of(create_organisation(name="Other", now=now), now)


def asset(api, **given):
    return api.post("/api/v1/assets", {"kind": "model", "name": "Scoring", "owner": "Ana", **given})


def version(api, asset_id, spec=MODEL, **more):
    return api.post(f"/api/v1/assets/{asset_id}/versions", {"spec": spec, **more})


def refused(answer, status):
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    body = answer.json()
    assert body["status"] == status
    assert body["detail"]
    return body


def test_a_system_is_registered_with_its_model_and_read_back(api):
    model = version(api, asset(api).data["id"])
    system = asset(api, kind="ai_system", name="Asistente")
    made = version(api, system.data["id"], {"purpose": "answers"}, components=[{"role": "model", "version": model.data["id"]}])
    assert made.status_code == 201
    read = api.get(made["Location"]).json()
    assert read["components"] == [
        {
            "role": "model",
            "version": model.data["id"],
            "asset": str(model.data["asset"]),
            "kind": "model",
            "name": "Scoring",
            "number": 1,
            "digest": model.data["digest"],
        }
    ]
    listed = api.get("/api/v1/systems").json()["results"]
    assert [one["newest_version"] for one in listed] == [read]
    assert api.get(f"/api/v1/systems/{system.data['id']}").json() == listed[0]
    refused(api.get(f"/api/v1/systems/{model.data['asset']}"), 404)


def test_a_system_without_a_version_says_null(api):
    asset(api, kind="ai_system")
    assert api.get("/api/v1/systems").json()["results"][0]["newest_version"] is None


def test_an_asset_is_found_where_its_answer_says(api):
    made = asset(api)
    assert made.status_code == 201
    assert api.get(made["Location"]).json() == made.json()


def test_the_same_content_again_is_answered_with_the_version_that_is_there(api):
    where = asset(api).data["id"]
    first, again = version(api, where), version(api, where, note="again")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


def test_assets_are_filtered_and_turned_over_by_cursor(api):
    for number in range(3):
        asset(api, name=f"M{number}")
    asset(api, kind="prompt", name="P")
    first = api.get("/api/v1/assets?kind=model&size=2").json()
    second = api.get(first["next"]).json()
    assert [one["name"] for one in first["results"] + second["results"]] == ["M2", "M1", "M0"]
    assert second["next"] is None


def test_versions_are_listed_of_one_asset_and_of_all_newest_first(api):
    one, other = asset(api).data["id"], asset(api, name="Other").data["id"]
    version(api, one), version(api, other), version(api, one, {**MODEL, "family": "b"})
    of_one = [(item["asset"], item["number"]) for item in api.get(f"/api/v1/assets/{one}/versions").json()["results"]]
    assert of_one == [(one, 2), (one, 1)]
    assert len(api.get("/api/v1/versions").json()["results"]) == 3


def test_a_stage_changes_and_the_trail_tells(api):
    where = asset(api)["Location"]
    assert api.patch(where, {"stage": "validation"}).json()["stage"] == "validation"
    assert TrailEntry.objects.get(action="registry.change_stage").actor_kind == "token"


@pytest.mark.parametrize("size", ["0", "-1", "201", "x", "1.5", "1e2", "", "9" * 5000])
def test_a_page_of_no_possible_size_is_refused(api, size):
    answer = api.get(f"/api/v1/assets?size={size}")
    assert refused(answer, 400)["errors"][0]["field"] == "size"


@pytest.mark.parametrize("cursor", ["nonsense", "cD1ub25zZW5zZQ==", "cD0%3D"])
def test_a_cursor_that_no_page_gave_out_is_refused(api, cursor):
    answer = api.get(f"/api/v1/assets?cursor={cursor}")
    assert refused(answer, 400)["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "robot"}, "kind"),
        ({"name": ""}, "name"),
        ({"owner": None}, "owner"),
        ({"colour": "red"}, "colour"),
        ({"slug": "A B"}, "slug"),
        ({"name": "a\x00"}, "name"),
    ],
)
def test_an_asset_that_does_not_fit_is_a_problem_naming_the_field(api, given, field):
    body = refused(asset(api, **given), 400)
    assert body["errors"][0]["field"] == field


def test_an_unknown_kind_is_answered_with_the_known_ones(api):
    assert "knowledge_base" in refused(asset(api, kind="robot"), 400)["errors"][0]["allowed"]


def test_a_taken_slug_is_a_conflict_naming_the_field(api):
    asset(api)
    assert refused(asset(api), 409)["errors"][0]["field"] == "slug"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"spec": {**MODEL, "colour": "red"}}, "spec.colour"),
        ({"spec": {"provider": "us"}}, "spec.family"),
        ({"spec": {**MODEL, "licence": 0.5}}, "spec.licence"),
        ({"spec": []}, "spec"),
        ({"components": [{"role": "a", "version": "x"}]}, "components[0].version"),
        ({"components": [{"role": "a", "version": str(uuid7())}]}, "components"),
        ({"components": [{"role": "a", "version": str(uuid7()), "weight": 1}]}, "weight"),
        ({"note": "n" * 4001}, "note"),
    ],
)
def test_a_version_that_does_not_fit_is_a_problem_naming_the_field(api, given, field):
    body = refused(version(api, asset(api).data["id"], **given), 400)
    assert field in body["errors"][0]["field"]


HOSTILE = ["<script>alert(1)</script>", "{{7*7}}", '#read("/etc/passwd")', "'; DROP TABLE x; --", "\N{RIGHT-TO-LEFT OVERRIDE}"]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_kept_as_they_were_written(api, words):
    made = version(api, asset(api).data["id"], {**MODEL, "family": words}, note=words)
    assert (made.json()["spec"]["family"], made.json()["note"]) == (words, words)


@pytest.mark.parametrize("content", ["{", '{"kind": NaN}', '{"kind": "\\ud800"}', "[" * 99 + "]" * 99, "[]", '"text"', "\xff"])
def test_a_body_that_is_no_sane_object_is_a_problem(api, content):
    refused(api.generic("POST", "/api/v1/assets", content.encode("latin-1"), content_type="application/json"), 400)


def test_a_body_over_the_limit_is_too_large(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    refused(asset(api, name="n" * 2000), 413)


def test_another_media_type_is_a_problem(api):
    refused(api.generic("POST", "/api/v1/assets", b"a=1", content_type="text/plain"), 415)


def test_a_method_that_is_not_there_is_a_problem_naming_those_that_are(api):
    answer = api.put("/api/v1/assets", {})
    refused(answer, 405)
    assert "POST" in answer["Allow"]


def places(asset_id, version_id):
    return [
        ("get", f"/api/v1/assets/{asset_id}", None),
        ("patch", f"/api/v1/assets/{asset_id}", {"stage": "retired"}),
        ("get", f"/api/v1/assets/{asset_id}/versions", None),
        ("post", f"/api/v1/assets/{asset_id}/versions", {"spec": MODEL}),
        ("get", f"/api/v1/versions/{version_id}", None),
        ("get", f"/api/v1/systems/{asset_id}", None),
    ]


def test_nothing_of_another_organisation_is_found(api, stranger):
    where = asset(api).data["id"]
    for method, path, body in places(where, version(api, where).data["id"]):
        refused(stranger.generic(method.upper(), path, json.dumps(body) if body else "", "application/json"), 404)
    for path in ("/api/v1/assets", "/api/v1/versions", "/api/v1/systems"):
        assert stranger.get(path).json()["results"] == []
    assert AssetVersion.objects.count() == 1


def test_another_organisations_version_is_no_component(api, stranger):
    foreign = version(api, asset(api).data["id"]).data["id"]
    mine = asset(stranger, kind="ai_system").data["id"]
    answer = version(stranger, mine, {"purpose": "x"}, components=[{"role": "model", "version": foreign}])
    assert refused(answer, 400)["errors"][0]["field"] == "components[0].version"


def test_whoever_may_only_read_reads_and_changes_nothing(api, viewer):
    where = asset(api, kind="ai_system").data["id"]
    for method, path, body in places(where, version(api, where, {"purpose": "x"}).data["id"]):
        answer = getattr(viewer, method)(path, body)
        assert answer.status_code == (200 if method == "get" else 403)
    refused(asset(viewer, name="Other"), 403)


def test_without_a_token_nothing_is_told(api):
    where = asset(api).data["id"]
    for method, path, body in places(where, uuid7()):
        answer = getattr(APIClient(), method)(path, body)
        refused(answer, 401)
        assert answer["WWW-Authenticate"].startswith("Bearer")

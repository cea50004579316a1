import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.urls("governance.urls")]


def asset(api, **given):
    return api.post("/api/v1/assets", {"kind": "model", "name": "Scoring", "owner": "Ana", **given})


def version(api, asset_id, spec, **more):
    return api.post(f"/api/v1/assets/{asset_id}/versions", {"spec": spec, **more})


def test_a_system_is_registered_with_its_model_and_read_back(api):
    model = version(api, asset(api).data["id"], {"provider": "us", "family": "xgboost"})
    system = asset(api, kind="ai_system", name="Asistente")
    made = version(api, system.data["id"], {"purpose": "answers"}, components=[{"role": "model", "version": model.data["id"]}])
    assert made.status_code == 201
    read = api.get(made["Location"]).json()
    assert read["components"][0]["digest"] == model.data["digest"]
    listed = api.get("/api/v1/systems").json()["results"]
    assert listed[0]["newest_version"] == read

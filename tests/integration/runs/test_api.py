from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from audits.intake.models import Target
from audits.runs.api import AuditDetailSerializer, AuditSerializer, ItemSerializer
from audits.runs.carrying import carry_out
from audits.runs.models import Run
from governance.trail.models import TrailEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("echo")]
Table = Callable[..., Target]


@pytest.fixture
def body(version: Any, table: Table) -> dict[str, Any]:
    target = table("yes", "no", "<script>alert(1)</script>")
    parameters = {"prediction": "said"}
    return {"system_version": str(version.id), "kind": "echo", "target": str(target.id), "parameters": parameters}


def done(run_id: str) -> None:
    carry_out(run_id=Run.objects.get(id=run_id).id, clock=lambda: datetime.now(UTC), lease_s=30)


def test_an_audit_is_accepted_and_followed_by_its_location(api: APIClient, body: dict[str, Any]) -> None:
    answer = api.post("/api/v1/audits", body)
    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "1")
    seen = api.get(answer.headers["Location"]).json()
    assert (seen["id"], seen["state"], seen["verdict"]) == (answer.json()["id"], "queued", None)
    assert seen["progress"] == {"planned": None, "done": 0}


def test_a_finished_audit_shows_measures_verdicts_and_evidence(
    api: APIClient, body: dict[str, Any], criterion: Callable[..., Any]
) -> None:
    sent = api.post("/api/v1/audits", body | {"criteria": [str(criterion("2").id)]}).json()
    done(sent["id"])
    seen = api.get(f"/api/v1/audits/{sent['id']}").json()
    assert (seen["state"], seen["verdict"]) == ("succeeded", "not_met")
    assert [(one["name"], one["value"]) for one in seen["measures"]] == [("yes", "1")]
    assert api.get(f"/api/v1/evidence/{seen['evidence']}").status_code == 200


def test_the_answers_have_the_fields_that_are_documented(api: APIClient, body: dict[str, Any]) -> None:
    sent = api.post("/api/v1/audits", body).json()
    assert tuple(sent) == AuditSerializer.Meta.fields
    assert tuple(api.get(f"/api/v1/audits/{sent['id']}").json()) == AuditDetailSerializer.Meta.fields
    done(sent["id"])
    item = api.get(f"/api/v1/audits/{sent['id']}/items").json()["results"][0]
    assert set(item) == set(ItemSerializer.Meta.fields)


def test_an_audit_without_criteria_says_so(api: APIClient, body: dict[str, Any]) -> None:
    sent = api.post("/api/v1/audits", body).json()
    done(sent["id"])
    assert api.get(f"/api/v1/audits/{sent['id']}").json()["verdict"] == "no_criterion"


def test_items_come_in_order_with_their_words_as_data(api: APIClient, body: dict[str, Any]) -> None:
    sent = api.post("/api/v1/audits", body).json()
    done(sent["id"])
    page = api.get(f"/api/v1/audits/{sent['id']}/items?size=2").json()
    assert [one["item"] for one in page["results"]] == ["row-00000", "row-00001"]
    rest = api.get(page["next"]).json()["results"]
    assert [one["private"]["said"] for one in rest] == ["<script>alert(1)</script>"]


def test_reading_private_words_is_written_to_the_trail_once_a_page(api: APIClient, body: dict[str, Any]) -> None:
    sent = api.post("/api/v1/audits", body).json()
    done(sent["id"])
    read = TrailEntry.objects.filter(action="audits.read_items", subject_id=sent["id"])
    assert not read.exists()
    assert len(api.get(f"/api/v1/audits/{sent['id']}/items?size=2").json()["results"]) == 2
    assert [row.detail for row in read] == [{"items": 2, "judged": True}]


def test_items_without_private_words_leave_no_trail(api: APIClient, body: dict[str, Any]) -> None:
    sent = api.post("/api/v1/audits", body).json()
    assert api.get(f"/api/v1/audits/{sent['id']}/items").json()["results"] == []
    assert not TrailEntry.objects.filter(action="audits.read_items").exists()


def test_an_unknown_kind_is_a_problem_that_lists_the_known_ones(api: APIClient, body: dict[str, Any]) -> None:
    answer = api.post("/api/v1/audits", body | {"kind": "astrology"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert "echo" in answer.json()["errors"][0]["allowed"]


def test_an_unknown_field_is_refused_by_name(api: APIClient, body: dict[str, Any]) -> None:
    assert api.post("/api/v1/audits", body | {"colour": "red"}).json()["errors"][0]["field"] == "colour"


def test_the_same_key_gives_the_same_audit_and_another_body_is_refused(api: APIClient, body: dict[str, Any]) -> None:
    first, again = (api.post("/api/v1/audits", body, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.json()["id"], again.status_code) == (again.json()["id"], 202)
    other = api.post("/api/v1/audits", body | {"seed": 1}, headers={"Idempotency-Key": "k"})
    assert (other.status_code, other.headers["Content-Type"]) == (422, "application/problem+json")
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"


def test_audits_are_listed_by_kind_state_and_system(api: APIClient, body: dict[str, Any], version: Any) -> None:
    sent = api.post("/api/v1/audits", body).json()["id"]

    def listed(query: str) -> list[str]:
        return [one["id"] for one in api.get(f"/api/v1/audits?{query}").json()["results"]]

    assert listed(f"kind=echo&state=queued&system={version.asset_id}") == [sent]
    assert listed("kind=bias") == listed("state=failed") == listed(f"system={uuid4()}") == []
    assert api.get("/api/v1/audits?state=asleep").status_code == 400


def test_audits_are_listed_by_verdict_and_time(api: APIClient, body: dict[str, Any], criterion: Callable[..., Any]) -> None:
    wanted = {"met": ["1"], "not_met": ["2"], "no_criterion": [], "queued": ["1"]}
    sent = {}
    for name, limits in wanted.items():
        criteria = [str(criterion(limit).id) for limit in limits]
        sent[name] = api.post("/api/v1/audits", body | {"criteria": criteria}).json()
        if name != "queued":
            done(sent[name]["id"])

    def listed(query: str) -> list[str]:
        return [one["id"] for one in api.get(f"/api/v1/audits?{query}").json()["results"]]

    for verdict in ("met", "not_met", "no_criterion"):
        assert listed(f"verdict={verdict}") == [sent[verdict]["id"]]
    assert listed("verdict=inconclusive") == []
    moment = quote(sent["no_criterion"]["created_at"])
    assert listed(f"created_after={moment}") == [sent["queued"]["id"], sent["no_criterion"]["id"]]
    assert listed(f"created_before={moment}") == [sent["not_met"]["id"], sent["met"]["id"]]
    for query in ("verdict=great", "created_after=yesterday", "created_before=%00"):
        assert api.get(f"/api/v1/audits?{query}").status_code == 400


def test_a_waiting_audit_is_cancelled(api: APIClient, body: dict[str, Any]) -> None:
    sent = api.post("/api/v1/audits", body).json()["id"]
    answer = api.post(f"/api/v1/audits/{sent}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")


@pytest.mark.parametrize("path", ["", "/items"])
def test_an_audit_that_is_not_there_is_not_found(api: APIClient, path: str) -> None:
    assert api.get(f"/api/v1/audits/{uuid4()}{path}").status_code == 404


def test_kinds_are_listed_with_their_measures(api: APIClient) -> None:
    kinds = {one["name"]: one for one in api.get("/api/v1/audit-kinds").json()}
    assert [one["name"] for one in kinds["echo"]["measures"]] == ["yes"]


def test_nobody_asks_for_an_audit_without_a_token(body: dict[str, Any]) -> None:
    assert APIClient().post("/api/v1/audits", body).status_code == 401

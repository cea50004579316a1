"""Destinations: asked for by an engineer, approved by an admin, heeded at registration, at the request and at the call."""

import json
from datetime import datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from rest_framework.test import APIClient

from audits.contract import TargetError
from audits.intake.models import Target
from audits.intake.services import check_names
from audits.kinds.fidelity import FidelityParameters
from audits.targets.calling import post
from governance.access.destinations import decide, policy_of
from governance.access.destinations_rows import Destination
from governance.access.roles import SCOPES_OF
from governance.access.services import create_organisation, issue_token
from governance.outbound import GuardedClient, OutboundError
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db
AT = "/api/v1/destinations"


@pytest.fixture(autouse=True)
def strict(settings: Any, tmp_path: Any) -> None:
    settings.PROBANZA_ALLOW_LOOPBACK = False
    settings.PROBANZA_ALLOWED_TARGETS = ["10.20.0.0/16"]
    settings.PROBANZA_FILES_DIR = tmp_path / "files"


@pytest.fixture
def engineer(actor: Any, now: datetime) -> APIClient:
    _, secret = issue_token(actor=actor, name="e", scopes=sorted(SCOPES_OF["engineer"]), role="engineer", now=now)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def register(client: APIClient, url: str) -> Any:
    question = SimpleUploadedFile("q.jsonl", json.dumps({"id": "1", "question": "Why?"}).encode())
    file = client.post("/api/v1/files", {"file": question}, format="multipart").json()["id"]
    return client.post("/api/v1/targets", {"name": "RAG", "type": "http_rag", "spec": {"url": url, "questions": file}})


def approved(engineer: APIClient, api: APIClient, place: str) -> str:
    asked = engineer.post(AT, {"place": place, "reason": "Our RAG"})
    assert asked.status_code == 201, asked.json()
    assert api.post(f"{AT}/{asked.json()['id']}/approve").status_code == 200
    return str(asked.json()["id"])


def test_a_target_is_refused_until_an_admin_has_approved_its_host(engineer: APIClient, api: APIClient) -> None:
    refused = register(engineer, "https://rag.example.org/ask")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "spec.url")
    assert "an admin of the organisation approves it" in refused.json()["detail"]
    assert not Target.objects.exists()
    approved(engineer, api, "rag.example.org")
    assert register(engineer, "https://rag.example.org/ask").status_code == 201


def test_an_engineer_cannot_approve(engineer: APIClient) -> None:
    asked = engineer.post(AT, {"place": "rag.example.org"}).json()
    for verb in ("approve", "refuse", "withdraw"):
        assert engineer.post(f"{AT}/{asked['id']}/{verb}").status_code == 403
    assert Destination.objects.get().state == "asked"


def test_a_withdrawn_approval_stops_requests_and_calls(engineer: APIClient, api: APIClient, organisation: Any) -> None:
    identifier = approved(engineer, api, "rag.example.org")
    target = Target.objects.get(id=register(engineer, "https://rag.example.org/ask").json()["id"])
    check_names(target, None)
    assert api.post(f"{AT}/{identifier}/withdraw").json()["state"] == "withdrawn"
    with pytest.raises(ShapeError) as caught:
        check_names(target, None)
    assert caught.value.field == "target"
    with pytest.raises(OutboundError, match="not approved"):
        GuardedClient(policy_of(organisation.id)).get_json("https://rag.example.org/ask")


def test_the_address_of_a_judge_is_looked_at_too(engineer: APIClient, api: APIClient) -> None:
    approved(engineer, api, "rag.example.org")
    target = Target.objects.get(id=register(engineer, "https://rag.example.org/ask").json()["id"])
    judge = FidelityParameters(judge="llm", base_url="https://llm.example.org/v1", model="m")
    with pytest.raises(ShapeError) as caught:
        check_names(target, judge)
    assert caught.value.field == "parameters.base_url"
    approved(engineer, api, "llm.example.org")
    check_names(target, judge)


def test_a_name_that_leads_inside_is_refused_at_the_call_though_it_was_approved(
    engineer: APIClient, api: APIClient, organisation: Any
) -> None:
    approved(engineer, api, "rag.example.org")
    client = GuardedClient(policy_of(organisation.id), lambda host, port: ["10.21.0.1"])
    with pytest.raises(OutboundError, match="private"):
        client.get_json("https://rag.example.org/ask")


def test_an_approved_network_lets_a_name_lead_there(engineer: APIClient, api: APIClient, organisation: Any) -> None:
    approved(engineer, api, "rag.internal")
    approved(engineer, api, "10.20.3.0/24")
    asked: list[Any] = []

    def recording(address: Any, timeout: float) -> Any:
        asked.append(address)
        raise ConnectionRefusedError

    client = GuardedClient(policy_of(organisation.id), lambda host, port: ["10.20.3.4"], recording)
    with pytest.raises(OutboundError, match="could not be reached"):
        client.get_json("http://rag.internal/")
    assert asked == [("10.20.3.4", 80)]


def test_what_one_organisation_approved_means_nothing_for_another(engineer: APIClient, api: APIClient, now: datetime) -> None:
    approved(engineer, api, "rag.example.org")
    elsewhere = create_organisation(name="Elsewhere", now=now)
    assert not policy_of(elsewhere.id).allows_host("rag.example.org")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"place": "http://rag.example.org/"}, "place"),
        ({"place": "127.0.0.1"}, "place"),
        ({"place": "192.168.0.0/16"}, "place"),
        ({"place": ""}, "place"),
        ({"place": "a\x00b"}, "place"),
        ({"place": "x" * 300}, "place"),
        ({"place": ["a.test"]}, "place"),
        ({"place": "a.test", "reason": "x" * 2001}, "reason"),
        ({"place": "a.test", "state": "approved"}, "state"),
        ({}, "place"),
    ],
)
def test_bad_input_is_refused_by_field(engineer: APIClient, given: dict[str, Any], field: str) -> None:
    answer = engineer.post(AT, given)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
    assert not Destination.objects.exists()


def test_a_place_is_asked_for_once_at_a_time_and_anew_after_a_refusal(engineer: APIClient, api: APIClient) -> None:
    first = engineer.post(AT, {"place": "rag.example.org"}).json()
    assert engineer.post(AT, {"place": "RAG.example.org."}).status_code == 409
    assert api.post(f"{AT}/{first['id']}/refuse").json()["state"] == "refused"
    assert engineer.post(AT, {"place": "rag.example.org"}).status_code == 201


@pytest.mark.parametrize("verb", ["approve", "refuse"])
def test_what_is_decided_is_not_decided_again(engineer: APIClient, api: APIClient, verb: str) -> None:
    identifier = approved(engineer, api, "rag.example.org")
    assert api.post(f"{AT}/{identifier}/{verb}").status_code == 409


def test_who_asked_and_who_decided_stands_in_the_trail(engineer: APIClient, api: APIClient) -> None:
    identifier = approved(engineer, api, "rag.example.org")
    rows = TrailEntry.objects.filter(subject="destination", subject_id=identifier).order_by("id")
    assert [(row.action, row.actor_name) for row in rows] == [
        ("access.ask_destination", "e"), ("access.approve_destination", "tests"),
    ]  # fmt: skip
    shown = api.get(f"{AT}/{identifier}").json()
    assert (shown["asked_by"], shown["decided_by"]) == ("e", "tests")


def test_the_list_is_filtered_by_state(engineer: APIClient, api: APIClient) -> None:
    approved(engineer, api, "rag.example.org")
    engineer.post(AT, {"place": "llm.example.org"})
    assert [one["place"] for one in engineer.get(AT, {"state": "asked"}).json()["results"]] == ["llm.example.org"]
    assert engineer.get(AT, {"state": "maybe"}).status_code == 400


def test_a_decision_that_does_not_exist_is_refused(actor: Any, engineer: APIClient, now: datetime) -> None:
    asked = engineer.post(AT, {"place": "rag.example.org"}).json()
    with pytest.raises(ShapeError):
        decide(actor=actor, destination_id=asked["id"], state="asked", now=now)


def test_a_target_tells_a_refused_address_by_its_cause(organisation: Any) -> None:
    client = GuardedClient(policy_of(organisation.id))
    with pytest.raises(TargetError) as caught:
        post(client, "https://rag.example.org/ask", {}, {}, 5)
    assert caught.value.cause == "refused_address"


def test_an_upgrade_approves_the_hosts_of_targets_that_are_there_once(
    engineer: APIClient, api: APIClient, organisation: Any
) -> None:
    approved(engineer, api, "rag.example.org")
    for path in ("a", "b"):
        register(engineer, f"https://rag.example.org:8443/{path}")
    Destination.objects.all().delete()
    import_module("audits.migrations.0004_destinations").approve_known(apps, connection.SchemaEditorClass(connection))
    assert [str(row) for row in Destination.objects.all()] == ["rag.example.org (approved)"]
    assert policy_of(organisation.id).allows_host("rag.example.org")
    assert TrailEntry.objects.filter(actor_name="upgrade", action="access.approve_destination").count() == 1

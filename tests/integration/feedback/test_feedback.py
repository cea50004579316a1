"""Feedback by REST: taken in once, tied to its answer, added up, its words encrypted, read with a trace and erasable."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from audits.feedback.models import Feedback
from audits.feedback.services import LONGEST_COMMENT, LONGEST_TASK_MS, Said, give_feedback
from governance.access.policies import Forbidden
from governance.access.services import create_organisation
from governance.trail.models import TrailEntry
from tests.integration.portal.conftest import ana as ana
from tests.integration.portal.conftest import seeded as seeded
from tests.integration.portal.seed import HOSTILE, Seeded

pytestmark = pytest.mark.django_db
DIGEST = "sha256:" + "ab" * 32


def send(api: APIClient, body: Any, key: str = "") -> Any:
    return api.post("/api/v1/feedback", body, format="json", headers={"Idempotency-Key": key} if key else {})


def test_a_thumb_on_an_answer_of_an_audit_is_recorded_with_its_version(api: APIClient, seeded: Seeded) -> None:
    answer = send(api, {"run": str(seeded.done.pk), "item": "q003", "thumb": "down"})
    assert answer.status_code == 201
    told = answer.json()
    assert (told["system_version"], told["item"], told["thumb"], told["clicked"]) == (str(seeded.system.pk), "q003", "down", None)
    assert api.get(answer.headers["Location"]).json()["comment"] is None
    assert len(api.get(f"/api/v1/feedback?run={seeded.done.pk}&item=q003").json()["results"]) == 1
    assert TrailEntry.objects.filter(action="feedback.give", subject_id=told["id"]).exists()


def test_an_answer_given_elsewhere_is_named_by_its_digest(api: APIClient, seeded: Seeded) -> None:
    told = send(api, {"system_version": str(seeded.system.pk), "answer": DIGEST, "clicked": True, "task_ms": 9000}).json()
    assert (told["answer"], told["clicked"], told["task_ms"], told["thumb"]) == (DIGEST, True, 9000, "")
    assert len(api.get(f"/api/v1/feedback?answer={DIGEST}").json()["results"]) == 1
    assert api.get("/api/v1/feedback?thumb=up").json()["results"] == []


def test_the_same_request_sent_twice_is_recorded_once(api: APIClient, seeded: Seeded) -> None:
    body = {"system_version": str(seeded.system.pk), "thumb": "up"}
    first, again = send(api, body, "k1"), send(api, body, "k1")
    assert first.json()["id"] == again.json()["id"]
    assert Feedback.objects.count() == 1
    assert send(api, {**body, "thumb": "down"}, "k1").status_code == 422
    assert Feedback.objects.count() == 1


def test_a_comment_is_kept_encrypted_read_with_a_trace_and_erased_for_good(api: APIClient, seeded: Seeded) -> None:
    told = send(api, {"system_version": str(seeded.system.pk), "comment": HOSTILE}).json()
    assert told["has_comment"] is True
    assert "comment" not in told
    assert HOSTILE.encode() not in bytes(Feedback.objects.get().comment)
    address = f"/api/v1/feedback/{told['id']}"
    shown = api.get(address)
    assert shown.json()["comment"] == HOSTILE
    assert shown.headers["Cache-Control"] == "no-store"
    assert api.delete(f"{address}/comment").status_code == 204
    assert api.delete(f"{address}/comment").status_code == 204
    assert api.get(address).json()["comment"] is None
    actions = list(TrailEntry.objects.filter(subject="feedback").order_by("id").values_list("action", flat=True))
    assert actions == ["feedback.give", "feedback.read", "feedback.erase"]
    assert not TrailEntry.objects.filter(detail__icontains="script").exists()


def test_a_comment_is_not_erased_while_a_hold_stands_on_its_system(api: APIClient, seeded: Seeded) -> None:
    told = send(api, {"system_version": str(seeded.system.pk), "comment": "It hurt me"}).json()
    hold = api.post("/api/v1/holds", {"system": str(seeded.system.asset_id), "reason": "A claim"}).json()
    assert api.delete(f"/api/v1/feedback/{told['id']}/comment").status_code == 409
    assert api.get(f"/api/v1/feedback/{told['id']}").json()["comment"] == "It hurt me"
    api.post(f"/api/v1/holds/{hold['id']}/release", {"reason": "Settled"})
    assert api.delete(f"/api/v1/feedback/{told['id']}/comment").status_code == 204


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, "thumb"),
        ({"thumb": "sideways"}, "thumb"),
        ({"thumb": True}, "thumb"),
        ({"clicked": "yes"}, "clicked"),
        ({"task_ms": -1}, "task_ms"),
        ({"task_ms": LONGEST_TASK_MS + 1}, "task_ms"),
        ({"task_ms": 1.5}, "task_ms"),
        ({"comment": "x" * (LONGEST_COMMENT + 1)}, "comment"),
        ({"comment": "a\x00b"}, "comment"),
        ({"thumb": "up", "answer": "sha256:zz"}, "answer"),
        ({"thumb": "up", "item": "q003"}, "item"),
        ({"thumb": "up", "given_at": "2999-01-01T00:00:00Z"}, "given_at"),
        ({"thumb": "up", "given_at": "yesterday"}, "given_at"),
        ({"thumb": "up", "stars": 5}, "stars"),
        ({"thumb": "up", "system_version": "x"}, "system_version"),
        ({"thumb": "up", "system_version": "01970000-0000-7000-8000-000000000000"}, "system_version"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field_and_nothing_written(
    api: APIClient, seeded: Seeded, more: dict[str, Any], field: str
) -> None:
    answer = send(api, {"system_version": str(seeded.system.pk), **more})
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert Feedback.objects.count() == 0


@pytest.mark.parametrize(("item", "field"), [("nothing", "item"), ("", "item")])
def test_an_item_that_the_audit_does_not_hold_is_refused(api: APIClient, seeded: Seeded, item: str, field: str) -> None:
    answer = send(api, {"run": str(seeded.done.pk), "item": item, "thumb": "up"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_a_run_of_another_version_and_an_answer_named_twice_are_refused(api: APIClient, seeded: Seeded) -> None:
    run = {"run": str(seeded.done.pk), "item": "q003", "thumb": "up"}
    assert send(api, {**run, "system_version": str(seeded.other.pk)}).json()["errors"][0]["field"] == "system_version"
    assert send(api, {**run, "answer": DIGEST}).json()["errors"][0]["field"] == "answer"
    assert send(api, {"thumb": "up"}).json()["errors"][0]["field"] == "system_version"


def test_feedback_adds_up_with_intervals(api: APIClient, seeded: Seeded) -> None:
    for number in range(10):
        body = {"system_version": str(seeded.system.pk), "thumb": "up" if number < 7 else "down", "task_ms": 1000 * number}
        send(api, body if number else {**body, "clicked": True})
    (told,) = api.get(f"/api/v1/feedback/summary?system_version={seeded.system.pk}").json()
    assert (told["received"], told["up"], told["down"], told["comments"]) == (10, 7, 3, 0)
    assert told["thumbs_up"]["value"] == "0.7"
    assert float(told["thumbs_up"]["low"]) == pytest.approx(0.3968, abs=1e-4)
    assert (told["clicked"]["n"], told["clicked"]["method"]) == (1, "wilson")
    assert (told["task_ms"]["value"], told["task_ms"]["low"], told["task_ms"]["high"]) == ("4000", "1000", "8000")


def test_without_feedback_nothing_is_a_share_of_zero(api: APIClient, seeded: Seeded) -> None:
    (told,) = api.get(f"/api/v1/feedback/summary?system_version={seeded.system.pk}").json()
    assert told["thumbs_up"] == {"value": None, "low": None, "high": None, "n": 0, "method": "wilson"}
    assert api.get("/api/v1/feedback/summary").status_code == 400


def test_a_reader_may_not_give_feedback(actor: Any, seeded: Seeded, now: datetime) -> None:
    reader = replace(actor, scopes=frozenset({"audits:read"}))
    with pytest.raises(Forbidden):
        give_feedback(actor=reader, said=Said(system_version=str(seeded.system.pk), thumb="up"), now=now)


def test_another_organisation_s_version_is_not_found(actor: Any, seeded: Seeded, now: datetime) -> None:
    elsewhere = replace(actor, organisation=create_organisation(name="Elsewhere", slug="elsewhere", now=now).pk)
    with pytest.raises(ValueError, match="system_version"):
        give_feedback(actor=elsewhere, said=Said(system_version=str(seeded.system.pk), thumb="up"), now=now)


def test_feedback_given_earlier_keeps_its_moment(actor: Any, seeded: Seeded, now: datetime) -> None:
    said = Said(system_version=str(seeded.system.pk), thumb="up", given_at=now - timedelta(days=2))
    assert give_feedback(actor=actor, said=said, now=now)[0].given_at == now - timedelta(days=2)


def test_the_system_s_page_leads_to_its_feedback(ana: Client, actor: Any, seeded: Seeded, now: datetime) -> None:
    address = f"/feedback/of/{seeded.system.pk}"
    assert address in ana.get(f"/systems/{seeded.system.asset_id}").content.decode()
    assert b"POST /api/v1/feedback" in ana.get(address).content
    for thumb in ("up", "up", "down"):
        give_feedback(actor=actor, said=Said(system_version=str(seeded.system.pk), thumb=thumb, task_ms=2500), now=now)  # type: ignore[arg-type]  # from a list of texts
    shown = ana.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "0.667 [0.208, 0.939] · n 3" in shown
    assert "2.5" in shown
    assert "<html" not in shown

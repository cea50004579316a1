"""Own frameworks at the REST door: brought, refused by line, chosen, and held against a system's evidence."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from rest_framework.test import APIClient

from governance.access.policies import Forbidden
from governance.access.roles import scopes_of
from governance.compliance.catalogues import catalogue_of, unfit_of
from governance.compliance.frameworks import load
from governance.compliance.own.services import LONGEST, add_framework, retire_framework
from governance.compliance.own_rows import OwnFramework
from governance.compliance.services import assess
from governance.evidence.services import seal
from governance.registry.services import add_version, register_asset
from governance.trail.models import TrailEntry
from tests.integration.compliance.conftest import judged

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).parents[3] / "examples/frameworks/own_policy.yaml").read_text(encoding="utf-8")


def post(api: APIClient, content: str) -> Any:
    return api.post("/api/v1/frameworks", {"content": content}, format="json")


def test_a_framework_is_brought_and_told_beside_the_shipped_ones(api: APIClient) -> None:
    made = post(api, TEXT)
    assert made.status_code == 201
    assert (made.json()["framework"], made.json()["number"], made.json()["content"]) == ("acme_ai_policy", 1, TEXT)
    told = api.get("/api/v1/frameworks").json()
    assert told["left_out"] == []
    assert [one["id"] for one in told["results"]] == [*(one.id for one in load().frameworks), "acme_ai_policy"]
    assert told["results"][-1]["own"] is True


def test_bringing_a_framework_writes_a_trail_row(api: APIClient) -> None:
    made = post(api, TEXT).json()
    row = TrailEntry.objects.get(action="compliance.add_framework")
    assert (row.subject_id, row.detail["digest"]) == (made["id"], made["digest"])


def test_a_new_version_takes_the_place_of_the_old_one_which_stays(api: APIClient) -> None:
    post(api, TEXT)
    second = post(api, TEXT.replace("every year", "every month"))
    assert second.json()["number"] == 2
    rows = api.get("/api/v1/frameworks/versions", {"framework": "acme_ai_policy"}).json()["results"]
    assert [(row["number"], row["in_use"]) for row in rows] == [(2, True), (1, False)]
    asked = api.get("/api/v1/obligations", {"framework": "acme_ai_policy"}).json()
    assert "every month" in asked["results"][1]["duty"]["en"]


def test_an_earlier_version_can_be_used_again_and_retired(api: APIClient) -> None:
    first = post(api, TEXT).json()["id"]
    post(api, TEXT.replace("every year", "every month"))
    assert api.post(f"/api/v1/frameworks/versions/{first}/use").json()["in_use"] is True
    assert OwnFramework.objects.get(in_use=True).number == 1
    assert api.post(f"/api/v1/frameworks/versions/{first}/retire").json()["in_use"] is False
    assert "acme_ai_policy" not in [one["id"] for one in api.get("/api/v1/frameworks").json()["results"]]
    assert api.get(f"/api/v1/frameworks/versions/{first}").json()["content"] == TEXT


def test_the_same_text_again_is_told_as_such(api: APIClient) -> None:
    post(api, TEXT)
    again = post(api, TEXT)
    assert again.status_code == 409
    assert "is version 1 already" in again.content.decode()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("clock: acme_policy", "clock: someday", "line 33, ACME.1: clock 'someday' is not known"),
        ("valid_from: 2027-01-01", "valid_from: 2026-01-01", "overlapping validity"),
        ("edition: '3'", "edition: &a '3'", "line 6, file: defines the anchor"),
        ("edition: '3'", "edition: '\u200b3'", "line 6, file: contains the invisible"),
        ("id: acme_ai_policy", "id: gdpr", "line 3, gdpr"),
        ("checked_on: 2026-11-22", "checked_on: 9999-01-01", "meta: checked_on: 9999-01-01 lies ahead"),
    ],
)
def test_a_wrong_file_is_refused_by_line_and_nothing_is_kept(api: APIClient, old: str, new: str, said: str) -> None:
    refused = post(api, TEXT.replace(old, new))
    assert refused.status_code == 400
    assert said in refused.json()["errors"][0]["problem"]
    assert not OwnFramework.objects.exists()


@pytest.mark.parametrize("content", ["", "\x00", "a" * (LONGEST + 1), 7, None, [], {"a": 1}])
def test_what_is_no_file_is_refused_by_the_field(api: APIClient, content: object) -> None:
    refused = post(api, content)  # type: ignore[arg-type]  # that is the point
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "content"


def test_half_a_character_is_refused_by_the_field(api: APIClient) -> None:
    refused = api.post("/api/v1/frameworks", b'{"content": "\\ud800"}', content_type="application/json")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "content")


def test_an_engineer_brings_no_framework(actor: Any, now: Any) -> None:
    with pytest.raises(Forbidden):
        add_framework(actor=replace(actor, scopes=scopes_of("engineer")), content=TEXT, now=now)


def test_an_unknown_version_and_an_unknown_framework_are_told(api: APIClient) -> None:
    assert api.get(f"/api/v1/frameworks/versions/{uuid4()}").status_code == 404
    assert api.post(f"/api/v1/frameworks/versions/{uuid4()}/use").status_code == 404
    unknown = api.get("/api/v1/obligations", {"framework": "<script>"})
    assert unknown.status_code == 400
    assert unknown.json()["errors"][0]["field"] == "framework"


def test_obligations_tell_date_edition_and_the_evidence_that_speaks(api: APIClient) -> None:
    law = {one["id"]: one for one in api.get("/api/v1/obligations", {"framework": "eu_ai_act"}).json()["results"]}
    examined = law["Art.10(2)(f)"]
    assert examined["applies"]["applies_from"] == "2027-12-02"
    assert [(one["kind"], one["strength"]) for one in examined["audits"]] == [("bias", "direct")]
    assert law["Art.73"]["applies"]["practical_from"]["en"]
    nist = api.get("/api/v1/obligations", {"framework": "nist_ai_rmf"}).json()
    assert (nist["count"], nist["results"][0]["applies"]) == (72, None)


def test_evidence_of_a_system_is_held_against_an_own_framework(actor: Any, now: Any) -> None:
    add_framework(actor=actor, content=TEXT, now=now)
    asset = register_asset(actor=actor, kind="ai_system", name="Assistant", owner="Eva", now=now)
    version = add_version(actor=actor, asset_id=asset.id, spec={"purpose": "Answers questions"}, now=now)
    seal(actor=actor, kind="bias", subject=str(version.id), statement=judged("met", now), now=now)
    states = {one.duty.id: one.state for one in assess(organisation=actor.organisation, system_version=version).results}
    assert (states["ACME.2"], states["ACME.1"]) == ("criterion_met", "not_assessed")
    assert states["NIST.MEASURE-2.11"] == "criterion_met"


def test_a_framework_that_a_newer_catalogue_does_not_take_is_left_out_and_told(actor: Any, now: Any, api: APIClient) -> None:
    add_framework(actor=actor, content=TEXT, now=now)
    row = OwnFramework.objects.get()
    OwnFramework(
        organisation_id=row.organisation_id, framework="older", number=1, title="Older", edition="1", content="meta: {}",
        digest=row.digest, added_by="a", added_name="a", added_at=now,
    ).save()  # fmt: skip
    assert catalogue_of(actor.organisation).has("ACME.1")
    assert [one.framework for one in unfit_of(actor.organisation)] == ["older"]
    assert api.get("/api/v1/frameworks").json()["left_out"][0]["framework"] == "older"


def test_what_was_retired_binds_nobody(actor: Any, now: Any) -> None:
    row = add_framework(actor=actor, content=TEXT, now=now)
    retire_framework(actor=actor, version_id=row.pk, now=now)
    assert catalogue_of(actor.organisation) == load()


def test_the_database_refuses_to_change_a_version(actor: Any, now: Any) -> None:
    row = add_framework(actor=actor, content=TEXT, now=now)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE governance_ownframework SET content = 'x' WHERE id = %s", [row.pk])

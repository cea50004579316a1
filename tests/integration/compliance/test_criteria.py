"""Criteria at the REST door and in the database."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from rest_framework.test import APIClient

from governance.compliance.models import Criterion
from governance.compliance.services import assess, criteria_for, duty_counts, freeze_criterion, outlook
from governance.evidence.gists import gists_of
from governance.evidence.models import Entry
from governance.evidence.services import seal
from governance.registry.models import AssetVersion
from governance.registry.services import add_version
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db
MEASURES = ("selection_rate_ratio",)


@pytest.fixture
def criterion(actor: Any, now: Any, version: AssetVersion) -> Criterion:
    return freeze_criterion(
        actor=actor,
        system_id=version.asset_id,
        kind="bias",
        measure="selection_rate_ratio",
        group={"sex": "F"},
        limit="0.80",
        direction="at_least",
        now=now,
        known_measures=MEASURES,
    )


def judged(state: str, now: Any) -> dict[str, Any]:
    criterion = {"id": "c", "author": "Ana", "frozen_at": now.isoformat()}
    return {"verdicts": [{"criterion": "c", "state": state}], "criteria": [criterion]}


def seal_bias(actor: Any, version: AssetVersion, now: Any, state: str = "met") -> None:
    seal(actor=actor, kind="bias", subject=str(version.id), statement=judged(state, now), now=now)


def test_a_criterion_comes_back_as_it_was_frozen(criterion: Criterion) -> None:
    kept = Criterion.objects.get(pk=criterion.pk)
    assert (format(kept.limit, "f"), kept.group, kept.author) == ("0.8", [["sex", "F"]], "Ana Auditora")
    assert kept.digest.startswith("sha256:")


def test_freezing_writes_a_trail_row(criterion: Criterion) -> None:
    row = TrailEntry.objects.get(action="compliance.freeze_criterion")
    assert row.subject_id == str(criterion.id)


def test_the_database_refuses_to_change_a_criterion(criterion: Criterion) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute('UPDATE governance_criterion SET "limit" = 0')


def test_criteria_are_found_by_system_and_kind(criterion: Criterion) -> None:
    assert list(criteria_for(criterion.organisation_id, criterion.system_id, "bias")) == [criterion]
    assert not criteria_for(criterion.organisation_id, criterion.system_id, "pii")
    assert not criteria_for(uuid4(), criterion.system_id)


def test_sealed_evidence_turns_a_duty(actor: Any, version: AssetVersion, now: Any) -> None:
    seal_bias(actor, version, now)
    found = assess(organisation=version.organisation_id, system_version=version)
    assert dict(found.counts())["criterion_met"] > 0


def test_evidence_about_an_earlier_version_is_stale(actor: Any, version: AssetVersion, now: Any) -> None:
    seal_bias(actor, version, now)
    later = add_version(actor=actor, asset_id=version.asset_id, spec={"purpose": "Decides"}, now=now)
    counts = dict(assess(organisation=later.organisation_id, system_version=later).counts())
    assert counts["stale"] > 0
    assert "criterion_met" not in counts


def counted(version: AssetVersion) -> Any:
    own = gists_of(Entry.objects.filter(subject=str(version.id)).order_by("sealed_at", "id"))
    return duty_counts(version.organisation_id, version, own)


def test_a_page_counts_duties_as_the_assessment_does(actor: Any, version: AssetVersion, now: Any) -> None:
    for state in ("met", "met", "not_met"):
        seal_bias(actor, version, now, state)
    whole = assess(organisation=version.organisation_id, system_version=version)
    assert counted(version) == whole.of_framework("eu_ai_act").counts()
    light = outlook(organisation=version.organisation_id, system_version=version)
    assert [(one.state, len(one.findings)) for one in light.results] == [(one.state, len(one.findings)) for one in whole.results]


def test_a_page_that_was_seen_before_still_tells_what_became_stale(actor: Any, version: AssetVersion, now: Any) -> None:
    pin = {"role": "system", "id": str(version.id), "digest": version.digest}
    statement = {**judged("met", now), "pins": [pin]}
    seal(actor=actor, kind="bias", subject=str(version.id), statement=statement, now=now)
    before = dict(counted(version))
    add_version(actor=actor, asset_id=version.asset_id, spec={"purpose": "Decides"}, now=now)
    after = dict(counted(version))
    assert "criterion_met" in before
    assert "criterion_met" not in after
    assert after["stale"] == before["criterion_met"]


def body(version: AssetVersion, **changed: Any) -> dict[str, Any]:
    from audits.catalogue import measures

    kind = "bias"
    given = {
        "system": str(version.asset_id),
        "kind": kind,
        "measure": next(iter(measures()[kind])),
        "limit": "0.8",
        "direction": "at_least",
    }
    return {**given, **changed}


def test_a_criterion_is_frozen_by_rest(api: APIClient, version: AssetVersion) -> None:
    made = api.post("/api/v1/criteria", body(version))
    assert made.status_code == 201, made.data
    assert api.get(f"/api/v1/criteria/{made.data['id']}").data == made.data
    assert api.get("/api/v1/criteria", {"system": str(version.asset_id)}).data["results"] == [made.data]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "mood"}, "kind"),
        ({"measure": "nonsense"}, "measure"),
        ({"limit": "NaN"}, "limit"),
        ({"direction": "more"}, "direction"),
        ({"group": [["a"]]}, "group"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_criterion_is_refused_by_field(
    api: APIClient, version: AssetVersion, changed: dict[str, Any], field: str
) -> None:
    refused = api.post("/api/v1/criteria", body(version, **changed))
    assert refused.status_code == 400
    assert refused.data["errors"][0]["field"].startswith(field)


def test_a_filter_that_is_no_id_is_refused_by_name(api: APIClient) -> None:
    assert api.get("/api/v1/criteria", {"system": "x"}).data["errors"][0]["field"] == "system"
    assert api.get("/api/v1/criteria", {"kind": "bias"}).data["results"] == []


def test_a_system_of_nobody_is_not_found(api: APIClient, version: AssetVersion) -> None:
    assert api.post("/api/v1/criteria", body(version, system=str(uuid4()))).status_code == 404


def test_without_a_token_nothing_is_told() -> None:
    assert APIClient().get("/api/v1/criteria").status_code == 401

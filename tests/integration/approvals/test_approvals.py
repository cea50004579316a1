"""Four eyes: one asks, another decides, about exactly one content; an edit voids it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from rest_framework.test import APIClient

from governance.access.actors import Actor, system_actor
from governance.access.models import Membership
from governance.access.people import Unclear
from governance.access.policies import Forbidden
from governance.access.roles import scopes_of
from governance.access.services import authenticate_token, create_member, create_organisation, issue_token
from governance.access.tenancy import Conflict, NotFound
from governance.approvals import services
from governance.approvals.models import Approval
from governance.compliance.services import freeze_criterion
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, register_asset
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(actor: Actor, now: datetime) -> AssetVersion:
    asset = register_asset(actor=actor, kind="ai_system", name="Fee helpdesk", owner="Ana", now=now)
    return add_version(actor=actor, asset_id=asset.pk, spec={"purpose": "Answers"}, now=now)


@pytest.fixture
def eva(actor: Actor) -> Actor:
    """Another person who may decide."""
    return replace(actor, id="person-2", name="Eva Oficial", role="officer", scopes=scopes_of("officer"))


def asked(actor: Actor, version: AssetVersion, now: datetime, **more: Any) -> Approval:
    return services.request_approval(actor=actor, subject="version", subject_id=version.pk, now=now, **more)


def decided(actor: Actor, approval: Approval, now: datetime, decision: str = "approved", **more: Any) -> Approval:
    given = {"digest": approval.digest, **more}
    return services.decide(actor=actor, approval_id=approval.pk, decision=decision, now=now, **given)


def state(approval: Approval) -> str:
    return services.states(approval.organisation_id, [Approval.objects.get(pk=approval.pk)])[approval.pk]


def criterion(actor: Actor, version: AssetVersion, now: datetime, limit: str, **more: Any) -> Any:
    given = {"kind": "fidelity", "measure": "supported_claims", "direction": "at_least", "known_measures": ["supported_claims"]}
    return freeze_criterion(actor=actor, system_id=version.asset_id, limit=limit, now=now, **{**given, **more})


@pytest.mark.parametrize("decision", ["approved", "rejected"])
def test_somebody_else_decides_once(actor: Actor, eva: Actor, version: AssetVersion, now: datetime, decision: str) -> None:
    approval = asked(actor, version, now, note="For the release.")
    assert state(approval) == "requested"
    decided(eva, approval, now, decision, reason="Looked at all of it.")
    assert state(approval) == decision
    with pytest.raises(Conflict, match="was made already"):
        decided(eva, approval, now)
    told = TrailEntry.objects.filter(subject="approval").order_by("id")
    assert [one.actor_name for one in told] == ["Ana Auditora", "Eva Oficial"]
    assert told[1].detail["digest"] == version.digest
    assert "For the release" not in str([one.detail for one in told])


def test_whoever_asks_never_decides(actor: Actor, version: AssetVersion, now: datetime) -> None:
    approval = asked(actor, version, now)
    with pytest.raises(services.SameEyes):
        decided(actor, approval, now)
    assert state(approval) == "requested"
    assert not TrailEntry.objects.filter(action="approvals.approve").exists()


def test_the_database_too_refuses_two_eyes(actor: Actor, version: AssetVersion, now: datetime) -> None:
    approval = asked(actor, version, now)
    by = {"decided_name": "x", "decided_at": now, "decision": "approved"}
    with pytest.raises(IntegrityError, match="approval_has_four_eyes"), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(decided_by=approval.requested_by, **by)
    with pytest.raises(IntegrityError, match="approval_is_open_or_decided"), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(**by)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(digest="sha256:other")


@pytest.mark.parametrize("before", ["requested", "approved"])
def test_an_edit_voids_what_was_asked_and_decided(
    actor: Actor, eva: Actor, version: AssetVersion, now: datetime, before: str
) -> None:
    approval = asked(actor, version, now)
    if before == "approved":
        decided(eva, approval, now)
    add_version(actor=actor, asset_id=version.asset_id, spec={"purpose": "Decides"}, now=now)
    assert state(approval) == "void"
    if before == "requested":
        with pytest.raises(services.Outdated):
            decided(eva, approval, now)
    with pytest.raises(services.Outdated):
        asked(actor, version, now)


def test_the_same_content_again_is_no_edit(actor: Actor, eva: Actor, version: AssetVersion, now: datetime) -> None:
    approval = asked(actor, version, now)
    decided(eva, approval, now)
    add_version(actor=actor, asset_id=version.asset_id, spec={"purpose": "Decides"}, now=now)
    add_version(actor=actor, asset_id=version.asset_id, spec={"purpose": "Answers"}, now=now)
    assert state(approval) == "approved"


def test_a_newer_criterion_of_the_same_measure_and_group_voids_the_earlier_one(
    actor: Actor, eva: Actor, version: AssetVersion, now: datetime
) -> None:
    whole, spanish = (criterion(actor, version, now, "0.8", group=group) for group in ({}, {"language": "es"}))
    approvals = [
        services.request_approval(actor=actor, subject="criterion", subject_id=one.pk, now=now) for one in (whole, spanish)
    ]
    for approval in approvals:
        decided(eva, approval, now)
    criterion(actor, version, now + timedelta(seconds=1), "0.7")
    assert [state(approval) for approval in approvals] == ["void", "approved"]


def test_what_was_not_looked_at_is_neither_asked_for_nor_decided(
    actor: Actor, eva: Actor, version: AssetVersion, now: datetime
) -> None:
    with pytest.raises(services.Outdated):
        asked(actor, version, now, digest="sha256:" + "0" * 64)
    approval = asked(actor, version, now, digest=version.digest)
    with pytest.raises(services.Outdated):
        decided(eva, approval, now, digest="")


def test_one_content_waits_once(actor: Actor, eva: Actor, version: AssetVersion, now: datetime) -> None:
    approval = asked(actor, version, now)
    with pytest.raises(Conflict, match="waiting for an approval already"):
        asked(eva, version, now)
    decided(eva, approval, now, "rejected")
    assert state(asked(actor, version, now)) == "requested"


@pytest.mark.parametrize("role", ["viewer", "engineer", "auditor"])
def test_only_officers_and_administrators_decide(actor: Actor, version: AssetVersion, now: datetime, role: str) -> None:
    person = replace(actor, id="person-3", role=role, scopes=scopes_of(role))
    with pytest.raises(Forbidden):
        decided(person, asked(actor, version, now), now)


def test_whoever_only_reads_asks_for_nothing(actor: Actor, version: AssetVersion, now: datetime) -> None:
    with pytest.raises(Forbidden):
        asked(replace(actor, role="viewer", scopes=scopes_of("viewer")), version, now)
    assert not Approval.objects.exists()


def token_actor(actor: Actor, now: datetime, **more: Any) -> Actor:
    _, secret = issue_token(actor=actor, name="ci", scopes=sorted(scopes_of("officer")), role="officer", now=now, **more)
    found = authenticate_token(secret, now)
    assert found is not None
    return found


def test_a_token_has_the_eyes_of_the_person_who_issued_it(actor: Actor, eva: Actor, version: AssetVersion, now: datetime) -> None:
    robot = token_actor(actor, now)
    with pytest.raises(services.SameEyes):
        decided(robot, asked(actor, version, now), now)
    Approval.objects.update(decision="rejected", decided_by="x", decided_at=now)
    with pytest.raises(services.SameEyes):
        decided(actor, asked(robot, version, now), now)


def test_a_token_issued_by_a_token_has_the_eyes_of_the_first_person(actor: Actor, version: AssetVersion, now: datetime) -> None:
    _, secret = issue_token(actor=actor, name="admin", scopes=sorted(actor.scopes), now=now)
    second = token_actor(authenticate_token(secret, now), now)  # type: ignore[arg-type]
    with pytest.raises(services.SameEyes):
        decided(second, asked(actor, version, now), now)


def test_a_token_that_no_person_answers_for_decides_nothing(actor: Actor, version: AssetVersion, now: datetime) -> None:
    robot = token_actor(system_actor(actor.organisation), now)
    approval = asked(robot, version, now)
    assert approval.requested_by == f"token:{robot.id}"
    with pytest.raises(services.NobodysEyes):
        decided(robot, approval, now)


@pytest.mark.parametrize("became", ["", "engineer"])
def test_a_service_s_token_decides_no_longer_than_whoever_issued_it(
    actor: Actor, version: AssetVersion, now: datetime, became: str
) -> None:
    member = create_member(actor=actor, email="eva@example.org", role="admin", now=now)
    robot = token_actor(replace(actor, id=str(member.user_id)), now)
    approval = asked(actor, version, now)
    Membership.objects.filter(pk=member.pk).update(role=became)
    with pytest.raises(services.NobodysEyes):
        decided(robot, approval, now)
    Membership.objects.filter(pk=member.pk).update(role="officer")
    assert decided(robot, approval, now).decided_by == str(member.user_id)


def test_a_token_issued_for_somebody_else_neither_asks_nor_decides(actor: Actor, version: AssetVersion, now: datetime) -> None:
    member = create_member(actor=actor, email="eva@example.org", role="officer", now=now)
    hers = token_actor(actor, now, owner=member)
    with pytest.raises(Unclear):
        asked(hers, version, now)
    with pytest.raises(Unclear):
        decided(hers, asked(actor, version, now), now)


def test_another_organisation_s_contents_and_requests_are_not_found(
    actor: Actor, eva: Actor, version: AssetVersion, now: datetime
) -> None:
    other = replace(eva, organisation=create_organisation(name="Zweite Bank", now=now).pk)
    approval = asked(actor, version, now)
    with pytest.raises(NotFound):
        asked(other, version, now)
    with pytest.raises(NotFound):
        decided(other, approval, now)


def test_hostile_words_are_refused_by_the_field(actor: Actor, version: AssetVersion, now: datetime) -> None:
    for given in ({"note": "a\x00"}, {"note": "x" * 4001}):
        with pytest.raises(ShapeError, match="note"):
            asked(actor, version, now, **given)
    assert not Approval.objects.exists()


# By REST


@pytest.fixture
def officer(organisation: Any, actor: Actor, eva: Actor, now: datetime) -> APIClient:
    """A client with a token that another member issued."""
    member = create_member(actor=actor, email="eva@example.org", role="admin", now=now)
    admin = replace(eva, id=str(member.user_id), role="admin", scopes=scopes_of("admin"))
    _, secret = issue_token(actor=admin, name="eva", scopes=sorted(scopes_of("officer")), role="officer", now=now)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def test_an_approval_is_asked_for_found_and_decided_by_rest(api: APIClient, officer: APIClient, version: AssetVersion) -> None:
    made = api.post("/api/v1/approvals", {"subject": "version", "subject_id": str(version.pk), "note": "<script>"})
    assert (made.status_code, made.json()["state"], made.json()["digest"]) == (201, "requested", version.digest)
    where = made.headers["Location"]
    assert api.post(f"{where}/decision", {"decision": "approved", "digest": version.digest}).status_code == 409
    done = officer.post(f"{where}/decision", {"decision": "approved", "digest": version.digest, "reason": "Yes"})
    assert (done.status_code, done.json()["state"], done.json()["decided_by"]) == (200, "approved", "eva")
    assert officer.get(where).json() == done.json()
    for query, count in ((f"subject_id={version.pk}", 1), ("open=true", 0), ("open=false", 1), (f"system={uuid4()}", 0)):
        assert len(api.get(f"/api/v1/approvals?{query}").json()["results"]) == count


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"subject": "report"}, 400, "subject"),
        ({"subject_id": "x"}, 400, "subject_id"),
        ({"subject_id": str(uuid4())}, 404, ""),
        ({"digest": "sha256:0"}, 409, "digest"),
        ({"note": "x" * 4001}, 400, "note"),
        ({"unknown": 1}, 400, "unknown"),
    ],
)
def test_a_request_that_does_not_fit_is_a_problem_naming_the_field(
    api: APIClient, version: AssetVersion, given: dict[str, Any], status: int, field: str
) -> None:
    answer = api.post("/api/v1/approvals", {"subject": "version", "subject_id": str(version.pk), **given})
    assert answer.status_code == status
    assert [error["field"] for error in answer.json()["errors"]] == ([field] if field else [])
    assert not Approval.objects.exists()


@pytest.mark.parametrize("query", ["subject=x", "subject_id=x", "system=%00", "open=maybe", "cursor=x"])
def test_a_filter_that_does_not_fit_is_a_problem(api: APIClient, query: str) -> None:
    assert api.get(f"/api/v1/approvals?{query}").status_code in {400, 404}

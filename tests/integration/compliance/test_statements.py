"""What people say of duties: sealed, signed, withdrawn, waived and assigned."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from governance.access.actors import Actor
from governance.access.people import NoPerson
from governance.access.policies import Forbidden
from governance.access.roles import scopes_of
from governance.access.tenancy import Conflict, NotFound
from governance.approvals.models import Approval
from governance.approvals.services import SameEyes, ask_waiver, decide
from governance.classification import services as classification
from governance.compliance.assessment import DutyResult
from governance.compliance.frameworks import load
from governance.compliance.services import assess, duty_counts, outlook, outlooks
from governance.compliance.statements.models import Statement, Waiver
from governance.compliance.statements.services import assign, document_of, withdraw
from governance.compliance.statements.signing import is_signed
from governance.compliance.statements.waiving import agree, end_waiver
from governance.evidence.gists import gists_about
from governance.evidence.models import Entry
from governance.evidence.services import erase_payload
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, register_asset
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry
from tests.integration.classification.conftest import RECRUITMENT, confirmed
from tests.integration.compliance.conftest import HUMAN, MEASURED, PDF, seal_bias, stated

pytestmark = pytest.mark.django_db


def result(version: AssetVersion, duty: str = HUMAN, now: datetime | None = None) -> DutyResult:
    found = assess(organisation=version.organisation_id, system_version=version, now=now).of_duty(duty)
    assert found is not None
    return found


def test_an_attestation_is_sealed_signed_and_told_with_its_document(actor: Actor, version: AssetVersion, now: datetime) -> None:
    row = stated(actor, version, now)
    found = result(version)
    assert found.state == "attested"
    told = found.statements[0]
    assert (told.person, told.role, told.document_name, told.document_digest) == (
        "Ana Auditora", "Head of risk", "risk.pdf", row.document_digest,
    )  # fmt: skip
    entry = Entry.objects.get(pk=row.entry_id)
    assert entry.kind == "attestation"
    assert entry.statement()["attestation"]["statement"] == "We looked at all of it."
    assert is_signed(actor.organisation, entry, row.key_id, bytes(row.signature))
    assert told.digest == entry.digest
    assert TrailEntry.objects.get(action="compliance.state").detail["duty"] == HUMAN


def test_a_signature_holds_for_no_other_statement(actor: Actor, version: AssetVersion, now: datetime) -> None:
    first, second = stated(actor, version, now), stated(actor, version, now, duty=MEASURED)
    assert not is_signed(actor.organisation, second.entry, first.key_id, bytes(first.signature))
    assert not is_signed(actor.organisation, first.entry, "ed25519-none", bytes(first.signature))


@pytest.mark.parametrize("column", ["words", "person", "state", "signature", "document_digest"])
def test_a_row_that_says_something_else_than_was_sealed_does_not_count(
    actor: Actor, version: AssetVersion, now: datetime, column: str
) -> None:
    row = stated(actor, version, now)
    forged = {"state": "not_applicable", "signature": b"\x00" * 64}.get(column, "another")
    values = {
        one.attname: getattr(row, one.attname) for one in Statement._meta.concrete_fields if one.name not in {"id", "entry"}
    }
    Statement.objects.create(**{**values, "entry_id": seal_copy(row.entry, now), column: forged})
    found = result(version)
    assert found.state == "attested"
    assert [one.changed for one in found.statements] == [(), ("signature: does not verify",)]


def seal_copy(entry: Entry, now: datetime) -> Any:
    """Another entry with the same words, as somebody with the database in hand might add it."""
    copied = {one.attname: getattr(entry, one.attname) for one in Entry._meta.concrete_fields if one.name != "id"}
    return Entry.objects.create(**copied).pk


def test_the_document_is_kept_encrypted_and_read_on_the_record(actor: Actor, version: AssetVersion, now: datetime) -> None:
    row = stated(actor, version, now)
    assert PDF not in bytes(row.entry.payload.ciphertext)
    assert document_of(actor=actor, statement_id=row.pk, now=now)[1] == PDF
    assert TrailEntry.objects.filter(action="evidence.read_payload").count() == 1


def test_an_erased_document_leaves_statement_and_signature(actor: Actor, version: AssetVersion, now: datetime) -> None:
    row = stated(actor, version, now)
    erase_payload(actor=actor, entry=row.entry, reason="asked for", now=now)
    assert result(version).state == "attested"
    assert is_signed(actor.organisation, Entry.objects.get(pk=row.entry_id), row.key_id, bytes(row.signature))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"document": None}, "document"),
        ({"document": ("a.pdf", b"")}, "document"),
        ({"document": ("a.exe", b"MZ")}, "document.name"),
        ({"words": "\u200b"}, "statement"),
        ({"duty": "Art.999"}, "duty"),
        ({"duty": "<script>"}, "duty"),
        ({"state": "criterion_met"}, "state"),
        ({"state": "fulfilled_by_decision"}, "cites"),
        ({"state": "fulfilled_by_decision", "cites": ["x"]}, "cites[0]"),
        ({"state": "fulfilled_by_decision", "cites": [str(uuid4())]}, "cites[0]"),
        ({"state": "not_applicable", "reference": " "}, "reference"),
        ({"role": "x" * 201}, "role"),
    ],
)
def test_a_statement_that_does_not_fit_is_refused_by_field_and_nothing_is_written(
    actor: Actor, version: AssetVersion, now: datetime, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(ShapeError) as refused:
        stated(actor, version, now, **given)
    assert refused.value.field == field
    assert not Statement.objects.exists()
    assert not Entry.objects.exists()


def test_a_large_document_is_refused(actor: Actor, version: AssetVersion, now: datetime, settings: Any) -> None:
    settings.PROBANZA_MAX_DOCUMENT = 10
    with pytest.raises(ShapeError, match="at most 10"):
        stated(actor, version, now)


def test_the_database_takes_no_attestation_without_a_document(actor: Actor, version: AssetVersion, now: datetime) -> None:
    row = stated(actor, version, now)
    other = seal_bias(actor, version, now)
    with pytest.raises(DatabaseError, match="attestation_has_a_document"), transaction.atomic():
        Statement.objects.create(
            **{
                one.attname: getattr(row, one.attname)
                for one in Statement._meta.concrete_fields
                if one.name not in {"id", "entry"}
            }
            | {"document_digest": "", "entry_id": other.pk}
        )


def test_the_database_refuses_to_change_a_statement(actor: Actor, version: AssetVersion, now: datetime) -> None:
    stated(actor, version, now)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE governance_statement SET words = 'another'")


def test_only_a_role_that_may_says_so(actor: Actor, version: AssetVersion, now: datetime) -> None:
    viewer = replace(actor, role="viewer", scopes=scopes_of("viewer"))
    auditor = replace(actor, role="auditor", scopes=scopes_of("auditor"))
    with pytest.raises(Forbidden):
        stated(viewer, version, now)
    assert stated(auditor, version, now).state == "attested"
    with pytest.raises(Forbidden):
        stated(auditor, version, now, "not_applicable")


def test_a_process_attests_nothing(actor: Actor, version: AssetVersion, now: datetime) -> None:
    with pytest.raises(NoPerson):
        stated(replace(actor, kind="system"), version, now)


def test_a_system_of_another_organisation_is_not_found(actor: Actor, version: AssetVersion, now: datetime) -> None:
    with pytest.raises(NotFound):
        stated(replace(actor, organisation=uuid4()), version, now)


def test_a_decision_cites_evidence_and_fulfils(actor: Actor, eva: Actor, version: AssetVersion, now: datetime) -> None:
    entry = seal_bias(actor, version, now)
    assert result(version, MEASURED).state == "criterion_met"
    row = stated(eva, version, now, "fulfilled_by_decision", duty=MEASURED, cites=[str(entry.pk)])
    found = result(version, MEASURED)
    assert (found.state, found.statements[0].cites) == ("fulfilled_by_decision", (str(entry.pk),))
    body = row.entry.statement()["decision"]
    assert body["cites"] == [{"id": str(entry.pk), "kind": "bias", "digest": entry.digest}]


def test_an_attestation_is_no_evidence_to_cite(actor: Actor, eva: Actor, version: AssetVersion, now: datetime) -> None:
    said = stated(actor, version, now)
    with pytest.raises(ShapeError, match="cites"):
        stated(eva, version, now, "fulfilled_by_decision", cites=[str(said.entry_id)])


def test_what_is_said_against_a_measurement_is_contradicted(
    actor: Actor, eva: Actor, version: AssetVersion, now: datetime
) -> None:
    entry = seal_bias(actor, version, now, "not_met")
    stated(eva, version, now, "fulfilled_by_decision", duty=MEASURED, cites=[str(entry.pk)])
    found = result(version, MEASURED)
    assert (found.state, found.statements[0].contradicted) == ("contradicted", True)


def test_a_duty_is_set_aside_with_reason_reference_and_signer(eva: Actor, version: AssetVersion, now: datetime) -> None:
    stated(eva, version, now, "not_applicable")
    found = result(version)
    assert found.state == "not_applicable"
    assert (found.statements[0].reference, found.statements[0].person) == ("Art. 2(6)", "Eva Oficial")


def test_a_new_version_turns_what_was_said_stale(actor: Actor, version: AssetVersion, now: datetime) -> None:
    stated(actor, version, now)
    later = add_version(actor=actor, asset_id=version.asset_id, spec={"purpose": "Decides"}, now=now)
    assert result(later).state == "stale"
    assert result(later).statements[0].changed == ("system: 1 -> 2",)
    assert result(version).state == "stale"


def test_an_old_statement_is_stale(actor: Actor, version: AssetVersion, now: datetime, settings: Any) -> None:
    stated(actor, version, now)
    later = now + timedelta(days=366)
    assert result(version, now=later).state == "stale"
    settings.PROBANZA_STATEMENT_DAYS = 0
    assert result(version, now=later).state == "attested"


def test_old_evidence_is_stale(actor: Actor, version: AssetVersion, now: datetime, settings: Any) -> None:
    seal_bias(actor, version, now)
    later = now + timedelta(days=91)
    assert result(version, MEASURED, later).state == "stale"
    settings.PROBANZA_EVIDENCE_DAYS = 0
    assert result(version, MEASURED, later).state == "criterion_met"


def test_a_withdrawn_statement_counts_no_more_and_stays_readable(actor: Actor, version: AssetVersion, now: datetime) -> None:
    row = stated(actor, version, now)
    withdraw(actor=actor, statement_id=row.pk, reason="The file was another one.", now=now)
    assert result(version).state == "not_assessed"
    assert Statement.objects.get(pk=row.pk).withdrawal.reason == "The file was another one."
    assert Entry.objects.filter(kind="withdrawal").count() == 1
    with pytest.raises(Conflict):
        withdraw(actor=actor, statement_id=row.pk, reason="Again.", now=now)


def test_another_persons_statement_is_withdrawn_by_who_may_decide(
    actor: Actor, eva: Actor, version: AssetVersion, now: datetime
) -> None:
    row = stated(actor, version, now)
    auditor = replace(actor, id="person-3", role="auditor", scopes=scopes_of("auditor"))
    with pytest.raises(Forbidden):
        withdraw(actor=auditor, statement_id=row.pk, reason="No.", now=now)
    assert withdraw(actor=eva, statement_id=row.pk, reason="No.", now=now).person == "Eva Oficial"


@pytest.fixture
def waiver(actor: Actor, version: AssetVersion, now: datetime) -> Waiver:
    ends = now.date() + timedelta(days=30)
    return ask_waiver(actor=actor, version_id=version.pk, duty=HUMAN, reason="The file is in work.", expires_on=ends, now=now)


def approve(actor: Actor, waiver: Waiver, now: datetime, decision: str = "approved") -> Approval:
    approval = Approval.objects.get(subject_id=waiver.pk)
    return decide(actor=actor, approval_id=approval.pk, decision=decision, digest=waiver.digest, now=now)


def test_a_waiver_begins_with_a_second_person_ends_with_its_day_and_changes_no_state(
    actor: Actor, eva: Actor, version: AssetVersion, waiver: Waiver, now: datetime
) -> None:
    before = result(version)
    assert (before.state, [one.active for one in before.waivers]) == ("not_assessed", [False])
    with pytest.raises(SameEyes):
        approve(actor, waiver, now)
    approve(eva, waiver, now)
    after = result(version)
    assert (after.state, after.waivers[0].active, after.waivers[0].second) == ("not_assessed", True, "Eva Oficial")
    assert Entry.objects.get(kind="waiver").statement()["waiver"]["digest"] == waiver.digest
    assert result(version, now=now + timedelta(days=30)).waivers[0].active
    assert not result(version, now=now + timedelta(days=31)).waivers[0].active


def test_whoever_asked_for_a_waiver_does_not_agree_by_a_request_of_somebody_else(
    actor: Actor, eva: Actor, waiver: Waiver, now: datetime
) -> None:
    from governance.access.people import Person

    with transaction.atomic(), pytest.raises(Conflict):
        agree(actor=actor, waiver_id=waiver.pk, second=Person(actor.id, actor.name), now=now)


def test_a_rejected_waiver_has_ended(eva: Actor, version: AssetVersion, waiver: Waiver, now: datetime) -> None:
    approve(eva, waiver, now, "rejected")
    assert result(version).waivers == ()
    assert Waiver.objects.get(pk=waiver.pk).ended_by == "Eva Oficial"


def test_a_waiver_whose_day_has_passed_is_not_agreed_to(eva: Actor, waiver: Waiver, now: datetime) -> None:
    with pytest.raises(Conflict, match="last day"):
        approve(eva, waiver, now + timedelta(days=31))
    assert Waiver.objects.get(pk=waiver.pk).agreed_at is None
    assert Approval.objects.get(subject_id=waiver.pk).decision == ""


def test_a_waiver_is_ended_before_its_day(actor: Actor, eva: Actor, version: AssetVersion, waiver: Waiver, now: datetime) -> None:
    approve(eva, waiver, now)
    end_waiver(actor=actor, waiver_id=waiver.pk, reason="It is done.", now=now)
    assert result(version).waivers == ()
    with pytest.raises(Conflict):
        end_waiver(actor=actor, waiver_id=waiver.pk, reason="Again.", now=now)


def test_what_a_waiver_asked_for_is_never_changed(waiver: Waiver) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE governance_waiver SET expires_on = '2099-01-01'")


def test_the_newest_assignment_counts(actor: Actor, version: AssetVersion, now: datetime) -> None:
    given: dict[str, Any] = {"actor": actor, "system_id": version.asset_id, "duty": HUMAN, "catalogue": load(), "now": now}
    assign(owner="Eva", due=None, **given)
    assign(owner="Olga", due=now.date(), **given)
    found = result(version).assignment
    assert found is not None
    assert (found.owner, found.due) == ("Olga", now.date())
    assign(owner="", due=None, **given)
    assert result(version).assignment is None


@pytest.mark.parametrize(
    ("owner", "due", "field"), [("", date(2099, 1, 1), "owner"), ("Eva", date(2020, 1, 1), "due"), ("x" * 201, None, "owner")]
)
def test_an_assignment_that_does_not_fit_is_refused(
    actor: Actor, version: AssetVersion, now: datetime, owner: str, due: date | None, field: str
) -> None:
    with pytest.raises(ShapeError) as refused:
        assign(actor=actor, system_id=version.asset_id, duty=HUMAN, owner=owner, due=due, catalogue=load(), now=now)
    assert refused.value.field == field


def test_many_systems_are_told_as_each_alone_and_in_as_many_queries(
    actor: Actor, eva: Actor, version: AssetVersion, now: datetime, django_assert_max_num_queries: Any
) -> None:
    versions = [version]
    for number in range(4):
        asset = register_asset(actor=actor, kind="ai_system", name=f"System {number}", owner="Eva", now=now)
        made = add_version(actor=actor, asset_id=asset.id, spec={"purpose": "x"}, now=now)
        seal_bias(actor, made, now, ("met", "not_met")[number % 2])
        versions.append(add_version(actor=actor, asset_id=asset.id, spec={"purpose": "y"}, now=now) if number > 1 else made)
        stated(actor, made, now)
    alone = [outlook(organisation=version.organisation_id, system_version=one, now=now) for one in versions]
    with django_assert_max_num_queries(13):
        together = outlooks(organisation=version.organisation_id, versions=versions, now=now)
    assert [one.results for one in together] == [one.results for one in alone]
    own = gists_about(version.organisation_id, str(versions[3].pk))
    assert duty_counts(version.organisation_id, versions[3], own, now) == alone[3].of_framework("eu_ai_act").counts()


def test_a_confirmed_classification_takes_duties_away_until_it_is_reopened(actor: Actor, eva: Actor, now: datetime) -> None:
    asset = register_asset(actor=actor, kind="ai_system", name="CV ranking", owner="Ana", now=now)
    version = add_version(actor=actor, asset_id=asset.pk, spec={"purpose": "Sorts mail"}, now=now)
    answers = {**RECRUITMENT, "h3_points": ["none"], "h3_profiling": "no"}
    classification.answer(actor=actor, system_id=asset.pk, answers=answers, now=now)
    assert result(version).applies.answer == "undetermined"
    assert result(version).state == "not_assessed"
    confirmed(eva, version, now)
    found = result(version)
    assert (found.state, found.applies.by) == ("not_applicable", "Eva Oficial")
    assert "Art. 6" in found.applies.reference
    later = add_version(actor=actor, asset_id=asset.pk, spec={"purpose": "Ranks applicants"}, now=now)
    assert (result(later).state, result(later).applies.answer) == ("not_assessed", "undetermined")

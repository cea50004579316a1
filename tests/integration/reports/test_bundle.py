"""A report's bundle out of the real ledger, by REST, checked by the offline verifier."""

import hashlib
import io
import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from governance.access.policies import Forbidden
from governance.evidence.models import Entry, Payload
from governance.evidence.services import NotSequenced, PayloadErased, erase_payload, read_payload, seal, sequence
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, register_asset
from governance.reports.bundling import bundle_report
from governance.reports.forms import BY_NAME
from governance.reports.models import Report
from governance.reports.services import build
from governance.trail.models import TrailEntry
from probanza import container, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(actor: Any, now: Any) -> AssetVersion:
    asset = register_asset(actor=actor, kind="ai_system", name="Assistant", owner="Eva", now=now)
    return add_version(actor=actor, asset_id=asset.id, spec={"purpose": "Answers questions"}, now=now)


@pytest.fixture
def report(actor: Any, version: AssetVersion, now: Any) -> Report:
    statement = {"verdicts": [{"state": "not_met", "measure": "selection_rate_ratio"}]}
    for payload in (b"the words of Eva Person", None):
        seal(actor=actor, kind="bias", subject=str(version.id), statement=statement, payload=payload, now=now)
    sequence(now)
    return build(actor=actor, system_version_id=version.id, language="es", now=now)


def bundled(actor: Any, report: Report, now: Any) -> bytes:
    target = io.BytesIO()
    bundle_report(actor=actor, report=report, target=target, now=now)
    return target.getvalue()


def test_a_bundle_holds_every_form_the_evidence_and_the_proofs(report: Report, actor: Any, now: Any) -> None:
    sequence(now)
    outcome = verify.verify_stream(io.BytesIO(bundled(actor, report, now)))
    assert outcome.problems == []
    assert set(outcome.forms) == {f"report{form.ending}" for form in BY_NAME.values()}
    assert (outcome.entries, outcome.evidence, outcome.with_payload) == (3, 2, 1)


def test_the_head_that_the_report_names_is_shown_to_be_contained(report: Report, actor: Any, now: Any) -> None:
    sequence(now)
    assert verify.verify_stream(io.BytesIO(bundled(actor, report, now))).sizes == (2, 3)


def test_what_people_stated_comes_along(report: Report, actor: Any, now: Any) -> None:
    stated = seal(
        actor=actor, kind="attestation", subject=str(report.system_version_id), statement={"statement": "seen"}, now=now
    )
    told = report.entry.statement()
    named = {"duties": [*told["duties"], {"duty": "x", "statements": [{"evidence_id": str(stated.id)}, {"evidence_id": "gone"}]}]}
    again = {name: told[name] for name in ("report", "language", "evidence", "counts", "book", "pins")} | named
    entry = seal(actor=actor, kind="report", subject=str(report.system_version_id), statement=again, now=now)
    sequence(now)
    other = Report.objects.create(
        organisation_id=actor.organisation, system_version=report.system_version, entry=entry, language="es", created_at=now
    )
    outcome = verify.verify_stream(io.BytesIO(bundled(actor, other, now)))
    assert (outcome.problems, outcome.entries, outcome.evidence) == ([], 4, 2)


def test_the_same_report_gives_the_same_bytes(report: Report, actor: Any, now: Any) -> None:
    sequence(now)
    assert bundled(actor, report, now) == bundled(actor, report, now)


def test_a_report_that_waits_for_its_place_has_no_bundle_yet(report: Report, actor: Any, now: Any) -> None:
    with pytest.raises(NotSequenced):
        bundled(actor, report, now)


def test_a_bundle_needs_the_right_to_read_evidence(report: Report, actor: Any, now: Any) -> None:
    with pytest.raises(Forbidden):
        bundled(replace(actor, scopes=frozenset({"reports:read"})), report, now)


def test_no_private_word_is_in_a_bundle(report: Report, actor: Any, now: Any) -> None:
    sequence(now)
    assert b"Eva Person" not in bundled(actor, report, now)


def test_a_report_over_a_system_with_no_evidence_has_a_bundle_with_nothing_but_itself(
    actor: Any, version: AssetVersion, now: Any
) -> None:
    report = build(actor=actor, system_version_id=version.id, language="en", now=now)
    sequence(now)
    content = bundled(actor, report, now)
    assert verify.verify_stream(io.BytesIO(content)).problems == []
    told = json.loads(container.read(io.BytesIO(content))["report.json"].content(1 << 24))
    assert told["counts"]["not_assessed"] > 0
    assert told["evidence"] == []


def test_erased_words_leave_bundle_and_proof_as_they_were(report: Report, actor: Any, now: Any) -> None:
    sequence(now)
    before = bundled(actor, report, now)
    entry = Entry.objects.of(actor.organisation).filter(payload__isnull=False).get()
    body = bytes(entry.body)
    erase_payload(actor=actor, entry=entry, reason="Eva asked for it", now=now)
    assert bundled(actor, report, now) == before
    assert bytes(Entry.objects.get(pk=entry.pk).body) == body
    assert Payload.objects.get(entry=entry).ciphertext is None  # and the salt with it
    with pytest.raises(PayloadErased):
        read_payload(actor=actor, entry=entry, now=now)


def test_what_stays_of_erased_words_does_not_tell_them_to_who_guesses_right(report: Report, actor: Any, now: Any) -> None:
    sequence(now)
    entry = Entry.objects.of(actor.organisation).filter(payload__isnull=False).get()
    erase_payload(actor=actor, entry=entry, reason="Eva asked for it", now=now)
    kept = entry.statement()["payload"]
    assert kept["digest"] != f"sha256:{hashlib.sha256(b'the words of Eva Person').hexdigest()}"
    again = seal(actor=actor, kind="bias", subject="x", statement={}, payload=b"the words of Eva Person", now=now)
    assert again.statement()["payload"]["digest"] != kept["digest"]  # another salt, so that equal words do not look equal


def test_rest_gives_the_bundle_once_the_report_has_its_place(report: Report, api: APIClient, now: Any) -> None:
    address = f"/api/v1/reports/{report.id}/bundle"
    early = api.get(address)
    assert (early.status_code, early.json()["type"].rsplit("/", 1)[-1]) == (409, "not-yet")
    sequence(now)
    answer = api.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    assert 'filename="assistant-v1-es-bundle.zip"' in answer["Content-Disposition"]
    assert verify.verify_stream(io.BytesIO(b"".join(answer.streaming_content))).problems == []
    assert TrailEntry.objects.filter(action="evidence.export").count() == 1


def test_an_unknown_report_has_no_bundle(api: APIClient) -> None:
    assert api.get(f"/api/v1/reports/{uuid4()}/bundle").status_code == 404

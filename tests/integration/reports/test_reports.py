"""Reports built over the real registry and ledger, and fetched by REST."""

import io
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from rest_framework.test import APIClient

from governance.evidence.services import seal, sequence
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, register_asset
from governance.reports.models import Report
from governance.reports.services import build, printed, report_of
from governance.shapes import ShapeError
from governance.trail.append_only import AppendOnlyError
from governance.trail.models import TrailEntry
from probanza.proofs import leaf_hash

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(actor: Any, now: Any) -> AssetVersion:
    asset = register_asset(actor=actor, kind="ai_system", name="Assistant", owner="Eva", now=now)
    return add_version(actor=actor, asset_id=asset.id, spec={"purpose": "Answers questions"}, now=now)


@pytest.fixture
def report(actor: Any, version: AssetVersion, now: Any) -> Report:
    statement = {"verdicts": [{"state": "not_met", "measure": "selection_rate_ratio"}]}
    seal(actor=actor, kind="bias", subject=str(version.id), statement=statement, now=now)
    sequence(now)
    return build(actor=actor, system_version_id=version.id, language="es", now=now)


def test_a_report_is_sealed_evidence_about_its_version(report: Report, version: AssetVersion) -> None:
    statement = report.entry.statement()
    assert (statement["kind"], statement["subject"], statement["report"]) == ("report", str(version.id), str(report.id))
    assert statement["counts"]["criterion_not_met"] > 0
    assert [one["kind"] for one in statement["evidence"]] == ["bias"]


def test_the_statement_holds_figures_verdicts_and_what_was_reported_on_as_data(
    actor: Any, version: AssetVersion, now: Any
) -> None:
    figure = {"value": "0.71", "low": "0.64", "high": "0.77", "n": 180, "group": [["sex", "F"]]}
    measure = {**figure, "name": "selection_rate_ratio", "method": "newcombe", "unit": "ratio", "level": "0.95", "reason": ""}
    verdict = {**figure, "measure": "selection_rate_ratio", "criterion": "c", "state": "not_met", "limit": "0.8"}
    sealed = {"facts": {"measures": [{**measure, "unscored": 0}]}, "verdicts": [verdict], "criteria": [{"id": "c"}]}
    seal(actor=actor, kind="bias", subject=str(version.id), statement=sealed, now=now)
    statement = build(actor=actor, system_version_id=version.id, language="es", now=now).entry.statement()
    (evidence,) = statement["evidence"]
    assert evidence["measures"][0] | measure == evidence["measures"][0]
    assert evidence["verdicts"] == [verdict]
    assert (statement["system"]["name"], statement["system"]["version"]) == ("Assistant", 1)
    assert statement["system"]["spec"]["purpose"] == "Answers questions"
    assert {one["framework"] for one in statement["duties"]} == {one["id"] for one in statement["frameworks"]}
    assert all(one["owner"] == "Eva" and one["title"] and one["words"] for one in statement["duties"])


def test_a_system_with_no_evidence_says_so_first_in_every_language(api: APIClient, version: AssetVersion) -> None:
    for language, words in (("en", "Nothing was assessed."), ("es", "No se evaluó nada.")):
        made = api.post("/api/v1/reports", {"system_version": str(version.id), "language": language})
        page = api.get(f"/api/v1/reports/{made.data['id']}/html").content.decode()
        assert page.index(words) < page.index("<nav")


def test_the_parts_of_a_system_are_told_as_registered(actor: Any, version: AssetVersion, now: Any) -> None:
    data = register_asset(actor=actor, kind="dataset", name="Cases", owner="Eva", now=now)
    part = add_version(actor=actor, asset_id=data.id, spec={"origin": "branch 7"}, now=now)
    later = add_version(
        actor=actor, asset_id=version.asset_id, spec={"purpose": "More"}, components=[("data", part.id)], now=now, note="New data"
    )
    report = build(actor=actor, system_version_id=later.id, language="en", now=now)
    page = printed(report_of(actor.organisation, report.id), "html").content.decode()
    assert "branch 7" in page
    assert "New data" in page


def test_a_later_report_does_not_count_an_earlier_one_as_evidence(report: Report, actor: Any, now: Any) -> None:
    later = build(actor=actor, system_version_id=report.system_version_id, language="en", now=now)
    assert [one["kind"] for one in later.entry.statement()["evidence"]] == ["bias"]


def test_building_writes_a_trail_row(report: Report) -> None:
    assert TrailEntry.objects.get(action="reports.build").subject_id == str(report.id)


def test_a_report_is_never_changed(report: Report) -> None:
    report.language = "en"
    with pytest.raises(AppendOnlyError):
        report.save()


def test_an_unknown_language_lists_the_known_ones(actor: Any, version: AssetVersion, now: Any) -> None:
    with pytest.raises(ShapeError) as caught:
        build(actor=actor, system_version_id=version.id, language="tlh", now=now)
    assert caught.value.allowed == ("en", "es")


def test_the_json_form_is_the_sealed_body(report: Report) -> None:
    assert printed(report_of(report.organisation_id, report.id), "json").content == bytes(report.entry.body)


def test_the_pdf_carries_the_sealed_bytes_of_the_report_and_of_its_evidence(report: Report) -> None:
    content = printed(report_of(report.organisation_id, report.id), "pdf").content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        attached = {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments}
    assert attached["report.json"] == bytes(report.entry.body)
    named = [one["digest"] for one in report.entry.statement()["evidence"]]
    assert [f"sha256:{leaf_hash(line).hex()}" for line in attached["evidence.jsonl"].splitlines()] == named


@pytest.mark.parametrize(
    ("form", "content_type", "start"),
    [
        ("html", "text/html; charset=utf-8", b"<!doctype html>"),
        ("pdf", "application/pdf", b"%PDF-"),
        ("json", "application/json", b"{"),
    ],
)
def test_each_form_is_served_as_what_it_is(api: APIClient, report: Report, form: str, content_type: str, start: bytes) -> None:
    answer = api.get(f"/api/v1/reports/{report.id}/{form}", HTTP_ACCEPT="image/png")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.content.startswith(start)


def test_a_report_is_built_and_listed_by_rest(api: APIClient, version: AssetVersion) -> None:
    made = api.post("/api/v1/reports", {"system_version": str(version.id), "language": "en"})
    assert made.status_code == 201, made.data
    assert api.get(made.headers["Location"]).data == made.data
    assert api.get("/api/v1/reports", {"system_version": str(version.id)}).data["results"] == [made.data]
    assert api.get(made.data["forms"]["pdf"]).status_code == 200


def test_a_report_of_nobody_is_not_found(api: APIClient, report: Report) -> None:
    assert api.get(f"/api/v1/reports/{uuid4()}").status_code == 404
    assert api.get(f"/api/v1/reports/{report.id}/odt").status_code == 404
    assert api.post("/api/v1/reports", {"system_version": str(uuid4())}).status_code == 404


def test_a_filter_that_is_no_id_is_refused(api: APIClient) -> None:
    assert api.get("/api/v1/reports", {"system_version": "x"}).status_code == 400


def test_a_wrong_request_is_refused_by_field(api: APIClient, version: AssetVersion) -> None:
    refused = api.post("/api/v1/reports", {"system_version": str(version.id), "language": "xx"})
    assert refused.status_code == 400
    assert refused.data["errors"][0]["field"] == "language"

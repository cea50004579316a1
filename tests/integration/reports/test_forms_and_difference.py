"""Every form and the difference of two reports over the real registry and ledger, by REST and on the pages."""

import datetime
import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.evidence.services import seal
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, register_asset
from governance.reports.models import Report
from governance.reports.services import FORMS, build
from tests.unit.reports.made import evidence as made
from tests.unit.reports.made import measure

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(actor: Any, now: Any) -> AssetVersion:
    asset = register_asset(actor=actor, kind="ai_system", name="Assistant", owner="Eva", now=now)
    return add_version(actor=actor, asset_id=asset.id, spec={"purpose": "Answers questions"}, now=now)


def audited(actor: Any, version: AssetVersion, value: str, low: str, high: str, now: Any) -> None:
    """Seal what a fidelity audit would."""
    given = made(
        1, "fidelity", (measure(value=value, low=low, high=high),), limits={"supported_rate": ("0.8", "at_least", "met")}
    )
    kept = {name: given[name] for name in ("facts", "verdicts", "criteria", "provenance")}
    seal(actor=actor, kind="fidelity", subject=str(version.id), statement=kept, run_id="run", now=now)


@pytest.fixture
def two(actor: Any, version: AssetVersion, now: Any) -> tuple[Report, Report]:
    """A report, another answer rate, and a report after it."""
    audited(actor, version, "0.60", "0.55", "0.65", now)
    first = build(actor=actor, system_version_id=version.id, language="en", now=now)
    later = now + datetime.timedelta(minutes=5)
    audited(actor, version, "0.80", "0.75", "0.85", later)
    return first, build(actor=actor, system_version_id=version.id, language="en", now=later)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_served_twice_with_the_same_bytes(form: str, api: APIClient, two: tuple[Report, Report]) -> None:
    address = f"/api/v1/reports/{two[1].id}/{form}"
    one, other = api.get(address), api.get(address)
    assert one.status_code == 200
    assert one.content == other.content
    assert one.headers["X-Content-Type-Options"] == "nosniff"


def test_a_report_names_the_addresses_of_all_its_forms(api: APIClient, two: tuple[Report, Report]) -> None:
    assert tuple(api.get(f"/api/v1/reports/{two[0].id}").json()["forms"]) == FORMS


def test_figures_of_real_evidence_reach_the_bill_of_materials(api: APIClient, two: tuple[Report, Report]) -> None:
    bom = json.loads(api.get(f"/api/v1/reports/{two[1].id}/cyclonedx").content)
    metrics = bom["metadata"]["component"]["modelCard"]["quantitativeAnalysis"]["performanceMetrics"]
    assert [one["value"] for one in metrics] == ["0.60", "0.80"]
    assert bom["metadata"]["component"]["name"] == "Assistant"


def test_words_are_refused_in_a_form_that_holds_none(api: APIClient, two: tuple[Report, Report]) -> None:
    answer = api.get(f"/api/v1/reports/{two[1].id}/oscal?words=1")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "words"


def test_the_difference_tells_the_move_and_its_interval(api: APIClient, two: tuple[Report, Report]) -> None:
    answer = api.get(f"/api/v1/reports/{two[1].id}/since/{two[0].id}")
    (move,) = answer.json()["figures"]
    assert (move["state"], move["towards"], move["difference"]) == ("moved", "better", "0.2")
    assert [one["change"] for one in answer.json()["evidence"]] == ["added"]


def test_the_difference_is_a_page_in_either_language(api: APIClient, two: tuple[Report, Report]) -> None:
    answer = api.get(f"/api/v1/reports/{two[1].id}/since/{two[0].id}?form=html&language=es")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b'<html lang="es">' in answer.content


@pytest.mark.parametrize("places", [(0, 1), (0, 0)])
def test_reports_in_the_wrong_order_are_refused(places: tuple[int, int], api: APIClient, two: tuple[Report, Report]) -> None:
    answer = api.get(f"/api/v1/reports/{two[places[0]].id}/since/{two[places[1]].id}")
    assert answer.status_code == 400
    assert "not older" in str(answer.json()["errors"])


def test_reports_on_two_systems_are_refused(api: APIClient, actor: Any, two: tuple[Report, Report], now: Any) -> None:
    asset = register_asset(actor=actor, kind="ai_system", name="Other", owner="Eva", now=now)
    other = add_version(actor=actor, asset_id=asset.id, spec={"purpose": "Something else"}, now=now)
    report = build(actor=actor, system_version_id=other.id, language="en", now=now)
    answer = api.get(f"/api/v1/reports/{report.id}/since/{two[0].id}")
    assert answer.status_code == 400
    assert "another system" in str(answer.json()["errors"])


@pytest.mark.parametrize("query", ["form=pdf", "language=xx", "form=html&language=xx", "form="])
def test_a_form_or_language_that_there_is_not_is_refused(query: str, api: APIClient, two: tuple[Report, Report]) -> None:
    assert api.get(f"/api/v1/reports/{two[1].id}/since/{two[0].id}?{query}").status_code == 400


def test_a_report_of_nobody_is_not_found(api: APIClient, two: tuple[Report, Report]) -> None:
    assert api.get(f"/api/v1/reports/{two[1].id}/since/{two[1].entry_id}").status_code == 404

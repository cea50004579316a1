"""The page of what changed between two reports, and the links to every form."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance.registry.models import AssetVersion
from governance.reports.models import Report
from governance.reports.services import FORMS, build
from tests.integration.reports.test_forms_and_difference import audited

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(seeded: Any, actor: Any, now: Any) -> tuple[Report, Report]:
    version = AssetVersion.objects.filter(asset__kind="ai_system").latest("id")
    first = build(actor=actor, system_version_id=version.id, language="en", now=now)
    later = now + datetime.timedelta(minutes=5)
    audited(actor, version, "0.80", "0.75", "0.85", later)
    return first, build(actor=actor, system_version_id=version.id, language="en", now=later)


def test_a_report_offers_every_form(ana: Client, two: tuple[Report, Report]) -> None:
    page = ana.get(reverse("portal:report", args=[two[1].pk])).content.decode()
    assert all(f"/reports/{two[1].pk}/{form}?save" in page for form in FORMS)


def test_each_form_is_saved_from_the_page(ana: Client, two: tuple[Report, Report]) -> None:
    for form in FORMS:
        answer = ana.get(reverse("portal:report_form", args=[two[1].pk, form]), {"save": ""})
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_report_offers_the_earlier_ones_of_its_system(ana: Client, two: tuple[Report, Report]) -> None:
    page = ana.get(reverse("portal:report", args=[two[1].pk])).content.decode()
    assert f'<option value="{two[0].pk}"' in page
    assert "What changed since" not in ana.get(reverse("portal:report", args=[two[0].pk])).content.decode()


def test_choosing_an_earlier_report_leads_to_what_changed(ana: Client, two: tuple[Report, Report]) -> None:
    answer = ana.get(reverse("portal:report_since", args=[two[1].pk]), {"earlier": str(two[0].pk)}, follow=True)
    page = answer.content.decode()
    assert "What changed between two reports" in page
    assert two[0].entry.digest[7:19] in page
    back = ana.get(reverse("portal:report_since", args=[two[1].pk]))
    assert (back.status_code, back["Location"]) == (302, reverse("portal:report", args=[two[1].pk]))


def test_what_changed_is_told_in_the_readers_language(ana: Client, two: tuple[Report, Report]) -> None:
    address = reverse("portal:report_difference", args=[two[1].pk, two[0].pk])
    ana.cookies["django_language"] = "es"
    assert '<html lang="es">' in ana.get(address).content.decode()


@pytest.mark.parametrize(("form", "sort"), [("json", "application/json"), ("html", "text/html; charset=utf-8")])
def test_what_changed_is_saved_as_a_file(form: str, sort: str, ana: Client, two: tuple[Report, Report]) -> None:
    answer = ana.get(reverse("portal:report_difference", args=[two[1].pk, two[0].pk]), {"form": form})
    assert answer.headers["Content-Type"] == sort
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_reports_in_the_wrong_order_are_refused_in_words(ana: Client, two: tuple[Report, Report]) -> None:
    answer = ana.get(reverse("portal:report_difference", args=[two[0].pk, two[1].pk]))
    assert answer.status_code == 400
    assert "not older" in answer.content.decode()

"""A report's bundle from its page."""

import io
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from governance.evidence.services import sequence
from governance.reports.models import Report
from governance.reports.services import build
from probanza import verify
from tests.integration.portal.seed import Seeded

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(seeded: Seeded, actor: Any, now: datetime) -> Report:
    return build(actor=actor, system_version_id=seeded.system.id, language="en", now=now)


def test_the_page_of_a_report_leads_to_its_bundle(ana: Client, report: Report, now: datetime) -> None:
    sequence(now)
    address = f"/reports/{report.pk}/bundle"
    assert f'href="{address}"' in ana.get(f"/reports/{report.pk}").content.decode()
    answer = ana.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer["Cache-Control"] == "private, no-store"
    outcome = verify.verify_stream(io.BytesIO(b"".join(answer.streaming_content)))
    assert outcome.problems == []
    assert "report.pdf" in outcome.forms


def test_a_report_that_waits_for_its_place_says_so_in_words(ana: Client, report: Report) -> None:
    answer = ana.get(f"/reports/{report.pk}/bundle")
    assert answer.status_code == 409
    assert "ask again in a few seconds" in answer.content.decode()


def test_an_unknown_report_has_no_page(ana: Client) -> None:
    assert ana.get(f"/reports/{uuid4()}/bundle").status_code == 404

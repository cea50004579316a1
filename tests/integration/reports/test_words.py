"""A report holds no words of answers; who may read them has them printed, with a trace, as long as they are kept."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.access.policies import Forbidden
from governance.evidence.services import entry_of, erase_payload
from governance.reports.models import Report
from governance.reports.services import build, printed, printed_with_words
from governance.trail.models import TrailEntry
from tests.integration.portal.seed import seed
from tests.integration.portal.seed_answers import Answered, seed_answers

pytestmark = pytest.mark.django_db
WRONG = "Returns are accepted within"


@pytest.fixture
def answered(actor: Any, now: datetime, tmp_path: Path) -> Answered:
    return seed_answers(actor, seed(actor, now), now, tmp_path)


@pytest.fixture
def report(actor: Any, answered: Answered, now: datetime) -> Report:
    return build(actor=actor, system_version_id=answered.run.system_version_id, language="en", now=now)


def test_what_is_sealed_holds_no_words_and_says_why_they_are_marked(report: Report, answered: Answered) -> None:
    assert WRONG not in bytes(report.entry.body).decode()
    assert WRONG not in bytes(entry_of(report.organisation_id, str(answered.run.evidence_id)).body).decode()
    page = printed(report, "html").content.decode()
    assert WRONG not in page
    assert "Answer to returns: a number that no passage holds" in page


def test_words_are_printed_on_request_with_marks_and_evidence(report: Report, actor: Any, now: datetime) -> None:
    page = printed_with_words(report, "html", actor=actor, now=now).content.decode()
    assert "<mark>45 days <small>(a number that no passage holds)</small></mark>" in page
    assert "Nearest in the passages of returns" in page
    assert "they are not part of what is sealed" in page
    assert TrailEntry.objects.filter(action="evidence.read_payload").count() == 1


def test_the_pdf_carries_them_too(report: Report, actor: Any, now: datetime) -> None:
    assert printed_with_words(report, "pdf", actor=actor, now=now).content.startswith(b"%PDF-")


def test_erased_words_are_told_as_erased(report: Report, answered: Answered, actor: Any, now: datetime) -> None:
    entry = entry_of(report.organisation_id, str(answered.run.evidence_id))
    erase_payload(actor=actor, entry=entry, reason="asked", now=now)
    page = printed_with_words(report, "html", actor=actor, now=now).content.decode()
    assert "Answer to returns: the words were erased." in page
    assert WRONG not in page


def test_who_may_not_read_evidence_gets_no_words(report: Report, actor: Any, now: datetime) -> None:
    with pytest.raises(Forbidden):
        printed_with_words(report, "html", actor=replace(actor, scopes=frozenset({"reports:read"})), now=now)


def test_by_rest_they_are_asked_for_by_name(api: APIClient, report: Report) -> None:
    address = f"/api/v1/reports/{report.pk}"
    plain, words = api.get(f"{address}/html"), api.get(f"{address}/html?words=true")
    assert (WRONG in plain.content.decode(), WRONG in words.content.decode()) == (False, True)
    assert (words.headers["Cache-Control"], "ETag" in words.headers, "ETag" in plain.headers) == ("no-store", False, True)
    assert api.get(f"{address}/json?words=true").status_code == 400
    assert api.get(f"{address}/html?words=maybe").status_code == 400
    assert json.loads(api.get(f"{address}/json").content)["report"] == str(report.pk)

"""Obligations on pages, and the forms for what people say of them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from governance.compliance.statements.models import Assignment, Statement, Waiver
from governance.reports.moments import day_words
from tests.integration.compliance.conftest import HUMAN, PDF
from tests.integration.portal.seed import HOSTILE, Seeded

pytestmark = pytest.mark.django_db


def page(ana: Client, seeded: Seeded, **asked: str) -> str:
    response = ana.get(f"/versions/{seeded.system.pk}/duty", {"id": HUMAN, **asked})
    assert response.status_code == 200
    return response.content.decode()


def say(ana: Client, seeded: Seeded, what: str, **given: Any) -> Any:
    return ana.post(f"/versions/{seeded.system.pk}/duty/say", {"do": what, "duty": HUMAN, **given})


def attest(ana: Client, seeded: Seeded, **given: Any) -> Any:
    file = SimpleUploadedFile("risk.pdf", PDF, "application/pdf")
    return say(
        ana, seeded, "attested", **{"statement": f"Looked at {HOSTILE}", "role": "Head of risk", "document": file, **given}
    )


def test_every_system_is_listed_with_its_states_and_not_assessed_is_there(ana: Client) -> None:
    body = ana.get("/obligations").content.decode()
    assert "Fee helpdesk" in body
    assert "Credit scoring" in body
    assert "not assessed" in body


def test_duties_are_told_by_state_not_assessed_first_and_filtered(ana: Client, seeded: Seeded) -> None:
    address = f"/versions/{seeded.system.pk}/obligations"
    body = ana.get(address).content.decode()
    heads = [part.split("</h2>")[0] for part in body.split("<h2>")[1:]]
    assert "not assessed" in heads[0]
    assert len(heads) > 1
    only = ana.get(address, {"state": "not_assessed"}).content.decode()
    assert only.count("<h2>") == 1
    assert ana.get(address, {"state": "fine", "framework": "none"}).status_code == 200


def test_a_duty_is_attested_on_its_page_and_the_document_comes_back(ana: Client, seeded: Seeded) -> None:
    assert attest(ana, seeded).status_code == 302
    body = page(ana, seeded)
    assert "Ana Auditora" in body
    assert "<script>document.title" not in body
    row = Statement.objects.get()
    document = ana.get(f"/statements/{row.pk}/document")
    assert (document.content, document.headers["X-Content-Type-Options"]) == (PDF, "nosniff")


@pytest.mark.parametrize(
    ("what", "given"),
    [
        ("attested", {"document": ""}),
        ("attested", {"statement": ""}),
        ("fulfilled_by_decision", {"statement": "Yes.", "role": "x"}),
        ("not_applicable", {"statement": "No.", "role": "x"}),
        ("waive", {"reason": "x", "expires_on": "soon"}),
        ("waive", {"reason": "x"}),
        ("assign", {"owner": "", "due": "2099-01-01"}),
        ("praise", {}),
    ],
)
def test_a_form_that_does_not_fit_is_refused_in_words_and_nothing_is_written(
    ana: Client, seeded: Seeded, what: str, given: dict[str, Any]
) -> None:
    refused = attest(ana, seeded, **given) if what == "attested" else say(ana, seeded, what, **given)
    assert refused.status_code == 400
    assert not Statement.objects.exists()
    assert not Waiver.objects.exists()
    assert not Assignment.objects.exists()


def test_a_statement_is_withdrawn_on_the_page(ana: Client, seeded: Seeded) -> None:
    attest(ana, seeded)
    row = Statement.objects.get()
    gone = ana.post(f"/statements/{row.pk}/withdraw", {"reason": "Another file.", "next": "/obligations"})
    assert gone.headers["Location"] == "/obligations"
    assert "Nobody has stated anything" in page(ana, seeded)
    assert ana.post(f"/statements/{row.pk}/withdraw", {"reason": "Again."}).status_code == 409


def test_a_waiver_is_asked_for_on_the_page_and_waits_for_somebody_else(ana: Client, seeded: Seeded, now: datetime) -> None:
    ends = (now.date() + timedelta(days=9)).isoformat()
    assert say(ana, seeded, "waive", reason="In work.", expires_on=ends).status_code == 302
    assert "Somebody else decides it" in page(ana, seeded)
    assert HUMAN in ana.get("/approvals").content.decode()
    row = Waiver.objects.get()
    assert ana.post(f"/waivers/{row.pk}/end", {"reason": "Done."}).status_code == 302
    assert "No waiver" in page(ana, seeded)


def test_what_somebody_has_to_see_to_is_told_as_due(ana: Client, seeded: Seeded, now: datetime) -> None:
    say(ana, seeded, "assign", owner="Olga", due=now.date().isoformat())
    body = ana.get("/obligations").content.decode()
    assert "Olga sees to it" in body
    assert f"due on {day_words(now.date(), 'en')}" in body


def test_a_duty_of_no_framework_is_not_found(ana: Client, seeded: Seeded) -> None:
    assert ana.get(f"/versions/{seeded.system.pk}/duty", {"id": HOSTILE}).status_code == 404


def test_how_strongly_evidence_speaks_is_told_in_the_language_of_the_reader(ana: Client, seeded: Seeded) -> None:
    found = ana.get(f"/versions/{seeded.system.pk}/duty", {"id": "Art.15(3)"}, headers={"accept-language": "es"}).content.decode()
    assert "<td>directa</td>" in found

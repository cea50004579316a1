"""The pages, over a seeded organisation."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from governance.access.services import create_member, create_organisation
from governance.evidence.models import Entry
from tests.integration.portal.seed import EMAIL, HOSTILE, PASSWORD, Seeded

pytestmark = pytest.mark.django_db
ESCAPED = "&lt;script&gt;document.title="


def text(client: Client, address: str, status: int = 200, **more: Any) -> str:
    answer = client.get(address, **more)
    assert answer.status_code == status, answer.content[:2000]
    return answer.content.decode()


def test_the_list_tells_what_is_wrong_before_what_is_unknown(ana: Client, seeded: Seeded) -> None:
    page = text(ana, "/")
    assert "Needs attention" in page
    assert page.index("Answers with an unsupported claim") > 0
    assert page.index("Fee helpdesk") < page.index("Credit scoring")
    assert "No audit has been sealed for this version." in page


def test_a_system_shows_its_verdicts_with_interval_n_and_limit(ana: Client, seeded: Seeded) -> None:
    page = text(ana, f"/systems/{seeded.system.asset_id}")
    assert "0.714 [0.530, 0.847] · n 28 · limit ≥ 0.8" in page
    assert f"/audits/of/{seeded.system.pk}" in page
    details = text(ana, f"/versions/{seeded.system.pk}/details")
    assert f"/lineage/of/{seeded.system.pk}" in details
    assert "Agreed with the business" in details
    assert seeded.system.digest[7:19] in details


def test_every_duty_is_told_with_its_state_and_its_evidence(ana: Client, seeded: Seeded) -> None:
    page = text(ana, f"/versions/{seeded.system.pk}/obligations")
    assert "Article 15" in page
    assert page.count('<td class="words">') > 20
    assert f"/evidence/{seeded.done.evidence_id}" in page


def test_a_system_without_audits_says_that_nothing_is_assessed(ana: Client, seeded: Seeded) -> None:
    assert "Nothing is assessed yet." in text(ana, f"/systems/{seeded.other.asset_id}")


def test_an_audit_shows_verdicts_chart_items_and_provenance(ana: Client, seeded: Seeded) -> None:
    page = text(ana, f"/audits/{seeded.done.pk}")
    for told in ("inconclusive", "<svg", "Show data", "q000", "embedded-baseline", "28 of 30 items are scored", "Code version"):
        assert told in page
    assert '<mark>The fee is 25 %.</mark> <span class="why">(no passage says so)</span>' in page


def test_unsupported_words_are_marked_in_the_items(ana: Client, seeded: Seeded) -> None:
    page = text(ana, f"/audits/{seeded.done.pk}/items")
    assert '<mark class="absent">The fee is 25 %.</mark></a><sup class="no">1</sup>' in page


def test_answers_come_worst_first_and_turn_over(ana: Client, seeded: Seeded) -> None:
    first = text(ana, f"/audits/{seeded.done.pk}/items")
    second = text(ana, f"/audits/{seeded.done.pk}/items?page=2", headers={"HX-Request": "true"})
    assert first.index(">q000<") < first.index(">q027<") < first.index(">q014<") < first.index(">q001<")
    assert ">q020<" not in first
    assert ">q020<" in second
    assert "<html" not in second


def test_hostile_words_are_text_everywhere(ana: Client, seeded: Seeded) -> None:
    pages = [
        f"/systems/{seeded.system.asset_id}",
        f"/audits/{seeded.done.pk}",
        f"/audits/{seeded.failed.pk}",
    ]
    for page in (text(ana, address) for address in pages):
        assert HOSTILE not in page
        assert ESCAPED in page
        assert "{{7*7}}" in page


def test_an_audit_is_started_once_however_often_the_form_is_sent(ana: Client, seeded: Seeded) -> None:
    address = f"/audits/of/{seeded.system.pk}/new"
    assert "Fidelity to sources" in text(ana, address)
    page = text(ana, f"{address}?kind=fidelity")
    form = {"kind": "fidelity", "key": page.split('name="key" value="')[1].split('"')[0], "target": str(seeded.done.target_id)}
    first, again = ana.post(address, form), ana.post(address, form)
    assert first.headers["Location"] == again.headers["Location"]
    assert "waiting" in text(ana, first.headers["Location"])


@pytest.mark.parametrize("parameters", ["{", "[]", '{"colour": 1}', '{"judge": NaN}'])
def test_a_form_that_does_not_fit_says_so_and_keeps_what_was_typed(ana: Client, seeded: Seeded, parameters: str) -> None:
    form = {"kind": "fidelity", "target": str(seeded.done.target_id), "parameters": parameters}
    refused = ana.post(f"/audits/of/{seeded.system.pk}/new", form)
    assert refused.status_code == 400
    assert b'role="alert"' in refused.content


def test_a_running_audit_asks_again_and_a_finished_one_stops(ana: Client, seeded: Seeded) -> None:
    running = ana.get(f"/audits/{seeded.running.pk}/progress", headers={"HX-Request": "true"})
    assert b"21 of 60 items" in running.content
    assert b'hx-trigger="every 1s"' in running.content
    done = ana.get(f"/audits/{seeded.done.pk}/progress", headers={"HX-Request": "true"})
    assert b"hx-trigger" not in done.content
    assert done.headers["HX-Refresh"] == "true"


def test_a_failed_audit_says_why_and_what_is_kept(ana: Client, seeded: Seeded) -> None:
    page = text(ana, f"/audits/{seeded.failed.pk}")
    assert "Timeout." in page
    assert "4 recorded items are kept." in page


def test_three_clicks_lead_from_a_figure_to_its_items(ana: Client, seeded: Seeded) -> None:
    entry = Entry.objects.of(seeded.done.organisation_id).get(run_id=str(seeded.done.pk))
    system = text(ana, f"/systems/{seeded.system.asset_id}")
    assert f"/evidence/{entry.pk}" in system
    sealed = text(ana, f"/evidence/{entry.pk}")
    assert f"/audits/{seeded.done.pk}" in sealed
    assert 'id="i-' in text(ana, f"/audits/{seeded.done.pk}")


def test_an_entry_shows_its_proof(ana: Client, seeded: Seeded) -> None:
    page = text(ana, f"/evidence/{seeded.done.evidence_id}")
    for told in ("Leaf hash", "Tree size", "Signature", "Fee helpdesk · 1"):
        assert told in page


def test_the_panels_of_a_system_stand_alone(ana: Client, seeded: Seeded) -> None:
    assert "Helpdesk over HTTP" in text(ana, f"/audits/of/{seeded.system.pk}", headers={"HX-Request": "true"})
    lineage = text(ana, f"/lineage/of/{seeded.system.pk}", headers={"HX-Request": "true"})
    assert "part of" in lineage
    assert "evaluated on" in lineage


@pytest.mark.parametrize("address", ["/audits/of/{}", "/lineage/of/{}", "/versions/{}/details"])
def test_a_panel_is_a_page_of_its_own_where_no_script_runs(ana: Client, seeded: Seeded, address: str) -> None:
    alone = text(ana, address.format(seeded.system.pk))
    inside = text(ana, address.format(seeded.system.pk), headers={"HX-Request": "true"})
    assert "<html" in alone
    assert "<html" not in inside


def test_the_page_of_a_system_leads_to_its_panels_by_links(ana: Client, seeded: Seeded) -> None:
    page = text(ana, f"/systems/{seeded.system.asset_id}")
    for address in (f"/audits/of/{seeded.system.pk}", f"/versions/{seeded.system.pk}/details"):
        assert f'<a href="{address}">' in page
        assert f'hx-get="{address}"' in page


def test_the_details_hold_what_the_page_leaves_to_them(ana: Client, seeded: Seeded) -> None:
    details = text(ana, f"/versions/{seeded.system.pk}/details")
    for heading in ("Criteria", "Components", "Lineage", "Reports", "Evidence", "Description", "Versions"):
        assert f">{heading}</h2>" in details
    assert f"/evidence/{seeded.done.evidence_id}" in details


@pytest.mark.parametrize("number", ["7", "0", "-1", "x", "1" * 30, "1%00", "%F0%9F%92%A9"])
def test_a_version_that_a_system_does_not_have_is_not_found(ana: Client, seeded: Seeded, number: str) -> None:
    text(ana, f"/systems/{seeded.system.asset_id}?version={number}", 404)


@pytest.mark.parametrize("name", ["portal:evidence", "portal:reports", "portal:activity", "audits:list"])
def test_every_list_opens(ana: Client, name: str) -> None:
    assert 'aria-current="page"' in text(ana, reverse(name))


@pytest.mark.parametrize("page", ["systems", "audits", "evidence", "reports", "audits/of", "lineage/of"])
def test_what_is_not_there_is_not_found(ana: Client, page: str) -> None:
    assert "Not found" in text(ana, f"/{page}/{uuid4()}", 404)


def test_another_organisation_s_things_are_not_found(seeded: Seeded, actor: Any, now: datetime) -> None:
    elsewhere = create_organisation(name="Elsewhere", slug="elsewhere", now=now)
    create_member(
        actor=replace(actor, organisation=elsewhere.pk), email="eve@example.org", role="admin", password=PASSWORD, now=now
    )
    eve = Client()
    eve.post("/sign-in", {"email": "eve@example.org", "password": PASSWORD})
    assert "No AI system is registered yet" in text(eve, "/")
    for address in (f"/systems/{seeded.system.asset_id}", f"/audits/{seeded.done.pk}", f"/evidence/{seeded.done.evidence_id}"):
        text(eve, address, 404)


def test_pages_carry_no_inline_script_and_forbid_it(ana: Client, seeded: Seeded) -> None:
    answer = ana.get(f"/audits/{seeded.done.pk}")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    page = answer.content.decode()
    assert "<script>" not in page
    assert "onclick" not in page
    assert 'style="' not in page
    assert "//" not in page.split("<script")[1].split(">")[0].replace("/static/", "")


def test_spanish_readers_get_spanish_words(ana: Client) -> None:
    assert '<html lang="es"' in text(ana, "/", headers={"Accept-Language": "es"})


def test_the_activity_tells_who_read_how_many_items(ana: Client, seeded: Seeded) -> None:
    text(ana, f"/audits/{seeded.done.pk}")
    assert "Items: " in text(ana, "/activity")


def test_a_viewer_sees_no_activity(seeded: Seeded, actor: Any, now: datetime) -> None:
    create_member(actor=actor, email="vic@example.org", role="viewer", password=PASSWORD, now=now)
    vic = Client()
    vic.post("/sign-in", {"email": "vic@example.org", "password": PASSWORD})
    assert "Your role lacks the right trail:read." in text(vic, "/activity", 403)
    assert "Build report" not in text(vic, f"/systems/{seeded.system.asset_id}")


def test_a_person_of_two_organisations_chooses(seeded: Seeded, actor: Any, now: datetime) -> None:
    second = create_organisation(name="Zweite Bank", slug="zweite", now=now)
    create_member(actor=replace(actor, organisation=second.pk), email=EMAIL, role="viewer", now=now)
    client = Client()
    client.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
    assert client.get("/").headers["Location"] == "/organisations?next=%2F"
    assert client.post("/organisations", {"organisation": str(uuid4())}).status_code == 404
    client.post("/organisations", {"organisation": str(second.pk)})
    assert "Zweite Bank" in text(client, "/")


def test_a_spanish_reader_meets_no_stable_name_in_english(ana: Client, seeded: Seeded) -> None:
    ana.cookies["django_language"] = "es"
    pages = [
        f"/systems/{seeded.system.asset_id}",
        f"/versions/{seeded.system.pk}/details",
        f"/audits/{seeded.done.pk}",
        f"/audits/{seeded.failed.pk}",
        "/",
    ]
    said = " ".join(text(ana, page) for page in pages)
    for leaked in (
        "High risk",
        "high_risk",
        "Unsupported answers",
        "unsupported claim",
        "Supported claims",
        "Timeout",
        "Wilson score",
    ):
        assert leaked not in said
    for word in ("De alto riesgo", "Respuestas con una afirmación sin respaldo", "Tiempo agotado"):
        assert word in said


def test_a_person_who_asks_for_very_many_pages_is_told_when_the_next_one_opens(
    ana: Client, seeded: Seeded, settings: Any
) -> None:
    settings.PROBANZA_RATE_PERSON = 2
    answers = [ana.get("/audits") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert b"very many pages" in answers[2].content

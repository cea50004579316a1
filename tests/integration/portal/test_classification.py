"""The questionnaire, what follows, and its confirmation, on pages."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from governance.access.services import create_member
from governance.classification.models import Classification, SystemAnswers
from governance.classification.questions import questionnaire
from governance.classification.services import answer, proposal_for
from governance.registry.services import add_version
from tests.integration.classification.conftest import RECRUITMENT
from tests.integration.portal.seed import PASSWORD, Seeded

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(seeded: Seeded) -> str:
    return f"/systems/{seeded.system.asset_id}/classification"


def read(client: Client, address: str, **more: Any) -> str:
    return client.get(address, **more).content.decode()


def fill(client: Client, page: str, block: str, **answers: Any) -> Any:
    asked = [one.id for one in questionnaire().of_block(block)]
    return client.post(f"{page}/questions/{block}", {"asked": asked, **answers})


def answered(actor: Any, seeded: Seeded, now: datetime, **more: Any) -> None:
    answer(actor=actor, system_id=seeded.system.asset_id, answers={**RECRUITMENT, **more}, now=now)


def test_a_system_that_nobody_classified_says_so_and_leads_to_the_questions(ana: Client, seeded: Seeded, page: str) -> None:
    assert "plan as for a high-risk system" in read(ana, page)
    assert f"{page}/headline" in read(ana, f"/systems/{seeded.system.asset_id}")
    assert "not classified" in read(ana, f"{page}/headline", headers=HTMX)


def test_a_person_fills_every_block_in_turn(ana: Client, page: str) -> None:
    blocks = [one.id for one in questionnaire().blocks]
    for block, following in zip(blocks, [*blocks[1:], ""], strict=True):
        answers = {one.id: RECRUITMENT[one.id] for one in questionnaire().of_block(block) if one.id in RECRUITMENT}
        there = fill(ana, page, block, **answers).headers["Location"]
        assert there == (f"{page}/questions/{following}" if following else page)
    assert SystemAnswers.objects.get().answers == RECRUITMENT
    assert "Its intended purpose is a use listed in Annex III: 4(a)." in read(ana, page)


def test_each_answer_is_kept_as_it_is_given(ana: Client, page: str) -> None:
    kept = ana.post(f"{page}/questions/scope", {"asked": ["exclusion"], "exclusion": "none"}, headers=HTMX)
    assert "Kept" in kept.content.decode()
    ana.post(f"{page}/questions/scope", {"asked": ["exclusion"]}, headers=HTMX)
    assert "exclusion" not in SystemAnswers.objects.get().answers


def test_an_answer_that_opens_questions_leads_to_them(ana: Client, page: str) -> None:
    ana.post(f"{page}/questions/product", {"asked": ["h1_annex"], "h1_annex": "none"})
    assert "A safety component" not in read(ana, f"{page}/questions/product")
    there = ana.post(f"{page}/questions/product", {"asked": ["h1_annex"], "h1_annex": "section_a"}).headers["Location"]
    assert there == f"{page}/questions/product"
    assert "A safety component" in read(ana, there)


def test_what_does_not_fit_is_shown_where_it_stands_and_nothing_is_kept(ana: Client, page: str) -> None:
    refused = ana.post(f"{page}/questions/use", {"asked": ["h3_points"], "h3_points": ["none", "4a"]})
    assert (refused.status_code, "something else, not both" in refused.content.decode()) == (400, True)
    at_once = ana.post(f"{page}/questions/use", {"asked": ["h3_points"], "h3_points": ["none", "4a"]}, headers=HTMX)
    assert "Nothing was kept" in at_once.content.decode()
    assert not SystemAnswers.objects.exists()


@pytest.mark.parametrize("asked", ["nothing", "<script>", "\x00"])
def test_a_question_that_does_not_exist_is_refused(ana: Client, page: str, asked: str) -> None:
    assert ana.post(f"{page}/questions/use", {"asked": [asked], asked: "x"}).status_code == 400
    assert ana.get(f"{page}/questions/other").status_code == 404


def test_the_unknown_is_told_with_its_question(ana: Client, actor: Any, seeded: Seeded, page: str, now: datetime) -> None:
    answered(actor, seeded, now, p_manipulation="unknown")
    shown = read(ana, page)
    assert "Undetermined" in shown
    assert f"{page}/questions/prohibited#p_manipulation" in shown
    assert "An undetermined classification cannot be confirmed" in shown


def test_nothing_and_the_undetermined_are_not_confirmed(
    ana: Client, actor: Any, seeded: Seeded, page: str, now: datetime
) -> None:
    empty = ana.post(f"{page}/confirm", {"digest": "x", "statement": "Yes"})
    assert (empty.status_code, "nothing to confirm yet" in empty.content.decode()) == (409, True)
    answered(actor, seeded, now, p_manipulation="unknown")
    digest = proposal_for(actor.organisation, seeded.system.asset_id).digest
    refused = ana.post(f"{page}/confirm", {"digest": digest, "statement": "Yes"})
    assert (refused.status_code, "is undetermined" in refused.content.decode()) == (409, True)


@pytest.mark.parametrize(
    ("block", "question", "given", "words"),
    [("meta", "as_of", "tomorrow", "Write a day"), ("scope", "exclusion", "other", "Choose one")],
)
def test_a_form_that_was_tampered_with_is_told_in_words(
    ana: Client, page: str, block: str, question: str, given: str, words: str
) -> None:
    refused = ana.post(f"{page}/questions/{block}", {"asked": [question], question: given})
    assert (refused.status_code, words in refused.content.decode()) == (400, True)


def test_a_person_confirms_what_the_page_showed(ana: Client, actor: Any, seeded: Seeded, page: str, now: datetime) -> None:
    answered(actor, seeded, now)
    digest = read(ana, page).split('name="digest" value="')[1].split('"')[0]
    assert ana.post(f"{page}/confirm", {"digest": digest, "statement": ""}).status_code == 400
    assert ana.post(f"{page}/confirm", {"digest": "x", "statement": "Yes"}).status_code == 409
    done = ana.post(f"{page}/confirm", {"digest": digest, "statement": "It ranks <b>people</b>."})
    assert done.headers["Location"] == page
    shown = read(ana, page)
    assert "confirmed by a person" in shown
    assert "It ranks &lt;b&gt;people&lt;/b&gt;." in shown
    sealed = read(ana, f"/evidence/{Classification.objects.get().evidence_id}")
    assert "What the answers say was not measured here." in sealed
    add_version(actor=actor, asset_id=seeded.system.asset_id, spec={"purpose": "Something else"}, now=now)
    assert "The purpose changed with version" in read(ana, page)
    assert "reopened" in read(ana, f"{page}/headline", headers=HTMX)


def test_what_the_registry_declares_otherwise_is_shown(ana: Client, actor: Any, seeded: Seeded, page: str, now: datetime) -> None:
    answered(actor, seeded, now)
    add_version(actor=actor, asset_id=seeded.system.asset_id, spec={"purpose": "x", "risk_class": "minimal_risk"}, now=now)
    assert "The registry declares “Minimal risk”; these answers lead to “High-risk”." in read(ana, page)


def test_who_only_reads_sees_the_outcome_and_no_form(actor: Any, seeded: Seeded, page: str, now: datetime) -> None:
    answered(actor, seeded, now)
    create_member(actor=actor, email="vera@example.org", name="Vera", role="viewer", password=PASSWORD, now=now)
    vera = Client()
    vera.post("/sign-in", {"email": "vera@example.org", "password": PASSWORD})
    shown = read(vera, page)
    assert "An officer or an administrator confirms it." in shown
    assert "Change answers" not in shown
    assert vera.get(f"{page}/questions/scope").status_code == 403
    assert vera.post(f"{page}/confirm", {"digest": "x", "statement": "x"}).status_code == 403


def test_the_pages_speak_spanish(ana: Client, actor: Any, seeded: Seeded, page: str, now: datetime) -> None:
    answered(actor, seeded, now)
    ana.post("/i18n/setlang/", {"language": "es"})
    assert "Elabora perfiles de personas físicas, por lo que siempre es de alto riesgo." in read(ana, page)
    assert "Prácticas prohibidas" in read(ana, f"{page}/questions/prohibited")

"""The page of answers: worst first, filtered, with their evidence, and every word as text."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from audits.contract import ItemResult
from audits.runs.models import ItemRecord
from governance.trail.models import TrailEntry
from tests.integration.portal.seed import HOSTILE, Seeded
from tests.integration.portal.seed_answers import Answered, record, seed_answers

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def answered(actor: Any, seeded: Seeded, now: datetime, tmp_path: Path) -> Answered:
    return seed_answers(actor, seeded, now, tmp_path)


def page(client: Client, answered: Answered, query: str = "") -> str:
    answer = client.get(f"/audits/{answered.run.pk}/items?{query}", headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def order(shown: str) -> list[str]:
    return [part.split("</a>")[0].split(">")[-1] for part in shown.split('<a class="small mono"')[1:]]


def test_the_worst_stands_first_and_what_is_unknown_before_what_is_well(ana: Client, answered: Answered) -> None:
    found = order(page(ana, answered))
    verdicts = [answered.results[name].values.get("verdict", "unscored") for name in found]
    assert verdicts == sorted(verdicts, key=("contradicted", "unsupported", "unscored", "supported").index)
    assert found[-1] == "declined"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("only=declined", ["declined"]),
        ("only=unscored", ["bare"]),
        ("only=contradicted&because=number", ["returns", "year"]),
        ("because=no_passages", ["nothing"]),
        ("only=supported&because=no_passages", []),
    ],
)
def test_answers_are_chosen_by_verdict_and_by_reason(ana: Client, answered: Answered, query: str, expected: list[str]) -> None:
    assert sorted(order(page(ana, answered, query))) == expected


@pytest.mark.parametrize("query", ["only=x", "because=%00", "page=-1", "page=x", "page=999", "only='--", "after=1"])
def test_what_is_no_choice_shows_all(ana: Client, answered: Answered, query: str) -> None:
    assert len(order(page(ana, answered, query))) == len(answered.results)


def test_a_claim_leads_to_its_evidence_and_back(ana: Client, answered: Answered) -> None:
    shown = page(ana, answered, "only=contradicted")
    pk = ItemRecord.objects.get(run=answered.run, item="year").pk
    assert f'id="c-{pk}-1" data-claim="1" href="#e-{pk}-1"' in shown
    assert f'id="e-{pk}-1"' in shown
    assert f'href="#c-{pk}-1"' in shown
    assert "1999" in shown
    assert "a number that no passage holds" in shown


def test_an_answer_without_passages_and_one_without_a_verdict_say_so(ana: Client, answered: Answered) -> None:
    assert "Nothing was retrieved for this answer." in page(ana, answered, "because=no_passages")
    assert "Bare answer" in page(ana, answered, "only=unscored")


def test_hostile_words_stay_words(ana: Client, answered: Answered) -> None:
    shown = page(ana, answered)
    assert HOSTILE not in shown
    assert "&lt;script&gt;" in shown
    assert "\u202e" not in shown
    assert "U+202E" in shown
    assert "🐘" in shown


def test_reading_answers_is_written_to_the_trail_with_how_many(ana: Client, answered: Answered) -> None:
    page(ana, answered, "only=contradicted")
    entry = TrailEntry.objects.filter(action="audits.read_items").latest("id")
    assert entry.detail == {"items": 2, "judged": True}


def test_erased_words_are_told_and_the_verdict_stays(ana: Client, answered: Answered) -> None:
    ItemRecord.objects.filter(run=answered.run, item="bare").update(private=None)
    shown = page(ana, answered, "only=unscored")
    assert "no words are kept" in shown


def test_a_score_that_is_no_number_sorts_last_and_breaks_nothing(
    ana: Client, answered: Answered, actor: Any, now: datetime
) -> None:
    odd = [ItemResult("odd", "scored", {"verdict": "unsupported", "unsupported": "NaN; drop", "claims": []}, {"answer": "x"})]
    record(actor, answered.run, odd, now)
    assert order(page(ana, answered, "only=unsupported"))[-1] == "odd"


def test_the_audit_s_page_leads_to_the_answers_and_loads_what_shows_evidence(ana: Client, answered: Answered) -> None:
    shown = ana.get(f"/audits/{answered.run.pk}").content.decode()
    assert "Read the answers, worst first" in shown
    assert "portal/evidence.js" in shown
    assert ana.get("/static/portal/evidence.js").status_code == 200

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from audits.review.finishing import finish_review
from audits.review.labelling import label_answer, next_for, standing_in
from audits.review.models import Label, Review
from audits.runs.models import Run
from governance.access.actors import Actor
from governance.access.services import create_member
from tests.integration.review.conftest import JUDGE, label_all

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


def signed_in(actor: Actor, now: datetime, email: str, role: str) -> Client:
    create_member(actor=actor, email=email, role=role, password=PASSWORD, now=now)
    client = Client()
    client.post("/sign-in", {"email": email, "password": PASSWORD})
    return client


@pytest.fixture
def ana(actor: Actor, now: datetime) -> Client:
    return signed_in(actor, now, "ana@banco.example", "auditor")


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:2000]
    return answer.content.decode()


def test_an_organisation_without_reviews_is_told_where_one_begins(ana: Client) -> None:
    assert "No answers were reviewed yet." in text(ana, "/reviews")


def test_a_review_is_opened_once_however_often_the_form_is_sent(ana: Client, audited: Callable[..., Run]) -> None:
    run = audited()
    key = text(ana, f"/audits/{run.pk}/review").split('name="key" value="')[1].split('"')[0]
    form = {"key": key, "language": "en", "size": "30", "second_share": "20", "guideline": ""}
    answers = [ana.post(f"/audits/{run.pk}/review", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"size": "0"}, "size"),
        ({"size": "many"}, "size"),
        ({"size": "٣٣"}, "size"),
        ({"second_share": "NaN"}, "second_share"),
        ({"second_share": "101"}, "second_share"),
        ({"second_share": "1e999999"}, "second_share"),
        ({"second_share": "1e99999999"}, "second_share"),
        ({"language": "<script>"}, "language"),
        ({"guideline": str(uuid4())}, "guideline"),
        ({"guideline": "{{7*7}}"}, "guideline"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_drawn(
    ana: Client, audited: Callable[..., Run], change: dict[str, str], field: str
) -> None:
    run = audited()
    form = {"language": "en", "size": "30", "second_share": "20", "guideline": "", **change}
    refused = ana.post(f"/audits/{run.pk}/review", form)
    assert refused.status_code == 400
    assert f"<p>{field}:" in refused.content.decode()
    assert Review.objects.count() == 0


def test_the_label_page_shows_words_and_nothing_of_the_judge(ana: Client, opened: Callable[..., Review]) -> None:
    review = opened()
    page = text(ana, f"/reviews/{review.pk}/label")
    for told in ("What is the fee", "The fee of the account is", "paid every month by the customer", "Labelling guideline"):
        assert told in page or told == "Labelling guideline"
    for hidden in ("0.", JUDGE, "contradicted", "score", "stratum", "verdict"):
        assert hidden not in page.split("<main")[1].split('<form id="label"')[0].replace("Read the question", "")


def test_a_label_is_kept_and_leads_to_the_next_answer(ana: Client, opened: Callable[..., Review]) -> None:
    review = opened()
    item = text(ana, f"/reviews/{review.pk}/label").split('name="item" value="')[1].split('"')[0]
    said = ana.post(f"/reviews/{review.pk}/label", {"item": item, "label": "unsupported", "spans": "[[4, 7]]"}, follow=True)
    assert said.redirect_chain[-1][0] == f"/reviews/{review.pk}/label"
    assert item not in said.content.decode().split('name="item" value="')[1][:60]
    assert [(label.label, label.spans) for label in Label.objects.all()] == [("unsupported", [[4, 7]])]


def test_who_changes_a_label_finds_what_was_marked(ana: Client, opened: Callable[..., Review]) -> None:
    review = opened()
    item = text(ana, f"/reviews/{review.pk}/label").split('name="item" value="')[1].split('"')[0]
    ana.post(f"/reviews/{review.pk}/label", {"item": item, "label": "unsupported", "spans": "[[4, 7]]"})
    assert 'name="spans" value="[[4, 7]]"' in text(ana, f"/reviews/{review.pk}/label?item={item}")


def test_a_share_of_second_people_is_refused_in_the_unit_of_its_field(ana: Client, audited: Callable[..., Run]) -> None:
    form = {"language": "en", "size": "30", "second_share": "101", "guideline": ""}
    refused = ana.post(f"/audits/{audited().pk}/review", form)
    assert "second_share: must be a number from 0 to 100." in refused.content.decode()


@pytest.mark.parametrize(
    "change",
    [{"label": "perhaps"}, {"label": ""}, {"spans": "[[7, 4]]"}, {"spans": "[[0, 99999]]"}, {"spans": "{"}, {"spans": "[" * 5000},
     {"spans": "[[0.5, 1]]"}, {"spans": "[[true, 2]]"}],
)  # fmt: skip
def test_a_label_that_does_not_fit_is_refused_and_not_kept(
    ana: Client, opened: Callable[..., Review], change: dict[str, str]
) -> None:
    review = opened()
    item = str(review.sample.first().pk)
    refused = ana.post(f"/reviews/{review.pk}/label", {"item": item, "label": "unsupported", **change})
    assert (refused.status_code, b'role="alert"' in refused.content) == (400, True)
    assert Label.objects.count() == 0


def test_a_finished_review_shows_the_corrected_share_beside_the_judges(
    ana: Client, actor: Actor, ben: Actor, opened: Callable[..., Review], audited: Callable[..., Run], now: datetime
) -> None:
    review = opened(audited(limit="0.25"), size=60)
    label_all(review, [actor, ben], now)
    assert "Finish and calibrate" in text(ana, f"/reviews/{review.pk}")
    assert ana.post(f"/reviews/{review.pk}/finish").status_code == 302
    page = text(ana, f"/reviews/{review.pk}")
    for told in ("valid", "corrected by people", "From the labels alone", "Agreement of two people", "would not settle it"):
        assert told in page
    assert "valid" in text(ana, "/reviews")
    assert "would not settle it" in text(ana, f"/audits/{review.run_id}/calibrations")


def test_nobody_sees_labels_or_verdicts_before_the_review_is_finished(
    ana: Client, actor: Actor, opened: Callable[..., Review], now: datetime
) -> None:
    review = opened()
    one = next_for(standing_in(review), actor.id)
    assert one is not None
    label_answer(actor=actor, review_id=review.pk, sampled_id=one.sampled.pk, label="unsupported", now=now)
    page = text(ana, f"/reviews/{review.pk}")
    assert "Unsupported" not in page
    assert one.sampled.record.item not in page


def test_a_viewer_looks_and_labels_nothing(actor: Actor, now: datetime, opened: Callable[..., Review]) -> None:
    review = opened()
    vic = signed_in(actor, now, "vic@example.org", "viewer")
    assert "Label answers" not in text(vic, f"/reviews/{review.pk}")
    text(vic, f"/reviews/{review.pk}/label", 403)
    assert vic.post(f"/reviews/{review.pk}/finish").status_code == 403


def test_finishing_too_early_says_what_waits(ana: Client, opened: Callable[..., Review]) -> None:
    review = opened()
    refused = ana.post(f"/reviews/{review.pk}/finish")
    assert refused.status_code == 409
    assert "answers wait for a label" in refused.content.decode()


def test_the_list_takes_as_many_queries_for_many_reviews_as_for_one(
    ana: Client, opened: Callable[..., Review], audited: Callable[..., Run], actor: Actor, ben: Actor, now: datetime,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    run = audited()
    for number in range(3):
        review = opened(run, seed=number, size=10)
        label_all(review, [actor, ben], now)
        finish_review(actor=actor, review_id=review.pk, now=now)
    text(ana, "/reviews")
    with django_assert_max_num_queries(8):
        text(ana, "/reviews")


def test_a_later_audit_by_the_same_judge_shows_its_own_share_corrected(
    ana: Client, actor: Actor, ben: Actor, opened: Callable[..., Review], audited: Callable[..., Run], now: datetime
) -> None:
    review = opened(size=100)
    label_all(review, [actor, ben], now)
    finish_review(actor=actor, review_id=review.pk, now=now)
    told = {"name": "unsupported_answers", "value": "0.31", "low": "0.2", "high": "0.4", "n": 100, "unit": "share", "group": []}
    later = audited(measures=[told])
    page = text(ana, f"/audits/{later.pk}/calibrations")
    assert "corrected by the judge" in page.split("Unsupported answers of this audit")[1]
    assert "0.3" in page.split("corrected by the judge")[1]

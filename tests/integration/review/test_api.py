from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from audits.review.models import Label, Review
from audits.runs.models import Run
from governance.access.actors import Actor
from governance.access.services import issue_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(actor: Actor, now: datetime) -> APIClient:
    """A second token that no person issued."""
    from governance.access.actors import system_actor

    _, secret = issue_token(
        actor=system_actor(actor.organisation), name="ben", scopes=["audits:read", "audits:write"], role="auditor", now=now
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def label_next(client: APIClient, review: str) -> bool:
    told = client.post(f"/api/v1/reviews/{review}/next").json()["answer"]
    if told is None:
        return False
    label = "unsupported" if "99 EUR" in told["answer"] else "supported"
    said = client.post(f"/api/v1/reviews/{review}/labels", {"item": told["item"], "label": label})
    assert said.status_code == 201, said.content
    return True


def test_a_whole_review_by_rest(api: APIClient, other: APIClient, audited: Callable[..., Run]) -> None:
    made = api.post("/api/v1/reviews", {"run": str(audited().pk), "size": 12, "second_share": "0.5"})
    assert made.status_code == 201, made.content
    review = made.json()["id"]
    assert api.post(f"/api/v1/reviews/{review}/finish").status_code == 409
    for client in (api, other):
        while label_next(client, review):
            pass
    ended = api.post(f"/api/v1/reviews/{review}/finish")
    assert ended.status_code == 201, ended.content
    told = api.get(ended["Location"]).json()
    assert (told["state"], told["judge"]["name"]) == ("valid", "Embedded judge")
    assert {"unsupported_answers_corrected", "kappa_people", "sensitivity"} <= {one["name"] for one in told["measures"]}
    listed = api.get("/api/v1/calibrations", {"judge": told["judge"]["digest"], "language": "en"}).json()["results"]
    assert [one["id"] for one in listed] == [told["id"]]


def test_the_same_key_and_body_open_one_review(api: APIClient, audited: Callable[..., Run]) -> None:
    body, headers = {"run": str(audited().pk), "size": 10}, {"Idempotency-Key": "k1"}
    first, again = (api.post("/api/v1/reviews", body, headers=headers).json()["id"] for _ in range(2))
    assert first == again
    assert api.post("/api/v1/reviews", {**body, "size": 11}, headers=headers).status_code == 422
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"run": str(uuid4())}, "run"),
        ({"run": "nowhere"}, "run"),
        ({"size": 4}, "size"),
        ({"size": 10**9}, "size"),
        ({"size": "10"}, "size"),
        ({"second_share": "NaN"}, "second_share"),
        ({"second_share": "2"}, "second_share"),
        ({"seed": -1}, "seed"),
        ({"language": "xx"}, "language"),
        ({"language": "e\x00n"}, "language"),
        ({"guideline": str(uuid4())}, "guideline"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_body_that_does_not_fit_is_a_problem_that_names_the_field(
    api: APIClient, audited: Callable[..., Run], change: dict[str, Any], field: str
) -> None:
    refused = api.post("/api/v1/reviews", {"run": str(audited().pk), **change})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
    assert Review.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"label": "maybe"}, "label"),
        ({"spans": [[3, 1]]}, "spans[0]"),
        ({"spans": [[0, 10**9]]}, "spans[0]"),
        ({"spans": [[0]]}, "spans[0]"),
        ({"spans": [["a", "b"]]}, "spans[0][0]"),
        ({"label": "supported", "spans": [[0, 1]]}, "spans"),
    ],
)
def test_a_label_that_does_not_fit_is_refused_and_not_kept(
    api: APIClient, opened: Callable[..., Review], change: dict[str, Any], field: str
) -> None:
    review = opened()
    body = {"item": str(review.sample.first().pk), "label": "unsupported", **change}
    refused = api.post(f"/api/v1/reviews/{review.pk}/labels", body)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
    assert Label.objects.count() == 0


def test_what_is_told_of_an_open_review_gives_no_label_and_no_score_away(api: APIClient, opened: Callable[..., Review]) -> None:
    review = opened()
    label_next(api, str(review.pk))
    told = (
        api.get(f"/api/v1/reviews/{review.pk}").content.decode() + api.post(f"/api/v1/reviews/{review.pk}/next").content.decode()
    )
    for hidden in ("unsupported", "stratum", "inclusion", "verdict", "score"):
        assert hidden not in told


def test_two_judges_are_compared_only_once_the_review_is_finished(api: APIClient, opened: Callable[..., Review]) -> None:
    review = opened()
    assert api.get(f"/api/v1/reviews/{review.pk}/comparison", {"run": str(uuid4())}).status_code == 409

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from audits.comparisons.following import follow
from audits.comparisons.models import Comparison
from audits.comparisons.services import Asked, compare
from audits.runs.models import ItemRecord, Run
from governance.access.policies import Forbidden
from governance.access.services import create_member
from governance.evidence.models import Entry
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry
from tests.integration.comparisons.conftest import flags

pytestmark = pytest.mark.django_db
Finished = Callable[..., Run]


@pytest.fixture
def two(finished: Finished) -> tuple[Run, Run]:
    return finished(flags(30, 60)), finished(flags(5, 60), name="new <b>prompt</b>")


def body(two: tuple[Run, Run], **more: Any) -> dict[str, Any]:
    return {"first": str(two[0].pk), "second": str(two[1].pk), "measure": "unsupported_answers", **more}


def test_a_new_prompt_with_fewer_unsupported_answers_is_better_and_that_is_sealed(api: Any, two: tuple[Run, Run]) -> None:
    answer = api.post("/api/v1/comparisons", body(two), format="json")
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["verdict"], told["pairs"], told["difference"]["value"]) == ("better", 60, "-0.416666666666667")
    assert 0 < float(told["smallest_seen"]) < 0.5
    assert api.get(answer.headers["Location"]).json() == told
    assert api.get("/api/v1/comparisons").json()["results"] == [told]
    entry = Entry.objects.get(pk=told["evidence"])
    assert (entry.kind, entry.subject) == ("comparison", str(two[1].system_version_id))
    assert entry.statement()["provenance"]["runs"][0]["run"] == str(two[0].pk)
    assert TrailEntry.objects.filter(action="audits.compare", subject_id=told["id"]).count() == 1


def test_looking_again_makes_a_second_row_and_changes_none(api: Any, two: tuple[Run, Run]) -> None:
    for _ in range(2):
        api.post("/api/v1/comparisons", body(two), format="json")
    assert Comparison.objects.count() == 2


def test_the_other_way_round_it_is_worse(actor: Any, two: tuple[Run, Run], now: datetime) -> None:
    made = compare(actor=actor, asked=Asked(two[1].pk, two[0].pk, "supported_claims"), now=now)
    assert made.verdict == "worse"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"second": None}, "second"),
        ({"measure": "latency_p95"}, "measure"),
        ({"measure": "<script>alert(1)</script>"}, "measure"),
        ({"margin": "0"}, "margin"),
        ({"margin": "NaN"}, "margin"),
        ({"margin": "1e9"}, "margin"),
        ({"looks": "always"}, "looks"),
        ({"first": str(uuid4())}, "first"),
        ({"first": "q\u0000"}, "first"),
        ({"more": 1}, "more"),
    ],
)
def test_each_bad_request_is_told_by_its_field_and_writes_nothing(
    api: Any, two: tuple[Run, Run], change: Any, field: str
) -> None:
    given = body(two, **change)
    if given["second"] is None:
        given["second"] = given["first"]
    answer = api.post("/api/v1/comparisons", given, format="json")
    assert answer.status_code == 400
    assert field in answer.content.decode()
    assert not Comparison.objects.exists()
    assert not Entry.objects.filter(kind="comparison").exists()


def refused(actor: Any, first: Run, second: Run, now: datetime) -> ShapeError:
    with pytest.raises(ShapeError) as caught:
        compare(actor=actor, asked=Asked(first.pk, second.pk, "unsupported_answers"), now=now)
    return caught.value


def test_runs_of_two_judges_or_without_a_question_in_common_are_refused(actor: Any, finished: Finished, now: datetime) -> None:
    first = finished(flags(3, 9))
    other_judge = finished(flags(3, 9), judge="sha256:" + "2" * 64)
    other_words = finished(flags(3, 9), words={f"q{place}": "Something else" for place in range(9)})
    assert "judge" in str(refused(actor, first, other_judge, now))
    assert "no question" in str(refused(actor, first, other_words, now))


def test_runs_that_are_unfinished_or_of_a_kind_without_pairs_are_refused(actor: Any, finished: Finished, now: datetime) -> None:
    first = finished(flags(3, 9))
    assert "running" in str(refused(actor, first, finished(flags(3, 9), state="running"), now))
    assert "question by question" in str(refused(actor, finished({}, kind="pii"), first, now))


def test_erased_words_are_compared_by_id(actor: Any, two: tuple[Run, Run], now: datetime) -> None:
    ItemRecord.objects.filter(run=two[0]).update(private=None)
    made = compare(actor=actor, asked=Asked(two[0].pk, two[1].pk, "unsupported_answers", Decimal("0.1"), "once"), now=now)
    assert made.verdict == "better"


def test_a_reader_may_look_and_not_compare(actor: Any, two: tuple[Run, Run], now: datetime) -> None:
    from dataclasses import replace

    with pytest.raises(Forbidden):
        compare(
            actor=replace(actor, scopes=frozenset({"audits:read"})),
            asked=Asked(two[0].pk, two[1].pk, "unsupported_answers"),
            now=now,
        )


def test_the_same_questions_later_show_what_got_worse(
    api: Any, actor: Any, finished: Finished, version: Callable[..., Any]
) -> None:
    on = version("one version")
    runs = [finished(flags(count, 80), name=f"week {count}", on=on) for count in (4, 5, 50)]
    series = follow(organisation=actor.organisation, run_id=runs[0].pk, measure="unsupported_answers")
    assert [one.verdict for one in series.later] == ["inconclusive", "worse"]
    assert series.level == pytest.approx(0.975)
    assert series.later[1].scores.psi > 0.25
    assert series.later[1].changed.value == 1
    told = api.get(f"/api/v1/audits/{runs[0].pk}/later?measure=unsupported_answers").json()
    assert [one["audit"] for one in told["results"]] == [str(run.pk) for run in runs[1:]]
    assert api.get(f"/api/v1/audits/{runs[0].pk}/later?measure=nonsense").status_code == 400
    assert api.get(f"/api/v1/audits/{runs[2].pk}/later?measure=answered").json()["results"] == []


def test_a_later_run_by_another_judge_is_named_and_not_compared(actor: Any, finished: Finished) -> None:
    first = finished(flags(4, 30))
    finished(flags(20, 30), judge="sha256:" + "2" * 64)
    (later,) = follow(organisation=actor.organisation, run_id=first.pk, measure="unsupported_answers").later
    assert (later.other_judge, later.pairs, later.verdict) == (True, 0, "inconclusive")


@pytest.fixture
def ana(actor: Any, now: datetime) -> Client:
    create_member(actor=actor, email="ana@banco.example", role="admin", password="a long enough password", now=now)
    client = Client()
    client.post("/sign-in", {"email": "ana@banco.example", "password": "a long enough password"})
    return client


def test_a_comparison_is_asked_for_and_read_in_the_portal(ana: Client, two: tuple[Run, Run]) -> None:
    address = f"/audits/{two[1].pk}/compare"
    assert "old prompt" in ana.get(address).content.decode()
    made = ana.post(address, {"first": str(two[0].pk), "measure": "unsupported_answers", "margin": "0,1", "looks": "once"})
    assert made.status_code == 302
    page = ana.get(made.headers["Location"]).content.decode()
    assert "The second is better" in page
    assert "new &lt;b&gt;prompt&lt;/b&gt;" in page
    assert made.headers["Location"] in ana.get("/comparisons").content.decode()


def test_a_form_that_does_not_fit_says_why_and_keeps_what_was_chosen(ana: Client, two: tuple[Run, Run]) -> None:
    answer = ana.post(
        f"/audits/{two[1].pk}/compare", {"first": str(two[0].pk), "measure": "unsupported_answers", "margin": "much"}
    )
    assert answer.status_code == 400
    assert "must be a number such as 0.05" in answer.content.decode()


def test_a_kind_that_cannot_be_compared_says_so(ana: Client, finished: Finished) -> None:
    assert "question by question" in ana.get(f"/audits/{finished({}, kind='pii').pk}/compare").content.decode().replace(
        "&#x27;", "'"
    )


def test_an_audit_shows_what_came_after_it(ana: Client, finished: Finished) -> None:
    first = finished(flags(4, 60))
    finished(flags(40, 60), name="week 2")
    page = ana.get(f"/audits/{first.pk}/compare?measure=unsupported_answers").content.decode()
    assert "week 2" in page
    assert "worse" in page

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from audits.review.continuing import continue_review
from audits.review.finishing import finish_review
from audits.review.labelling import Standing, label_answer, next_for, reviewer_of, settle_answer, standing_in
from audits.review.models import Calibration, Label, Review
from audits.review.services import Asked, open_review
from audits.runs.models import ItemRecord, Run
from audits.runs.services import note_reading
from governance.access.actors import Actor
from governance.access.policies import Forbidden
from governance.access.roles import scopes_of
from governance.access.tenancy import Conflict, NotFound
from governance.evidence.models import Entry
from governance.registry.models import AssetVersion
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry
from tests.integration.review.conftest import JUDGE, label_all, truths

pytestmark = pytest.mark.django_db
Open = Callable[..., Review]


def double(review: Review) -> Standing:
    """An answer that two people are to label."""
    return next(one for one in standing_in(review) if one.sampled.second)


def single(review: Review) -> Standing:
    return next(one for one in standing_in(review) if not one.sampled.second)


def say(actor: Actor, review: Review, one: Standing, label: str, now: datetime) -> Label:
    return label_answer(actor=actor, review_id=review.pk, sampled_id=one.sampled.pk, label=label, now=now)


def test_a_review_registers_judge_and_guideline_and_stores_each_chance(opened: Open) -> None:
    review = opened()
    assert review.judge.spec["digest"] == JUDGE
    assert (review.judge.asset.kind, review.guideline.asset.kind) == ("judge", "guideline")
    sample = list(review.sample.all())
    assert 40 <= len(sample) <= 44
    assert sum(1 / float(one.inclusion) for one in sample) == pytest.approx(100)
    assert sum(one.second for one in sample) == -(-len(sample) // 5)


def test_the_same_judge_is_registered_once(opened: Open) -> None:
    assert opened().judge_id == opened().judge_id
    assert AssetVersion.objects.filter(asset__kind="judge").count() == 1


def test_a_whole_review_ends_in_a_corrected_share_nearer_to_the_truth(
    opened: Open, actor: Actor, ben: Actor, now: datetime
) -> None:
    review = opened(size=100)
    label_all(review, [actor, ben], now)
    made = finish_review(actor=actor, review_id=review.pk, now=now)
    told = {one["name"]: one for one in made.figures["measures"]}
    assert float(told["judged_unsupported"]["value"]) == pytest.approx(0.31)
    assert float(told["unsupported_answers_corrected"]["value"]) == pytest.approx(0.30)
    assert float(told["sensitivity"]["value"]) == pytest.approx(24 / 30)
    assert float(told["specificity"]["value"]) == pytest.approx(63 / 70)
    assert float(told["kappa_people"]["value"]) == pytest.approx(1)
    entry = Entry.objects.get(pk=made.evidence_id)
    assert (entry.kind, entry.run_id) == ("calibration", str(review.run_id))
    assert {pin["role"] for pin in entry.statement()["pins"]} == {"system", "judge", "guideline"}


def test_the_corrected_share_is_held_against_the_criterion_of_the_audit(
    opened: Open, audited: Callable[..., Run], actor: Actor, ben: Actor, now: datetime
) -> None:
    review = opened(audited(truths(good=10, bad=30), limit="0.1"), size=20)
    label_all(review, [actor, ben], now)
    made = finish_review(actor=actor, review_id=review.pk, now=now)
    assert [(one["measure"], one["state"]) for one in made.verdicts] == [("unsupported_answers_corrected", "not_met")]
    assert [one["more"] for one in Entry.objects.get(pk=made.evidence_id).statement()["settle"]] == [0]


def test_a_sealed_calibration_holds_no_words_and_no_names(opened: Open, actor: Actor, ben: Actor, now: datetime) -> None:
    review = opened(size=10)
    label_all(review, [actor, ben], now)
    body = bytes(Entry.objects.get(pk=finish_review(actor=actor, review_id=review.pk, now=now).evidence_id).body)
    assert b"EUR" not in body
    assert b"Betrachter" not in body


def test_one_person_never_labels_an_answer_twice(opened: Open, actor: Actor, now: datetime) -> None:
    review = opened()
    one = double(review)
    say(actor, review, one, "supported", now)
    again = say(actor, review, double(review), "unsupported", now)
    assert (again.place, again.revision) == (1, 2)
    assert next_for([double(review)], reviewer_of(actor)) is None


def test_a_second_person_takes_the_second_place_and_then_both_labels_stay(
    opened: Open, actor: Actor, ben: Actor, now: datetime
) -> None:
    review = opened()
    one = double(review)
    say(actor, review, one, "supported", now)
    assert say(ben, review, one, "unsupported", now).place == 2
    for person in (actor, ben, replace(actor, id="person-3")):
        with pytest.raises(Conflict):
            say(person, review, one, "supported", now)


def test_a_change_of_mind_keeps_what_was_said_before(opened: Open, actor: Actor, now: datetime) -> None:
    review = opened()
    one = single(review)
    say(actor, review, one, "unsupported", now)
    say(actor, review, one, "supported", now + timedelta(seconds=1))
    say(actor, review, one, "supported", now + timedelta(seconds=2))
    assert list(Label.objects.values_list("label", "revision")) == [("unsupported", 1), ("supported", 2)]
    assert TrailEntry.objects.filter(action="review.label").count() == 2
    assert "unsupported" not in str(list(TrailEntry.objects.filter(action="review.label").values_list("detail", flat=True)))


def test_two_labels_that_differ_are_settled_by_a_word_of_their_own(opened: Open, actor: Actor, ben: Actor, now: datetime) -> None:
    review = opened()
    one = double(review)
    with pytest.raises(Conflict):
        settle_answer(actor=actor, review_id=review.pk, sampled_id=one.sampled.pk, label="supported", now=now)
    say(actor, review, one, "supported", now)
    say(ben, review, one, "cannot_tell", now)
    assert double(review).differs()
    settle_answer(actor=actor, review_id=review.pk, sampled_id=one.sampled.pk, label="unsupported", now=now)
    found = double(review)
    assert (found.word(), found.differs(), len(found.labels)) == ("unsupported", False, 3)


def test_a_review_is_finished_only_when_every_answer_has_its_labels_and_only_once(
    opened: Open, actor: Actor, ben: Actor, now: datetime
) -> None:
    review = opened(size=8)
    label_all(review, [actor], now)
    with pytest.raises(Conflict, match="wait for a label"):
        finish_review(actor=actor, review_id=review.pk, now=now)
    label_all(review, [ben], now)
    finish_review(actor=actor, review_id=review.pk, now=now)
    with pytest.raises(Conflict, match="finished already"):
        finish_review(actor=actor, review_id=review.pk, now=now)
    with pytest.raises(Conflict, match="finished"):
        say(actor, review, single(review), "supported", now)
    assert Calibration.objects.count() == 1


def test_more_labels_go_on_from_those_there_are(opened: Open, actor: Actor, ben: Actor, now: datetime) -> None:
    review = opened(size=20)
    with pytest.raises(Conflict, match="not finished"):
        continue_review(actor=actor, review_id=review.pk, more=5, now=now)
    label_all(review, [actor, ben], now)
    finish_review(actor=actor, review_id=review.pk, now=now)
    drawn = {one.record_id for one in review.sample.all()}
    more = continue_review(actor=actor, review_id=review.pk, more=20, now=now)
    carried = {one.record_id for one in more.sample.filter(carried=True)}
    assert (carried, more.sample.count() - len(carried)) == (drawn, 20)
    with pytest.raises(Conflict, match="earlier review"):
        say(actor, more, next(one for one in standing_in(more) if one.sampled.carried), "unsupported", now)
    assert label_all(more, [actor, ben], now) >= 20
    made = finish_review(actor=actor, review_id=more.pk, now=now)
    assert any("looked at" in limit for limit in made.figures["limits"])
    with pytest.raises(Conflict, match="continued already"):
        continue_review(actor=actor, review_id=review.pk, more=5, now=now)


def test_answers_whose_words_were_erased_are_not_drawn_and_labels_on_erased_ones_still_count(
    opened: Open, audited: Callable[..., Run], actor: Actor, ben: Actor, now: datetime
) -> None:
    run = audited()
    ItemRecord.objects.filter(run=run, item__in=["q000", "q001"]).update(private=None)
    review = opened(run, size=10)
    assert review.population == 98
    label_all(review, [actor, ben], now)
    ItemRecord.objects.filter(run=run).update(private=None)
    made = finish_review(actor=actor, review_id=review.pk, now=now)
    assert made.figures["coverage"]["scored"] == review.sample.count()


def test_an_audit_of_several_judges_of_another_kind_or_without_answers_is_refused_by_name(
    audited: Callable[..., Run], actor: Actor, now: datetime
) -> None:
    other = audited()
    Run.objects.filter(pk=other.pk).update(kind="bias")
    for run, field in ((other, "run"), (audited([]), "language")):
        with pytest.raises(ShapeError) as refused:
            open_review(actor=actor, asked=Asked(run=str(run.pk)), now=now)
        assert refused.value.field == field


def test_whoever_may_only_look_labels_opens_and_finishes_nothing(opened: Open, actor: Actor, now: datetime) -> None:
    review = opened()
    viewer = replace(actor, scopes=scopes_of("viewer"))
    with pytest.raises(Forbidden):
        say(viewer, review, single(review), "supported", now)
    with pytest.raises(Forbidden):
        open_review(actor=viewer, asked=Asked(run=str(review.run_id)), now=now)
    with pytest.raises(Forbidden):
        finish_review(actor=viewer, review_id=review.pk, now=now)
    with pytest.raises(Forbidden):
        continue_review(actor=viewer, review_id=review.pk, more=5, now=now)


def test_an_answer_of_another_review_is_not_found(opened: Open, actor: Actor, now: datetime) -> None:
    review, other = opened(), opened()
    with pytest.raises(NotFound):
        say(actor, review, single(other), "supported", now)


def test_labels_of_somebody_who_was_shown_the_verdicts_before_are_told(
    opened: Open, actor: Actor, ben: Actor, now: datetime
) -> None:
    review = opened(size=100)
    note_reading(actor=ben, run_id=review.run_id, items=20, judged=True, now=now - timedelta(minutes=1))
    note_reading(actor=actor, run_id=review.run_id, items=1, judged=False, now=now - timedelta(minutes=1))
    label_all(review, [actor, ben], now)
    made = finish_review(actor=actor, review_id=review.pk, now=now)
    of_ben = Label.objects.filter(reviewer=reviewer_of(ben)).count()
    assert made.figures["details"]["labels_not_blind"] == of_ben > 0
    assert any("shown the judge's verdicts" in limit for limit in made.figures["limits"])


def test_looking_after_the_last_label_leaves_it_blind(opened: Open, actor: Actor, ben: Actor, now: datetime) -> None:
    review = opened(size=100)
    label_all(review, [actor, ben], now)
    note_reading(actor=ben, run_id=review.run_id, items=20, judged=True, now=now + timedelta(minutes=1))
    made = finish_review(actor=actor, review_id=review.pk, now=now + timedelta(minutes=2))
    assert made.figures["details"]["labels_not_blind"] == 0
    assert not any("shown the judge's verdicts" in limit for limit in made.figures["limits"])

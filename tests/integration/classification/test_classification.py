"""Answers are kept, a named person confirms what follows, and what changes reopens it."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from governance.access.actors import Actor, system_actor
from governance.access.people import NoPerson
from governance.access.policies import Forbidden
from governance.access.roles import scopes_of
from governance.access.services import authenticate_token, create_member, create_organisation, issue_token
from governance.access.tenancy import Conflict, NotFound
from governance.classification import services
from governance.classification.models import Classification, SystemAnswers
from governance.classification.services import Standing, answer, standing_of, standings_of
from governance.evidence.models import Entry
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, register_asset
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry
from tests.integration.classification.conftest import RECRUITMENT, confirmed

pytestmark = pytest.mark.django_db


def standing(version: AssetVersion, today: str = "") -> Standing:
    found = standing_of(version.organisation_id, version.asset_id, today=today)
    assert found is not None
    return found


def test_a_system_about_which_nobody_answered_has_no_standing(actor: Actor, version: AssetVersion) -> None:
    assert standing_of(actor.organisation, version.asset_id) is None


def test_what_is_not_answered_counts_as_unknown(actor: Actor, version: AssetVersion, now: datetime) -> None:
    answer(actor=actor, system_id=version.asset_id, answers={"p_ncii": "no"}, now=now)
    assert standing(version).outcome.tier == "undetermined"
    assert not standing(version).confirmed


def test_answers_are_kept_beside_each_other_and_taken_back(actor: Actor, version: AssetVersion, now: datetime) -> None:
    for given in ({"p_ncii": "no"}, {"h3_points": ["4a"]}, {"p_ncii": None, "p_csam": "unknown"}):
        row = answer(actor=actor, system_id=version.asset_id, answers=given, now=now)
    assert row.answers == {"as_of": now.date().isoformat(), "h3_points": ["4a"], "p_csam": "unknown"}
    told = TrailEntry.objects.filter(action="classification.answer").order_by("id")
    assert [one.detail["questions"] for one in told] == [["p_ncii"], ["h3_points"], ["p_csam", "p_ncii"]]


def test_the_same_answers_again_change_nothing(actor: Actor, answered: AssetVersion, now: datetime) -> None:
    answer(actor=actor, system_id=answered.asset_id, answers=RECRUITMENT, now=now)
    assert TrailEntry.objects.filter(action="classification.answer").count() == 1


@pytest.mark.parametrize("given", [{"p_nothing": "yes"}, {"p_nothing": None}, {"p_ncii": "maybe"}, {"h3_points": "4a"}])
def test_an_answer_that_does_not_fit_is_named_and_nothing_is_kept(
    actor: Actor, version: AssetVersion, now: datetime, given: dict[str, Any]
) -> None:
    with pytest.raises(ShapeError, match=next(iter(given))):
        answer(actor=actor, system_id=version.asset_id, answers=given, now=now)
    assert not SystemAnswers.objects.exists()


def test_a_named_person_confirms_and_it_is_sealed(eva: Actor, answered: AssetVersion, now: datetime) -> None:
    row = confirmed(eva, answered, now)
    found = standing(answered)
    assert (found.outcome.tier, found.confirmed, found.confirmed_by, found.confirmed_role) == (
        "high_risk", True, "Eva Oficial", "officer",
    )  # fmt: skip
    assert (found.evidence_id, found.digest, found.reopened) == (str(row.evidence_id), row.digest, ())
    sealed = Entry.objects.get(pk=row.evidence_id)
    statement = sealed.statement()
    assert (sealed.kind, sealed.subject) == ("classification", str(answered.pk))
    assert statement["classification"]["answers"]["h3_points"] == ["4a"]
    assert statement["classification"]["law"]["dates"]["hr_annex_iii"] == "2027-12-02"
    assert statement["confirmed"]["statement"] == "It ranks applicants."
    assert statement["pins"][0]["digest"] == answered.digest
    assert TrailEntry.objects.filter(action="classification.confirm", actor_name="Eva Oficial").count() == 1


def test_undetermined_cannot_be_confirmed(actor: Actor, eva: Actor, answered: AssetVersion, now: datetime) -> None:
    answer(actor=actor, system_id=answered.asset_id, answers={"p_manipulation": "unknown"}, now=now)
    with pytest.raises(services.Open, match="p_manipulation"):
        confirmed(eva, answered, now)
    assert not Classification.objects.exists()


def test_what_was_not_looked_at_is_not_confirmed(actor: Actor, eva: Actor, answered: AssetVersion, now: datetime) -> None:
    looked_at = services.proposal_for(actor.organisation, answered.asset_id).digest
    answer(actor=actor, system_id=answered.asset_id, answers={"h3_points": ["none"]}, now=now)
    with pytest.raises(services.Outdated):
        confirmed(eva, answered, now, digest=looked_at)


@pytest.mark.parametrize("statement", ["", "  ", "x" * 4001, "a\x00", "\ud800"])
def test_a_confirmation_says_why(eva: Actor, answered: AssetVersion, now: datetime, statement: str) -> None:
    with pytest.raises(ShapeError, match="statement"):
        confirmed(eva, answered, now, statement=statement)


@pytest.mark.parametrize("role", ["viewer", "engineer", "auditor"])
def test_only_who_decides_confirms(actor: Actor, answered: AssetVersion, now: datetime, role: str) -> None:
    with pytest.raises(Forbidden):
        confirmed(replace(actor, role=role, scopes=scopes_of(role)), answered, now)


def test_who_only_reads_answers_nothing(actor: Actor, version: AssetVersion, now: datetime) -> None:
    with pytest.raises(Forbidden):
        answer(actor=replace(actor, scopes=scopes_of("viewer")), system_id=version.asset_id, answers={"p_ncii": "no"}, now=now)


def test_a_token_that_nobody_answers_for_confirms_nothing(actor: Actor, answered: AssetVersion, now: datetime) -> None:
    robot = token_of(system_actor(actor.organisation), now)
    with pytest.raises(NoPerson):
        confirmed(robot, answered, now)
    with pytest.raises(NoPerson):
        confirmed(system_actor(actor.organisation), answered, now)


def test_a_token_confirms_by_the_name_of_its_person(actor: Actor, answered: AssetVersion, now: datetime) -> None:
    member = create_member(actor=actor, email="eva@example.org", role="officer", now=now)
    robot = token_of(replace(actor, id=str(member.user_id)), now)
    assert confirmed(robot, answered, now).confirmed_by == str(member.user)


def token_of(actor: Actor, now: datetime) -> Actor:
    _, secret = issue_token(actor=actor, name="ci", scopes=sorted(scopes_of("officer")), role="officer", now=now)
    found = authenticate_token(secret, now)
    assert found is not None
    return found


def test_nothing_to_confirm_is_told(eva: Actor, version: AssetVersion, now: datetime) -> None:
    with pytest.raises(Conflict, match="answer the questions first"):
        confirmed(eva, version, now)
    bare = register_asset(actor=eva, kind="ai_system", name="Bare", owner="Ana", now=now)
    answer(actor=eva, system_id=bare.pk, answers={"p_ncii": "no"}, now=now)
    with pytest.raises(Conflict, match="no version yet"):
        services.proposal_for(eva.organisation, bare.pk)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"purpose": "Decides"}, "The purpose changed"),
        ({"intended_use": "Also for promotions"}, "The intended use changed"),
        ({"area": "4(a)"}, "The area of Annex III changed"),
        ({"risk_class": "minimal_risk"}, "The declared risk class changed"),
        ({"roles": ["provider"]}, "The roles of the organisation changed"),
    ],
)
def test_a_changed_purpose_reopens_it(
    eva: Actor, answered: AssetVersion, now: datetime, spec: dict[str, Any], words: str
) -> None:
    confirmed(eva, answered, now)
    add_version(actor=eva, asset_id=answered.asset_id, spec={"purpose": "Ranks applications", **spec}, now=now)
    assert [one.message.startswith(words) for one in standing(answered).reopened] == [True]
    assert dict(standing(answered).reopened[0].values)["number"] == "2"
    assert not standing(answered).confirmed


def test_another_version_of_the_same_purpose_reopens_nothing(eva: Actor, answered: AssetVersion, now: datetime) -> None:
    confirmed(eva, answered, now)
    add_version(actor=eva, asset_id=answered.asset_id, spec={"purpose": "Ranks applications", "accuracy": "0.9"}, now=now)
    assert standing(answered).confirmed


def test_a_purpose_that_changed_and_changed_back_is_the_confirmed_one(eva: Actor, answered: AssetVersion, now: datetime) -> None:
    confirmed(eva, answered, now)
    for purpose in ("Decides", "Ranks applications"):
        add_version(actor=eva, asset_id=answered.asset_id, spec={"purpose": purpose}, now=now)
    assert standing(answered).confirmed


def test_changed_answers_reopen_it_and_the_confirmed_outcome_stays_readable(
    actor: Actor, eva: Actor, answered: AssetVersion, now: datetime
) -> None:
    confirmed(eva, answered, now)
    answer(actor=actor, system_id=answered.asset_id, answers={"h3_points": ["none"]}, now=now)
    found = standing(answered)
    assert (found.outcome.tier, found.confirmed, len(found.reopened)) == ("high_risk", False, 1)
    confirmed(eva, answered, now)
    assert (standing(answered).outcome.tier, standing(answered).confirmed) == ("minimal", True)
    assert Classification.objects.count() == 2


def test_changed_law_reopens_it(eva: Actor, answered: AssetVersion, now: datetime, settings: Any) -> None:
    confirmed(eva, answered, now)
    settings.PROBANZA_LEGAL_DATES = "tests.integration.classification.test_classification.moved"
    assert ["law lead to another outcome" in one.message for one in standing(answered).reopened] == [True]


def moved() -> dict[str, str]:
    from governance.compliance.dates import legal_dates

    return {**legal_dates(), "hr_annex_iii": "2029-01-01"}


def test_the_day_of_a_prohibition_reopens_it(actor: Actor, eva: Actor, answered: AssetVersion, now: datetime) -> None:
    answer(actor=actor, system_id=answered.asset_id, answers={"p_csam": "yes"}, now=now)
    confirmed(eva, answered, now)
    assert standing(answered).outcome.tier == "prohibited_from_2026-12-02"
    assert standing(answered, today="2026-12-01").confirmed
    assert ["has come" in one.message for one in standing(answered, today="2026-12-02").reopened] == [True]


def test_a_confirmed_classification_is_there_for_good(eva: Actor, answered: AssetVersion, now: datetime) -> None:
    row = confirmed(eva, answered, now)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Classification.objects.filter(pk=row.pk).update(confirmed_by="Nobody")


def test_another_organisation_s_system_is_not_found(eva: Actor, answered: AssetVersion, now: datetime) -> None:
    other = replace(eva, organisation=create_organisation(name="Zweite Bank", now=now).pk)
    for act in (lambda: answer(actor=other, system_id=answered.asset_id, answers={}, now=now),):
        with pytest.raises(NotFound):
            act()
    assert standing_of(other.organisation, answered.asset_id) is None


def test_a_model_has_no_classification(actor: Actor, now: datetime) -> None:
    model = register_asset(actor=actor, kind="model", name="LLM", owner="Ana", now=now)
    with pytest.raises(NotFound):
        answer(actor=actor, system_id=model.pk, answers={"p_ncii": "no"}, now=now)


def test_many_systems_are_asked_for_in_as_many_queries_as_one(
    eva: Actor, answered: AssetVersion, now: datetime, django_assert_num_queries: Any
) -> None:
    confirmed(eva, answered, now)
    systems: list[UUID] = [answered.asset_id]
    for name in ("One", "Two"):
        asset = register_asset(actor=eva, kind="ai_system", name=name, owner="Ana", now=now)
        answer(actor=eva, system_id=asset.pk, answers={"p_ncii": "no"}, now=now)
        systems.append(asset.pk)
    with django_assert_num_queries(3):
        found = standings_of(eva.organisation, systems)
    assert [found[one].confirmed for one in systems] == [True, False, False]

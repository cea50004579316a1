"""Clocks of Art. 73 and the life of an incident."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.incidents.life import (
    EFFECTS,
    NEXT,
    RULES,
    SCOPES,
    UNDETERMINED,
    Act,
    State,
    acts_in,
    check_act,
    check_effects,
    diagram,
    due_at,
    rule_for,
    severity_of,
    standing,
)
from governance.shapes import ShapeError
from tests.house.rooms import ROOT

AWARE = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
KNOWN = tuple(one for one in EFFECTS if one != UNDETERMINED)
harm = st.sets(st.sampled_from(KNOWN), min_size=1).map(tuple)


@pytest.mark.parametrize(
    ("effect", "days", "article"),
    [
        ("death", 10, "Art. 73(4)"),
        ("health", 15, "Art. 73(2)"),
        ("fundamental_rights", 15, "Art. 73(2)"),
        ("property_environment", 15, "Art. 73(2)"),
        ("critical_infrastructure", 2, "Art. 73(3)"),
        ("widespread_infringement", 2, "Art. 73(3)"),
        ("undetermined", 2, "Art. 73(2)-(4)"),
    ],
)
def test_each_harm_starts_its_clock_at_the_moment_of_awareness(effect: str, days: int, article: str) -> None:
    rule = rule_for([effect])
    assert (rule.days, rule.clock, rule.article) == (days, f"{days} days", article)
    assert due_at([effect], AWARE) == AWARE + days * DAY


def test_every_harm_has_one_clock() -> None:
    named = [effect for rule in RULES for effect in rule.effects]
    assert sorted(named) == sorted(EFFECTS)


def test_of_several_harms_the_shortest_clock_counts() -> None:
    assert (rule_for(["health", "death"]).days, severity_of(["health", "death"])) == (10, "death")
    assert severity_of(["death", "critical_infrastructure"]) == "critical_infrastructure"


@given(harm, harm)
def test_more_harm_never_makes_a_clock_longer(some: tuple[str, ...], more: tuple[str, ...]) -> None:
    assert due_at({*some, *more}, AWARE) <= due_at(some, AWARE)


@given(harm)
def test_not_knowing_the_harm_never_gives_more_time_than_knowing_it(known: tuple[str, ...]) -> None:
    assert due_at([UNDETERMINED], AWARE) <= due_at(known, AWARE)


@pytest.mark.parametrize("given_effects", [[], ["fire"], ["death", "fire"], ["death", "undetermined"], [""], ["Death"]])
def test_what_is_no_harm_of_the_law_is_refused_by_name(given_effects: list[str]) -> None:
    with pytest.raises(ShapeError) as caught:
        check_effects(given_effects)
    assert caught.value.field.startswith("effects")
    assert caught.value.allowed == tuple(EFFECTS)


def test_harm_is_kept_once_and_in_order() -> None:
    assert check_effects(["health", "death", "health"]) == ("death", "health")


@pytest.mark.parametrize(
    ("after", "reported_after", "state", "told"),
    [
        (1, None, State.OPEN, "running"),
        (7.5, None, State.OPEN, "due_soon"),
        (10, None, State.OPEN, "due_soon"),
        (10.001, None, State.OPEN, "overdue"),
        (30, 10, State.REPORTED, "in_time"),
        (30, 10.001, State.REPORTED, "late"),
        (30, 1, State.INITIALLY_REPORTED, "in_time"),
        (30, 11, State.CLOSED, "late"),
        (30, None, State.NOT_SERIOUS, "stopped"),
    ],
)
def test_a_clock_stands_by_what_was_reported_when(after: float, reported_after: float | None, state: State, told: str) -> None:
    reported = None if reported_after is None else AWARE + reported_after * DAY
    stands = standing(state=state, effects=["death"], aware_at=AWARE, reported_at=reported, now=AWARE + after * DAY)
    assert stands == told


@given(harm, st.floats(0, 40), st.floats(0, 40))
def test_an_open_clock_never_runs_backwards(effects: tuple[str, ...], one: float, other: float) -> None:
    order = ("running", "due_soon", "overdue")
    told = [
        order.index(standing(state=State.OPEN, effects=effects, aware_at=AWARE, reported_at=None, now=AWARE + days * DAY))
        for days in sorted((one, other))
    ]
    assert told == sorted(told)


def test_nothing_can_be_released_before_an_authority_knows() -> None:
    with pytest.raises(ShapeError, match="cannot be done with an incident that is open"):
        check_act("release", State.OPEN)
    assert all(state in NEXT[Act.RELEASE] for state in State if state is not State.OPEN)


def test_a_report_cannot_be_taken_back() -> None:
    back = [act for act in Act for old, new in NEXT[act].items() if new is State.OPEN and old is not State.OPEN]
    assert back == [Act.REOPEN]
    assert NEXT[Act.REOPEN] == {State.NOT_SERIOUS: State.OPEN, State.CLOSED: State.REPORTED}


@pytest.mark.parametrize("act", ["explode", "", "Report"])
def test_an_act_that_there_is_not_is_refused_with_those_there_are(act: str) -> None:
    with pytest.raises(ShapeError) as caught:
        check_act(act, State.OPEN)
    assert set(caught.value.allowed) == set(Act)


@pytest.mark.parametrize("state", list(State))
def test_a_refused_act_names_what_can_be_done(state: State) -> None:
    for act in Act:
        if act in acts_in(state):
            assert check_act(act, state) in State
        else:
            with pytest.raises(ShapeError) as caught:
                check_act(act, state)
            assert caught.value.allowed == acts_in(state)


def test_every_state_can_be_reached_and_left() -> None:
    moves = {(old, new) for act in Act for old, new in NEXT[act].items() if old != new}
    assert {new for _old, new in moves} | {State.OPEN} == set(State)
    assert {old for old, _new in moves} == set(State)
    assert all(any(set(pair) == {old, new} for old, new in moves) for pair in combinations((State.OPEN, State.REPORTED), 2))


def test_what_is_owed_to_an_authority_is_told_by_whoever_may_decide() -> None:
    assert {act for act in Act if SCOPES[act] == "audits:write"} == {Act.ASSESS, Act.FREEZE, Act.NOTE}


def test_the_drawing_of_the_documentation_is_the_table() -> None:
    assert diagram() in (ROOT / "docs/reference/incidents.md").read_text(encoding="utf-8")

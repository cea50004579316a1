from itertools import permutations

import pytest

from audits.states import State
from audits.suites.standing import Standing, planned_of, state_of, verdict_of

Q, R, S, F, C = State.QUEUED, State.RUNNING, State.SUCCEEDED, State.FAILED, State.CANCELLED


def stands(*verdicts: str | None) -> list[Standing]:
    return [Standing(S if verdict else F, verdict, 1, 1) for verdict in verdicts]


@pytest.mark.parametrize(
    ("states", "whole"),
    [((Q, Q), Q), ((Q, S), R), ((R, F), R), ((S, S), S), ((S, F), F), ((C, S), C), ((C, F), F)],
)
def test_a_suite_run_is_open_as_long_as_one_audit_is(states: tuple[State, ...], whole: State) -> None:
    assert {state_of(order) for order in permutations(states)} == {whole}


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        (("met", "met"), "met"),
        (("met", "not_met", "inconclusive"), "not_met"),
        (("met", "inconclusive", "insufficient"), "inconclusive"),
        (("met", "insufficient", "no_criterion"), "insufficient"),
        (("met", "no_criterion"), "no_criterion"),
        (("met", None), None),
        (("not_met", None), "not_met"),
    ],
)
def test_the_worst_verdict_is_the_suite_s(verdicts: tuple[str | None, ...], whole: str | None) -> None:
    assert {verdict_of(order) for order in permutations(stands(*verdicts))} == {whole}


def test_there_is_no_verdict_before_the_last_audit_has_ended() -> None:
    assert verdict_of([*stands("not_met"), Standing(R, None, 3, 1)]) is None


def test_the_number_of_items_is_unknown_until_every_audit_has_planned() -> None:
    assert planned_of([Standing(R, None, 3, 1), Standing(Q, None, None, 0)]) is None
    assert planned_of([Standing(R, None, 3, 1), Standing(R, None, 4, 0)]) == 7

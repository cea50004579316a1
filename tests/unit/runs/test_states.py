import pytest

from audits.states import AGAIN, FINAL, NEXT, OPEN, BadMove, State, can_move, check_move, diagram


def test_every_state_has_a_line_in_the_table() -> None:
    assert set(NEXT) == set(State)


def test_a_finished_run_moves_only_by_a_retry_and_never_once_it_succeeded() -> None:
    assert {State.SUCCEEDED, State.FAILED, State.CANCELLED} == FINAL == set(State) - OPEN
    assert {(state, other) for state in FINAL for other in State if can_move(state, other)} == {
        (state, State.QUEUED) for state in AGAIN
    }
    assert {State.FAILED, State.CANCELLED} == AGAIN


def test_every_open_state_can_end_in_failure_or_be_cancelled() -> None:
    assert all(can_move(state, State.FAILED) and can_move(state, State.CANCELLED) for state in OPEN)


def test_nothing_succeeds_without_having_run() -> None:
    with pytest.raises(BadMove, match="queued cannot become succeeded"):
        check_move(State.QUEUED, State.SUCCEEDED)


def test_the_refusal_of_a_final_state_says_that_it_is_final() -> None:
    with pytest.raises(BadMove, match="it is final"):
        check_move(State.SUCCEEDED, State.RUNNING)


def test_the_drawing_has_every_arrow_of_the_table() -> None:
    assert all(f"{old} --> {new}" in diagram() for old, following in NEXT.items() for new in following)

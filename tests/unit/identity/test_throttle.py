"""How long a guesser waits."""

from governance.identity.throttle import FREE, LONGEST_WAIT_S, wait_after


def test_waiting_doubles_after_the_free_tries_up_to_its_bound() -> None:
    assert [wait_after(FREE - 1), wait_after(FREE), wait_after(FREE + 1)] == [0, 15, 30]
    assert wait_after(10_000) == LONGEST_WAIT_S

"""How many pages a person may ask for. Pure."""

from governance.portal.pace import MOST_PEOPLE, Pace


def test_a_person_may_ask_as_often_as_the_limit_says_and_then_waits_for_the_minute_to_end() -> None:
    pace = Pace()
    assert [pace.wait_s("ana", 2, now) for now in (0.0, 10.0, 20.0, 59.5, 60.0)] == [0, 0, 40, 1, 0]


def test_what_is_refused_is_not_counted() -> None:
    pace = Pace()
    assert [pace.wait_s("ana", 1, 0.0) for _ in range(5)] == [0, 60, 60, 60, 60]
    assert pace.counted["ana"] == (0.0, 1)


def test_one_person_does_not_use_up_anothers_pages() -> None:
    pace = Pace()
    assert [pace.wait_s(who, 1, 0.0) for who in ("ana", "ben", "ana")] == [0, 0, 60]


def test_no_limit_counts_nothing() -> None:
    pace = Pace()
    assert [pace.wait_s("ana", 0, 0.0) for _ in range(3)] == [0, 0, 0]
    assert pace.counted == {}


def test_those_who_asked_long_ago_are_forgotten() -> None:
    pace = Pace()
    for number in range(MOST_PEOPLE):
        pace.wait_s(str(number), 5, 0.0)
    pace.wait_s("ana", 5, 61.0)
    assert pace.counted == {"ana": (61.0, 1)}

from uuid import RFC_4122

from governance.trail.ids import uuid7, uuid7_at


def test_an_id_is_a_uuid_of_version_seven():
    made = uuid7()
    assert (made.version, made.variant) == (7, RFC_4122)


def test_ids_of_later_moments_sort_later():
    moments = [0, 300, 999_999, 1_000_000, 1_000_400, 10**18]
    made = [uuid7_at(moment, noise=2**62 - 1 - index) for index, moment in enumerate(moments)]
    assert made == sorted(made)


def test_the_milliseconds_stand_in_the_first_48_bits():
    assert uuid7_at(1_700_000_000_123 * 10**6, 0).int >> 80 == 1_700_000_000_123


def test_the_noise_keeps_ids_of_one_moment_apart():
    assert uuid7_at(5, 1) != uuid7_at(5, 2)


def test_many_ids_made_in_a_row_differ():
    assert len({uuid7() for _ in range(2000)}) == 2000

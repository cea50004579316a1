import math

import pytest

from audits.measures.groups import Share
from audits.measures.intervals import koopman
from audits.measures.strata import Stratum, adjusted_difference, adjusted_ratio


def share(hits, size):
    return Share(hits / size, hits, size, size, hits)


def test_a_gap_that_is_none_within_any_stratum_is_adjusted_away():
    """Berkeley admissions in small: each department treats both alike, one side applies where few are admitted."""
    strata = [Stratum(share(8, 10), share(80, 100)), Stratum(share(20, 100), share(2, 10))]
    assert 28 / 110 < 0.4 * 82 / 110
    assert adjusted_ratio(strata).value == pytest.approx(1)
    assert adjusted_difference(strata).value == pytest.approx(0)


def test_one_stratum_alone_gives_the_crude_ratio_and_katz_error():
    stratum = Stratum(share(30, 100), share(20, 80))
    adjusted = adjusted_ratio([stratum])
    error = math.sqrt(1 / 30 - 1 / 100 + 1 / 20 - 1 / 80)
    assert adjusted.value == pytest.approx(koopman(30, 100, 20, 80).value)
    assert math.log(adjusted.high / adjusted.value) == pytest.approx(1.959964 * error, rel=1e-6)


def test_one_large_stratum_alone_gives_about_the_plain_error_of_a_difference():
    adjusted = adjusted_difference([Stratum(share(3000, 10000), share(2500, 10000))])
    error = math.sqrt(0.3 * 0.7 / 10000 + 0.25 * 0.75 / 10000)
    assert (adjusted.high - adjusted.low) / 2 == pytest.approx(1.959964 * error, rel=1e-3)


def test_without_a_stratum_nothing_is_said():
    assert adjusted_ratio([]) is None
    assert adjusted_difference([]) is None
    assert adjusted_ratio([Stratum(share(0, 5), share(3, 5))]) is None

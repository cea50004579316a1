import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from audits.measures.estimates import beta_cdf, effective_share, exact_share, upper_bound, wilson_ends
from audits.measures.intervals import wilson

counts = st.integers(1, 3000).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size)))


# Nearer to 1 than this scipy is the one that is off: at 1 - 1.1e-16 with a = b = 0.5 the true value is 1 - 6.7e-9, as ours.
@given(st.just(0.0) | st.just(1.0) | st.floats(1e-9, 1 - 1e-9), st.floats(0.5, 3000), st.floats(0.5, 3000))
def test_the_beta_distribution_is_the_one_of_scipy(x, a, b):
    assert beta_cdf(x, a, b) == pytest.approx(stats.beta.cdf(x, a, b), abs=1e-9)


@given(counts, st.sampled_from([0.9, 0.95, 0.99]))
def test_the_exact_interval_is_the_one_of_scipy(case, level):
    ours, theirs = exact_share(*case, level), stats.binomtest(*case).proportion_ci(level, method="exact")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_fifty_nine_units_without_a_hit_exclude_five_percent_and_fifty_eight_do_not():
    assert upper_bound(0, 59, 0.05) <= 0.05 < upper_bound(0, 58, 0.05)


def test_no_units_have_no_share():
    assert math.isnan(exact_share(0, 0).value)


@given(counts)
def test_a_plain_count_gets_the_wilson_interval_it_always_had(case):
    plain = wilson(*case)
    assert wilson_ends(case[0] / case[1], case[1]) == pytest.approx((plain.low, plain.high), abs=1e-12)


@given(st.floats(-0.5, 1.5), st.floats(0, 1), st.integers(1, 500))
def test_a_share_stays_a_share_within_its_interval(value, variance, n):
    found = effective_share(value, variance, n, "any")
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_pages_may_compute_them_without_the_heavy_libraries():
    rooms = "agreement, calibration, comparison, drift, prevalence, sampling"
    code = f"import sys; from audits.measures import {rooms}; print({{'scipy', 'django', 'pandas'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"

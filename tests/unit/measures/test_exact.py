from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.measures.exact import exact_sum, exact_sums, fraction_text

doubles = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=40)


@given(doubles)
def test_a_sum_is_the_exact_one(values):
    assert exact_sum(np.array(values)) == sum(map(Fraction, values), Fraction(0))


@given(doubles, st.integers(0, 40))
def test_chunks_do_not_matter(values, cut):
    whole = exact_sum(np.array(values))
    assert exact_sum(np.array(values[:cut])) + exact_sum(np.array(values[cut:])) == whole


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_has_no_sum(value):
    with pytest.raises(ValueError, match="finite"):
        exact_sum(np.array([1.0, value]))


def test_columns_are_summed_apart_and_read_back():
    sums = exact_sums(np.array([[0.1, 1.0], [0.2, 2.0]]))
    assert [Fraction(fraction_text(one)) for one in sums] == [Fraction(0.1) + Fraction(0.2), 3]

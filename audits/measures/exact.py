"""Sums that do not depend on the order or the chunks they were made in.

A double is a whole number times a power of two, so a sum of doubles can be exact. Chunks of
an audit add up their own sums; only exact ones give the same figure whatever the chunks.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

MANTISSA_BITS = 53
LOW_BITS = 27  # halves of a mantissa: 2**36 of them fit in an int64 sum


def exact_sum(values: NDArray[np.float64]) -> Fraction:
    """The exact sum of finite doubles, shape (n,); 0 for none.

    Raises:
        ValueError: when a value is NaN or infinite.
    """
    if not np.isfinite(values).all():
        raise ValueError("an exact sum needs finite numbers")
    mantissas, exponents = np.frexp(np.asarray(values, dtype=np.float64))
    whole = np.ldexp(mantissas, MANTISSA_BITS).astype(np.int64)
    high, low = whole >> LOW_BITS, whole & ((1 << LOW_BITS) - 1)
    total = Fraction(0)
    for exponent in np.unique(exponents):
        here = exponents == exponent
        units = (int(high[here].sum()) << LOW_BITS) + int(low[here].sum())
        total += Fraction(units) * Fraction(2) ** int(exponent - MANTISSA_BITS)
    return total


def exact_sums(values: NDArray[np.float64]) -> list[Fraction]:
    """The exact sum of each column of `values`, shape (rows, columns)."""
    return [exact_sum(values[:, column]) for column in range(values.shape[1])]


def fraction_text(value: Fraction) -> str:
    """`numerator/denominator`, or only the numerator of a whole number: read back by `Fraction(text)`."""
    return str(value)

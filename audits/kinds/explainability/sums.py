"""What is kept of explained rows: exact sums per feature, from which all figures follow. No row is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import fsum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audits.measures.exact import exact_sum, exact_sums, fraction_text

Array = NDArray[np.float64]
PER_FEATURE = ("absolute", "signed", "squares", "cross", "even", "odd")


@dataclass(slots=True)
class Sums:
    """Of n rows: per feature the sums of |phi|, phi, phi^2, |phi| * T (T = the row's sum of |phi|), and of |phi| over the
    rows with even and with odd number; over rows the sums of T and T^2; the largest |f - E - sum phi| and |f - E|.
    """

    rows: int = 0
    features: dict[str, list[Fraction]] = field(default_factory=dict)
    total: Fraction = Fraction(0)
    total_squares: Fraction = Fraction(0)
    residual: float = 0.0
    spread: float = 0.0

    def add(self, values: Mapping[str, Any]) -> None:
        """Take in one chunk, as `summed` wrote it."""
        self.rows += values["explained"]
        for name in PER_FEATURE:
            new = [Fraction(text) for text in values[name]]
            old = self.features.get(name) or [Fraction(0)] * len(new)
            self.features[name] = [one + other for one, other in zip(old, new, strict=True)]
        self.total += Fraction(values["total"])
        self.total_squares += Fraction(values["total_squares"])
        self.residual = max(self.residual, float.fromhex(values["residual"]))
        self.spread = max(self.spread, float.fromhex(values["spread"]))


def summed(phi: Array, outputs: Array, expected: float, numbers: NDArray[np.int64]) -> dict[str, Any]:
    """The sums of one chunk as JSON-ready exact text. phi: (rows, features), outputs: (rows,), all finite."""
    size = np.abs(phi)
    totals = np.array([fsum(row) for row in size])
    gaps = np.array([output - fsum([expected, *row]) for output, row in zip(outputs, phi, strict=True)])
    even = numbers % 2 == 0
    parts: dict[str, Sequence[Fraction]] = {
        "absolute": exact_sums(size),
        "signed": exact_sums(phi),
        "squares": exact_sums(phi * phi),
        "cross": exact_sums(size * totals[:, None]),
        "even": exact_sums(size[even]),
        "odd": exact_sums(size[~even]),
    }
    return {
        "explained": len(phi),
        **{name: [fraction_text(one) for one in sums] for name, sums in parts.items()},
        "total": fraction_text(exact_sum(totals)),
        "total_squares": fraction_text(exact_sum(totals * totals)),
        "residual": float(np.max(np.abs(gaps), initial=0.0)).hex(),
        "spread": float(np.max(np.abs(outputs - expected), initial=0.0)).hex(),
    }

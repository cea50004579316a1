"""Where a number lies on an axis, and which numbers the axis names."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

MOST_TICKS = 7
_DRAWABLE = 1e12


def number(words: str | None) -> float | None:
    """Decimal text as a float that can be drawn; None for anything else (never 0)."""
    if words is None:
        return None
    try:
        value = float(Decimal(words))
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return value if math.isfinite(value) and abs(value) <= _DRAWABLE else None


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear axis from `low` to `high` in data, over [left, left + width] in pixels."""

    low: float
    high: float
    step: float
    left: float
    width: float

    def x(self, value: float) -> float:
        """The pixel of `value`, held inside the axis."""
        share = (value - self.low) / (self.high - self.low)
        return self.left + self.width * min(1.0, max(0.0, share))

    def ticks(self) -> list[float]:
        """At most `MOST_TICKS` round numbers from `low` to `high`."""
        count = round((self.high - self.low) / self.step)
        return [self.low + index * self.step for index in range(count + 1)]

    def label(self, value: float) -> str:
        """A tick as text, with no more decimals than the step has."""
        decimals = max(0, -math.floor(math.log10(self.step) + 1e-9))
        words = f"{value:.{decimals}f}"
        return "0" if float(words) == 0 else words


def fit(values: Iterable[float], unit: str, left: float, width: float) -> Scale:
    """An axis that holds zero and all `values`; one of shares ends at 1 unless all are small."""
    known = [0.0, *values]
    low, high = min(known), max(known)
    if unit == "share" and 0.5 < high <= 1:
        high = 1.0
    if high - low < 1e-9:
        high = low + 1.0
    step = _step(high - low)
    low_tick = math.floor(low / step + 1e-9)
    high_tick = math.ceil(high / step - 1e-9)
    while high_tick - low_tick + 1 > MOST_TICKS:
        step = _next(step)
        low_tick, high_tick = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(low_tick * step, high_tick * step, step, left, width)


def _step(extent: float) -> float:
    power = 10.0 ** math.floor(math.log10(extent / (MOST_TICKS - 1)))
    return next(base * power for base in (1, 2, 5, 10) if base * power * (MOST_TICKS - 1) >= extent * (1 - 1e-9))


def _next(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step) + 1e-9)
    return power * {1: 2, 2: 5, 5: 10}[round(step / power)]

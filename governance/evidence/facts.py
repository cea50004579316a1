"""Facts: what an audit kind concludes, before anybody judges it.

A kind measures and never judges: each measure carries its interval, its method and its n.
`Facts.to_plain()` is the canonical form that is sealed and that `manage.py measure` writes.
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from probanza.canonical import canonical_bytes

DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)


def decimal_text(value: float | Decimal | None) -> str | None:
    """A number as decimal text with at most 15 significant digits; `None` and NaN as `None`.

    Example: `decimal_text(0.1 + 0.2) == "0.3"`.
    """
    if value is None or value != value:  # NaN is the one number that differs from itself
        return None
    number = DIGITS.create_decimal(repr(value) if isinstance(value, float) else value)
    if not number.is_finite():
        return None
    text = format(number.normalize(), "f")
    return "0" if text in {"-0", "0"} else text


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of an audit with everything needed to read it.

    value, low, high: decimal text in `unit`, or None where not estimable (`reason` says why).
    method: how the interval was computed, e.g. `wilson`, `newcombe`, `bootstrap`, `clopper_pearson`.
    n: what the estimate rests on (rows, answers, texts); for a rate its denominator.
    unscored: items of the same base that got no score; never folded into `value`.
    group: the subgroup, as ordered (feature, value) pairs; empty for the whole.
    """

    name: str
    value: str | None
    low: str | None
    high: str | None
    n: int
    method: str
    unit: str = "share"
    level: str = "0.95"
    unscored: int = 0
    group: tuple[tuple[str, str], ...] = ()
    reason: str = ""

    def key(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What a criterion names: the measure and the group it holds for."""
        return (self.name, self.group)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What happened to the planned items: nothing is skipped silently.

    planned = scored + the sum of `unscored` (reason -> count).
    """

    planned: int
    scored: int
    unscored: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What one run of one kind found.

    details: more of the kind's own, JSON-ready without floats (group tables, counts, ...).
    limits: what the figures do not show, as message ids.
    """

    kind: str
    kind_version: str
    parameters: dict[str, Any]
    seed: int
    coverage: Coverage
    measures: tuple[Measure, ...]
    details: dict[str, Any] = field(default_factory=dict)
    limits: tuple[str, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """JSON-ready data without floats."""
        return {
            "kind": self.kind,
            "kind_version": self.kind_version,
            "parameters": self.parameters,
            "seed": self.seed,
            "coverage": {
                "planned": self.coverage.planned,
                "scored": self.coverage.scored,
                "unscored": dict(self.coverage.unscored),
            },
            "measures": [_measure_plain(measure) for measure in self.measures],
            "details": self.details,
            "limits": list(self.limits),
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Facts":
        """Read back what `to_plain` wrote."""
        coverage = plain["coverage"]
        return cls(
            kind=plain["kind"],
            kind_version=plain["kind_version"],
            parameters=plain["parameters"],
            seed=plain["seed"],
            coverage=Coverage(coverage["planned"], coverage["scored"], tuple(sorted(coverage["unscored"].items()))),
            measures=tuple(_measure_from(measure) for measure in plain["measures"]),
            details=plain["details"],
            limits=tuple(plain["limits"]),
        )

    def canonical(self) -> bytes:
        """The bytes that are sealed."""
        return canonical_bytes(self.to_plain())


def _measure_plain(measure: Measure) -> dict[str, Any]:
    return {
        "name": measure.name,
        "value": measure.value,
        "low": measure.low,
        "high": measure.high,
        "n": measure.n,
        "method": measure.method,
        "unit": measure.unit,
        "level": measure.level,
        "unscored": measure.unscored,
        "group": [list(pair) for pair in measure.group],
        "reason": measure.reason,
    }


def _measure_from(plain: dict[str, Any]) -> Measure:
    pairs = tuple((str(feature), str(value)) for feature, value in plain["group"])
    return Measure(**{**plain, "group": pairs})

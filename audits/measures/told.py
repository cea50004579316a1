"""Figures as measures of Facts: decimal text with interval, method and n, or why there is none. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from audits.measures.intervals import Interval, mean_interval, wilson
from audits.measures.latency import percentile
from audits.measures.means import mean_of_questions, ratio_of_questions
from governance.book import gettext_noop as _
from governance.evidence.facts import Measure, decimal_text

NO_BASE = _("there is nothing that it could be taken over")
NOT_TOLD = _("the system does not tell it")
FEW = _("too few for an interval")

Group = tuple[tuple[str, str], ...]
Scored = Sequence[tuple[str, Fraction | float]]  # (question, figure)


def share(name: str, hits: int, size: int, *, unscored: int = 0, group: Group = (), reason: str = NO_BASE) -> Measure:
    """Hits / size with Wilson's interval; not estimable at size 0."""
    return _told(name, wilson(hits, size), size, "wilson", "share", unscored, group, reason)


def mean_share(
    name: str, scored: Scored, seed: int, *, unit: str = "share", unscored: int = 0, group: Group = (), reason: str = NO_BASE
) -> Measure:
    """The mean of figures in [0, 1] over questions; see `means.mean_of_questions`."""
    found = mean_of_questions([float(figure) for _q, figure in scored], [question for question, _f in scored], seed)
    return _told(name, found, len(scored), "bootstrap_clusters", unit, unscored, group, reason)


def ratio(
    name: str, parts: Sequence[tuple[str, int, int]], seed: int, *, unscored: int = 0, group: Group = (), reason: str = NO_BASE
) -> Measure:
    """Hits / units over (question, hits, units) of answers; see `means.ratio_of_questions`."""
    hits, sizes = [hit for _q, hit, _s in parts], [size for _q, _h, size in parts]
    found = ratio_of_questions(hits, sizes, [question for question, _h, _s in parts], seed)
    return _told(name, found, sum(sizes), "bootstrap_clusters", "share", unscored, group, reason)


def amount(
    name: str, values: Sequence[Fraction], unit: str, *, unscored: int = 0, group: Group = (), reason: str = NOT_TOLD
) -> Measure:
    """The mean of amounts of at least 0 with Student's interval, its low end not below 0; no interval below two."""
    if not values:
        return _told(name, None, 0, "student", unit, unscored, group, reason)
    found = mean_interval(len(values), sum(values, Fraction(0)), sum((value * value for value in values), Fraction(0)))
    if found is None:
        return Measure(name, _text(values[0]), None, None, 1, "student", unit, unscored=unscored, group=group, reason=FEW)
    measure = _told(name, found, len(values), "student", unit, unscored, group, reason)
    return replace(measure, value=_text(sum(values, Fraction(0)) / len(values)), low=decimal_text(max(0.0, found.low)))


def quantile(
    name: str, times: Sequence[Decimal], percent: int, *, unscored: int = 0, group: Group = (), reason: str = NOT_TOLD
) -> Measure:
    """A percentile of milliseconds by nearest rank with order statistics; see `latency.percentile`."""
    found = percentile(times, percent)
    if found is None:
        return Measure(name, None, None, None, 0, "order_statistics", "ms", unscored=unscored, group=group, reason=reason)
    value, low, high = (decimal_text(end) for end in (found.value, found.low, found.high))
    why = FEW if low is None else ""
    return Measure(name, value, low, high, found.n, "order_statistics", "ms", unscored=unscored, group=group, reason=why)


def projected(name: str, per_unit: Measure, total: Callable[[Decimal], Decimal]) -> Measure:
    """`total` of a measure's value and of both ends of its interval: for a figure that rises with `per_unit` alone."""

    def of(end: str | None) -> str | None:
        return None if end is None else decimal_text(total(Decimal(end)))

    value, low, high = of(per_unit.value), of(per_unit.low), of(per_unit.high)
    return replace(per_unit, name=name, method="projection", value=value, low=low, high=high)


def _told(name: str, found: Interval | None, n: int, method: str, unit: str, unscored: int, group: Group, reason: str) -> Measure:
    if found is None:
        return Measure(name, None, None, None, 0, method, unit, unscored=unscored, group=group, reason=reason)
    value, low, high = (decimal_text(end) for end in (found.value, found.low, found.high))
    return Measure(name, value, low, high, n, found.method, unit, unscored=unscored, group=group)


def _text(value: Fraction) -> str | None:
    return decimal_text(Decimal(value.numerator) / Decimal(value.denominator))

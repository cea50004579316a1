"""A comparison's facts as blocks of a page or a report. Pure."""

from decimal import Decimal

from governance.book import (
    Block,
    Column,
    Digest,
    Heading,
    IntervalChart,
    IntervalRow,
    Listing,
    Notice,
    Number,
    Provenance,
    Raw,
    Table,
    Text,
)
from governance.book import gettext_noop as _
from governance.evidence.facts import Facts, Measure
from governance.names import counted

VERDICTS = {
    "better": _("The second is better: the whole interval of the difference lies on the good side of 0."),
    "worse": _("The second is worse: the whole interval of the difference lies on the bad side of 0."),
    "no_difference_shown": _("No difference shown: the interval holds 0, and no difference as large as %(margin)s."),
    "inconclusive": _(
        "Inconclusive: the interval holds 0, but differences larger than %(margin)s too. More questions are needed."
    ),
}
TITLES = {"first": _("First"), "second": _("Second"), "difference": _("Second less first")}
NO_NUMBER = _("not estimable")
LEAST = Decimal("0.001")


def blocks(facts: Facts, title: Text, names: tuple[str, str]) -> tuple[Block, ...]:
    """Verdict, both shares, their difference, figures, what was left out, limits. `names`: of the runs, first and second."""
    measures = {one.name: one for one in facts.measures}
    found: list[Block] = [
        _verdict(facts),
        IntervalChart(
            title, title, tuple(_row(Raw(name), measures[key]) for name, key in zip(names, ("first", "second"), strict=True))
        ),
        IntervalChart(
            Text(_("Difference of the two, question by question")),
            Text(TITLES["difference"]),
            (_row(Text(TITLES["difference"]), measures["difference"]),),
            unit="difference",
        ),
        _figures(facts),
    ]
    if facts.coverage.unscored:
        message = _("Some questions are in no pair (%(reasons)s).")
        found.append(Notice(Text(message, (("reasons", counted(facts.coverage.unscored)),))))
    found.append(Heading(Text(_("What these figures do not show")), 4))
    found.append(Listing(tuple(Text(limit) for limit in facts.limits)))
    digests = tuple((Text(_("Digest of the judge")), Digest(one)) for one in facts.details["judges"])
    return (*found, Provenance(digests)) if digests else tuple(found)


def _verdict(facts: Facts) -> Notice:
    told = str(facts.details["verdict"])
    return Notice(
        Text(VERDICTS[told], (("margin", str(facts.parameters["margin"])),)),
        state="inconclusive" if told == "inconclusive" else "info",
    )


def _row(label: Raw | Text, measure: Measure) -> IntervalRow:
    return IntervalRow(label, measure.value, measure.low, measure.high, measure.n)


def _figures(facts: Facts) -> Table:
    rows = [(Text(TITLES[one.name]), Number(one.value, one.low, one.high, one.n, one.unit, one.level)) for one in facts.measures]
    details = facts.details
    plain = (
        (_("Smallest difference it could have seen"), details["smallest_seen"]),
        (_("Smallest difference that matters"), facts.parameters["margin"]),
        (_("Questions where only the first is higher"), str(details["only_first"])),
        (_("Questions where only the second is higher"), str(details["only_second"])),
        (_("Chance of so much if there were no difference (p)"), details["p"]),
    )
    words = [(Text(name), Raw(_short(value)) if value is not None else Text(NO_NUMBER)) for name, value in plain]
    columns = (Column(Text(_("Figure"))), Column(Text(_("Value")), figures=True))
    return Table(Text(_("Figures of the comparison")), columns, (*rows, *words))


def _short(figure: str) -> str:
    """At most three digits after the point; what rounds to nothing is told as less."""
    value = Decimal(figure)
    return "< 0.001" if 0 < value < LEAST else f"{value:.3f}".rstrip("0").rstrip(".") if "." in figure else figure

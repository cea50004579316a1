"""A bias audit in a report: rates with their intervals, comparisons, the counts behind them, limits."""

from collections.abc import Iterable, Sequence
from typing import Any

from governance.book import (
    Block,
    Cell,
    Column,
    Heading,
    IntervalChart,
    IntervalRow,
    Listing,
    Notice,
    Number,
    Paragraph,
    Raw,
    Table,
    Text,
)
from governance.book import gettext_noop as _
from governance.evidence.facts import Facts, Measure
from governance.names import named

MAX_ROWS = 40
Group = tuple[tuple[str, str], ...]


def blocks(facts: Facts) -> tuple[Block, ...]:
    """For each family of groups: the rates drawn, the ratios drawn, the counts; then what is not shown."""
    found: list[Block] = [_scope(facts)]
    several = len(facts.details["families"]) > 1
    for family in facts.details["families"]:
        found += _family(facts, family, several)
    found += _notices(facts)
    found.append(Heading(Text(_("What these figures do not show")), 4))
    found.append(Listing(tuple(Text(limit) for limit in facts.limits)))
    return tuple(found)


def _scope(facts: Facts) -> Paragraph:
    message = _(
        "Favourable is “%(value)s” in the column “%(column)s”. %(scored)s of %(planned)s rows were counted. "
        "Intervals of comparisons and of figures across groups hold together at 95 %%."
    )
    return Paragraph(
        Text(
            message,
            (
                ("value", str(facts.parameters["favourable"])),
                ("column", str(facts.details["decision"])),
                ("scored", str(facts.coverage.scored)),
                ("planned", str(facts.coverage.planned)),
            ),
        )
    )


def _family(facts: Facts, family: dict[str, Any], several: bool) -> list[Block]:
    features = tuple(family["features"])
    groups: list[Group] = [tuple(zip(features, one["group"], strict=True)) for one in family["groups"]]
    found: list[Block] = []
    if several:
        found.append(Heading(Text(_("By %(features)s"), (("features", " × ".join(features)),)), 4))
    crossed = len(features) == len(facts.parameters["sensitive"])
    across = () if crossed else tuple((feature, "*") for feature in features)
    rates = [_find(facts, "selection_rate", group) for group in groups]
    compared = [rate for rate, row in zip(rates, family["groups"], strict=True) if not row["small"]]
    finding = _finding(_find(facts, "demographic_parity_difference", across), compared)
    found.append(IntervalChart(finding, _rate_title(facts), _rows(rates)))
    found += _ratio_chart(facts, groups)
    found.append(_across_table(facts, across))
    found.append(_group_table(facts, family, groups))
    return found


def _finding(difference: Measure | None, rates: Sequence[Measure | None]) -> Text:
    known = sorted((rate for rate in rates if rate and rate.value), key=lambda rate: float(rate.value or 0))
    if difference is None or difference.value is None or not known:
        return Text(_("The groups cannot be compared: fewer than two are large enough"))
    if float(difference.low or 0) <= 0:
        return Text(_("No difference between the groups is shown by this many rows"))
    names = (("low", _label(known[0].group)), ("high", _label(known[-1].group)))
    return Text(_("The groups differ: %(low)s is selected least often, %(high)s most often"), names)


def _rate_title(facts: Facts) -> Text:
    if facts.parameters["prediction"] is None:
        return Text(_("Share of rows with the favourable label"))
    return Text(_("Share of rows with the favourable decision"))


def _ratio_chart(facts: Facts, groups: Iterable[Group]) -> list[Block]:
    ratios = [_find(facts, "selection_rate_ratio", group) for group in groups]
    known = [ratio for ratio in ratios if ratio and ratio.value is not None]
    if not known:
        return []
    below = [ratio for ratio in known if ratio.high is not None and float(ratio.high) < 1]
    title = Text(_("No group is shown to be selected less often than its reference"))
    if below:
        worst = min(below, key=lambda ratio: float(ratio.value or 0))
        title = Text(
            _("Selected less often than the reference: %(count)s of %(all)s groups, least %(worst)s"),
            (("count", str(len(below))), ("all", str(len(known))), ("worst", _label(worst.group))),
        )
    return [IntervalChart(title, Text(_("Selection rate over that of the reference")), _rows(ratios), unit="ratio")]


def _across_table(facts: Facts, group: Group) -> Table:
    titles = {
        "demographic_parity_difference": _("Demographic parity difference"),
        "demographic_parity_ratio": _("Demographic parity ratio"),
        "worst_selection_rate_ratio": _("Smallest selection rate over its reference"),
        "equal_opportunity_difference": _("Equal opportunity difference"),
        "equalized_odds_difference": _("Equalized odds difference"),
        "equalized_odds_ratio": _("Equalized odds ratio"),
    }
    rows = [(Text(title), _number(one)) for name, title in titles.items() if (one := _find(facts, name, group))]
    columns = (Column(Text(_("Measure"))), Column(Text(_("Value")), figures=True))
    return Table(Text(_("Across the groups")), columns, tuple(rows))


def _group_table(facts: Facts, family: dict[str, Any], groups: Sequence[Group]) -> Table:
    labelled = facts.details["labelled"]
    names = ["selection_rate", "true_positive_rate", "false_positive_rate", "accuracy"] if labelled else ["selection_rate"]
    titles = [_("Selection rate"), _("True positive rate"), _("False positive rate"), _("Accuracy")][: len(names)]
    counts = ["TP", "FP", "FN", "TN"] if labelled else [_("Favourable"), _("Not favourable")]
    columns = [Column(Text(_("Group"))), *(Column(Text(title), figures=True) for title in [*counts, *titles])]
    rows: list[tuple[Cell, ...]] = []
    for group, row in list(zip(groups, family["groups"], strict=True))[:MAX_ROWS]:
        cells = row["cells"]
        shown = [cells[name.lower()] for name in counts] if labelled else [cells["fp"], cells["tn"]]
        figures = [_number(_find(facts, name, group)) for name in names]
        rows.append((Raw(_label(group)), *(Raw(str(count)) for count in shown), *figures))
    return Table(Text(_("Counts and rates by group")), tuple(columns), tuple(rows))


def _notices(facts: Facts) -> list[Block]:
    found: list[Block] = []
    small = sum(row["small"] for family in facts.details["families"] for row in family["groups"])
    if small:
        message = _("Groups with fewer than %(least)s rows: %(count)s. They are shown and not compared.")
        found.append(
            Notice(Text(message, (("count", str(small)), ("least", str(facts.parameters["min_group"])))), "insufficient")
        )
    for reason, count in facts.coverage.unscored:
        message = _("%(count)s rows could not be counted: %(reason)s.")
        found.append(Notice(Text(message, (("count", str(count)), ("reason", named(reason))))))
    hidden = max((len(family["groups"]) for family in facts.details["families"]), default=0) - MAX_ROWS
    if hidden > 0:
        message = _("Tables and charts show the first %(most)s groups; the evidence holds all of them.")
        found.append(Notice(Text(message, (("most", str(MAX_ROWS)),))))
    return found


def _rows(measures: Sequence[Measure | None]) -> tuple[IntervalRow, ...]:
    return tuple(IntervalRow(Raw(_label(one.group)), one.value, one.low, one.high, one.n) for one in measures[:MAX_ROWS] if one)


def _number(measure: Measure | None) -> Cell:
    if measure is None:
        return Raw("–")
    return Number(measure.value, measure.low, measure.high, measure.n, measure.unit, measure.level)


def _find(facts: Facts, name: str, group: Group) -> Measure | None:
    return next((one for one in facts.measures if one.name == name and one.group == group), None)


def _label(group: Group) -> str:
    return ", ".join(value for _feature, value in group)

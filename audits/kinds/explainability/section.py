"""An explainability audit in a report: what moves the output, how sure that is, and what it is not."""

from collections.abc import Mapping, Sequence

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

TOP = 20
DOUBTFUL_RESIDUAL = 0.001  # single precision leaves far less
SPACES: Mapping[str, str] = {
    "log_odds": _("Values are in log-odds: a sum of values moves the probability by the logistic curve."),
    "probability": _("Values are in probability: they add up to the difference from the expected probability."),
    "raw": _("Values are in the unit of the model's own output."),
}
METHODS: Mapping[str, str] = {
    "tree_path_dependent": _("Exact Shapley values of the trees, absent features weighed by the training rows in each branch."),
    "tree_interventional": _("Exact Shapley values of the trees, absent features taken from the background rows."),
    "linear": _("Exact Shapley values of the linear model: coefficient times distance from the background mean."),
    "permutation": _("Shapley values from antithetic permutations; the model was only asked, never opened."),
}


def blocks(facts: Facts) -> tuple[Block, ...]:
    """The values drawn, the table behind them, the checks, how the model was run, and the limits."""
    shown = [one for one in facts.measures if one.name == "mean_abs_shap"][:TOP]
    return (
        Paragraph(Text(METHODS.get(facts.details["method"], _("The method is not known.")))),
        Paragraph(Text(SPACES.get(facts.details["space"], SPACES["raw"]))),
        IntervalChart(_finding(facts, shown), Text(_("Mean absolute SHAP value")), _rows(shown), unit="score"),
        _table(facts, shown),
        _checks(facts),
        *_notices(facts, len(shown)),
        Heading(Text(_("What these figures do not show")), 4),
        Listing(tuple(Text(limit) for limit in facts.limits)),
    )


def _finding(facts: Facts, shown: Sequence[Measure]) -> Text:
    if not shown or shown[0].value is None:
        return Text(_("Too few rows were explained to say what moves the output"))
    first = shown[0]
    share = _find(facts, "attribution_share", first.group)
    if share is None or share.value is None:
        return Text(_("No feature moves the output"))
    if len(shown) > 1 and float(shown[1].high or 0) >= float(first.low or 0):
        names = (("first", _feature(first)), ("second", _feature(shown[1])))
        return Text(_("%(first)s and %(second)s move the output most; these rows do not tell which more"), names)
    values = (("first", _feature(first)), ("percent", str(round(100 * float(share.value)))))
    return Text(_("%(first)s moves the output most: %(percent)s %% of all attribution"), values)


def _table(facts: Facts, shown: Sequence[Measure]) -> Table:
    columns = (
        Column(Text(_("Feature"))),
        Column(Text(_("Mean absolute SHAP value")), figures=True),
        Column(Text(_("Share of all attribution")), figures=True),
        Column(Text(_("Mean value with sign")), figures=True),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in shown:
        signed = facts.details["mean_signed"].get(_feature(one))
        share = _find(facts, "attribution_share", one.group)
        rows.append((Raw(_feature(one)), _number(one), _number(share), Raw(_short(signed))))
    return Table(Text(_("Features by weight")), columns, tuple(rows))


def _short(words: str | None) -> str:
    """Three significant digits; the facts keep them all."""
    return "–" if words is None else f"{float(words):.3g}"


def _checks(facts: Facts) -> Table:
    titles = {
        "additivity_residual": _("Largest additivity residual"),
        "rank_stability": _("Agreement of the feature order between two halves"),
        "explained_share": _("Share of chosen rows that were explained"),
    }
    rows = [(Text(title), _number(_find(facts, name, ()))) for name, title in titles.items()]
    columns = (Column(Text(_("Check"))), Column(Text(_("Value")), figures=True))
    return Table(Text(_("How far the values carry")), columns, tuple(rows))


def _notices(facts: Facts, shown: int) -> list[Block]:
    found: list[Block] = []
    for reason, count in facts.coverage.unscored:
        unexplained = (("count", str(count)), ("reason", named(reason)))
        found.append(Notice(Text(_("%(count)s rows could not be explained: %(reason)s."), unexplained)))
    if facts.details["confinement"].get("network") not in {"isolated", None}:
        found.append(Notice(Text(_("This system has no means to keep the model's process from the network."))))
    residual = _find(facts, "additivity_residual", ())
    if residual is not None and float(residual.value or 0) > DOUBTFUL_RESIDUAL:
        message = _("The values do not add up to the model's output: explainer and model do not agree. Do not rely on them.")
        found.append(Notice(Text(message), "inconclusive"))
    features = sum(one.name == "mean_abs_shap" for one in facts.measures)
    if features > shown:
        values = (("shown", str(shown)), ("all", str(features)))
        found.append(Notice(Text(_("%(shown)s of %(all)s features are shown; the evidence holds all of them."), values)))
    return found


def _rows(shown: Sequence[Measure]) -> tuple[IntervalRow, ...]:
    return tuple(IntervalRow(Raw(_feature(one)), one.value, one.low, one.high, one.n) for one in shown)


def _number(measure: Measure | None) -> Cell:
    if measure is None:
        return Raw("–")
    return Number(measure.value, measure.low, measure.high, measure.n, measure.unit, measure.level)


def _find(facts: Facts, name: str, group: tuple[tuple[str, str], ...]) -> Measure | None:
    return next((one for one in facts.measures if one.name == name and one.group == group), None)


def _feature(measure: Measure) -> str:
    return measure.group[0][1]

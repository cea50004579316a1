"""Group fairness of decisions or of labels, counted from a table."""

from dataclasses import dataclass
from decimal import Decimal

from audits.contract import AuditKind, MeasureCard
from governance.book import gettext_noop as _
from governance.shapes import ShapeError


@dataclass(frozen=True, slots=True)
class BiasParameters:
    """What to count. Values are compared as text in a canonical form (see the README).

    prediction, label: columns with two values each; either may be absent, not both.
    favourable: the value of both that is good for the person.
    sensitive: columns whose groups are compared, each alone and all crossed.
    control: columns held still (Mantel-Haenszel).
    reference: column -> value of the group all others are compared with; else each group with the rest. With one
    sensitive column its value alone will do.
    weight: column of row weights >= 0. min_group: groups whose base is smaller are shown, not compared.
    """

    favourable: str | int | bool | Decimal
    sensitive: tuple[str, ...]
    prediction: str | None = None
    label: str | None = None
    control: tuple[str, ...] = ()
    reference: dict[str, str | int | bool | Decimal] | str | int | bool | Decimal | None = None
    weight: str | None = None
    min_group: int = 30

    def __post_init__(self) -> None:
        if self.prediction is None and self.label is None:
            raise ShapeError("prediction", "give a prediction column, a label column or both.")
        if not self.sensitive:
            raise ShapeError("sensitive", "name at least one column whose groups are compared.")
        if self.min_group < 1:
            raise ShapeError("min_group", "must be at least 1.")
        self._check_columns()
        for name in self.references():
            if name not in self.sensitive:
                raise ShapeError(f"reference.{name}", "is not one of the sensitive columns.", self.sensitive)

    def references(self) -> dict[str, str | int | bool | Decimal]:
        """The reference value of each column that has one."""
        if self.reference is None or isinstance(self.reference, dict):
            return self.reference or {}
        if len(self.sensitive) > 1:
            raise ShapeError("reference", "must name the column of each value where several columns are sensitive.")
        return {self.sensitive[0]: self.reference}

    def _check_columns(self) -> None:
        taken: dict[str, str] = {}
        for field, names in (
            ("prediction", (self.prediction,)),
            ("label", (self.label,)),
            ("weight", (self.weight,)),
            ("sensitive", self.sensitive),
            ("control", self.control),
        ):
            for name in names:
                if name is not None and name in taken:
                    raise ShapeError(field, f"the column {name!r} is already the {taken[name]}.")
                if name is not None:
                    taken[name] = field


_RATE_CARDS = (
    MeasureCard("selection_rate", _("Selection rate"), "share", "none", "favourable decisions / rows"),
    MeasureCard("base_rate", _("Share of favourable labels"), "share", "none", "favourable labels / rows"),
    MeasureCard("true_positive_rate", _("True positive rate"), "share", "higher", "TP / (TP + FN)"),
    MeasureCard("false_positive_rate", _("False positive rate"), "share", "lower", "FP / (FP + TN)"),
    MeasureCard("false_negative_rate", _("False negative rate"), "share", "lower", "FN / (TP + FN)"),
    MeasureCard("accuracy", _("Accuracy"), "share", "higher", "(TP + TN) / rows"),
    MeasureCard("precision", _("Precision"), "share", "higher", "TP / (TP + FP)"),
)
_COMPARISON_CARDS = (
    MeasureCard("selection_rate_difference", _("Selection rate minus its reference"), "difference", "none", "p1 - p0"),
    MeasureCard("selection_rate_ratio", _("Selection rate over its reference"), "ratio", "none", "p1 / p0"),
    MeasureCard("true_positive_rate_difference", _("True positive rate minus its reference"), "difference", "none", "p1 - p0"),
    MeasureCard("false_positive_rate_difference", _("False positive rate minus its reference"), "difference", "none", "p1 - p0"),
    MeasureCard("accuracy_difference", _("Accuracy minus its reference"), "difference", "none", "p1 - p0"),
    MeasureCard("precision_difference", _("Precision minus its reference"), "difference", "none", "p1 - p0"),
    MeasureCard(
        "selection_rate_ratio_adjusted",
        _("Selection rate over its reference, control features held still"),
        "ratio",
        "none",
        "sum(a n0 / N) / sum(c n1 / N)",
    ),
    MeasureCard(
        "selection_rate_difference_adjusted",
        _("Selection rate minus its reference, control features held still"),
        "difference",
        "none",
        "sum(n1 n0 (p1 - p0) / N) / sum(n1 n0 / N)",
    ),
)
_ACROSS_CARDS = (
    MeasureCard("demographic_parity_difference", _("Demographic parity difference"), "difference", "lower", "max p - min p"),
    MeasureCard("demographic_parity_ratio", _("Demographic parity ratio"), "ratio", "higher", "min p / max p"),
    MeasureCard("equal_opportunity_difference", _("Equal opportunity difference"), "difference", "lower", "max TPR - min TPR"),
    MeasureCard(
        "equalized_odds_difference",
        _("Equalized odds difference"),
        "difference",
        "lower",
        "max(max TPR - min TPR, max FPR - min FPR)",
    ),
    MeasureCard(
        "equalized_odds_ratio", _("Equalized odds ratio"), "ratio", "higher", "min(min TPR / max TPR, min FPR / max FPR)"
    ),
    MeasureCard(
        "worst_selection_rate_ratio",
        _("Smallest selection rate over its reference"),
        "ratio",
        "higher",
        "min over groups of p1 / p0",
    ),
)

KIND = AuditKind(
    name="bias",
    title=_("Bias"),
    version="1",
    needs="table",
    parameters=BiasParameters,
    runner="audits.kinds.bias.runner",
    section="audits.kinds.bias.section",
    measures=(*_RATE_CARDS, *_COMPARISON_CARDS, *_ACROSS_CARDS),
)

"""Which features move a model's output, by Shapley values, explained in a sandboxed child."""

from dataclasses import dataclass
from typing import Literal

from audits.contract import AuditKind, MeasureCard
from governance.book import gettext_noop as _
from governance.shapes import ShapeError


@dataclass(frozen=True, slots=True)
class ExplainabilityParameters:
    """What to explain and at what cost.

    model, background: files, for `manage.py measure` only; a registered target brings its own.
    trusted_types: types of a skops file that its owner vouches for, beyond the usual ones (`manage.py measure` only).
    features: the columns the model takes, in its order; else the names the model itself holds.
    output: which output of a model with several (0 is the first); a binary classifier needs none.
    perturbation: tree models only: what an absent feature means (see the README).
    max_rows, max_background: rows explained and rows they are explained against, spread evenly over their tables.
    max_model_rows: for models that are only asked: how many rows they may be asked in one run.
    """

    model: str = ""
    background: str = ""
    trusted_types: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    output: int | None = None
    perturbation: Literal["path_dependent", "interventional"] = "path_dependent"
    max_rows: int = 1000
    max_background: int = 50
    max_model_rows: int = 1_000_000
    wall_s: int = 900

    def __post_init__(self) -> None:
        for name, least, most in (
            ("max_rows", 2, 100_000),
            ("max_background", 1, 1000),
            ("max_model_rows", 1, 1_000_000_000),
            ("wall_s", 1, 86_400),
        ):
            if not least <= getattr(self, name) <= most:
                raise ShapeError(name, f"must lie between {least} and {most}.")
        if self.output is not None and self.output < 0:
            raise ShapeError("output", "must be 0 or more.")
        if len(set(self.features)) < len(self.features):
            raise ShapeError("features", "names a column twice.")


KIND = AuditKind(
    name="explainability",
    title=_("Explainability"),
    version="1",
    needs="model",
    parameters=ExplainabilityParameters,
    runner="audits.kinds.explainability.runner",
    section="audits.kinds.explainability.section",
    measures=(
        MeasureCard("mean_abs_shap", _("Mean absolute SHAP value"), "score", "none", "sum over rows of |phi| / rows"),
        MeasureCard(
            "attribution_share", _("Share of all attribution"), "share", "none", "sum of a feature's |phi| / sum of all |phi|"
        ),
        MeasureCard(
            "additivity_residual",
            _("Largest additivity residual"),
            "ratio",
            "lower",
            "max |f(x) - E - sum phi| / max |f(x) - E|",
        ),
        MeasureCard(
            "rank_stability",
            _("Agreement of the feature order between two halves"),
            "score",
            "higher",
            "Spearman's rho of mean |phi| in rows with even and with odd number",
        ),
        MeasureCard("explained_share", _("Share of chosen rows that were explained"), "share", "higher", "explained / chosen"),
    ),
)

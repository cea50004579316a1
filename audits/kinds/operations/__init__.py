"""What a system takes to answer: time in each stage, tokens, money, and the money of its whole life."""

from dataclasses import dataclass

from audits.contract import AuditKind, MeasureCard
from audits.measures.cost import Ownership, PriceTable
from audits.targets.asking import check_asking
from governance.book import gettext_noop as _
from governance.shapes import ShapeError

STAGES = 20  # at most so many stages are told apart


@dataclass(frozen=True, slots=True)
class OperationsParameters:
    """How often is asked, and by which prices it is counted.

    repeats: how often each question is asked. warm_up: the first so many questions are asked and left out of the times.
    prices: a versioned table; without it the costs are those that the system itself reports. model: whose prices hold for
    answers that name no model. ownership: volume and other costs, for the projection.
    """

    max_questions: int = 0
    repeats: int = 1
    warm_up: int = 0
    model: str = ""
    prices: PriceTable | None = None
    ownership: Ownership | None = None

    def __post_init__(self) -> None:
        check_asking(self.max_questions, self.repeats, 100)
        if not 0 <= self.warm_up <= 1000:
            raise ShapeError("warm_up", "must be from 0 to 1000.")
        if len(self.model) > 200:
            raise ShapeError("model", "must have at most 200 characters.")
        if self.model and self.prices is None:
            raise ShapeError("model", "has no meaning without `prices`; give a table or leave it out.")
        if self.model and self.prices and self.prices.of(self.model) is None:
            raise ShapeError("model", "has no price in the table.", tuple(one.model for one in self.prices.models))


KIND = AuditKind(
    name="operations",
    title=_("Operations"),
    version="1",
    needs="rag",
    parameters=OperationsParameters,
    runner="audits.kinds.operations.runner",
    section="audits.kinds.operations.section",
    measures=(
        MeasureCard(
            "latency_p50", _("Latency, median"), "ms", "lower", "nearest-rank median of the time to the last byte, or in a stage"
        ),
        MeasureCard("latency_p95", _("Latency, 95th percentile"), "ms", "lower", "95th percentile of the same times"),
        MeasureCard("latency_p99", _("Latency, 99th percentile"), "ms", "lower", "99th percentile of the same times"),
        MeasureCard(
            "prompt_tokens", _("Tokens of a prompt"), "tokens", "lower", "mean of the prompt tokens that the system reports"
        ),
        MeasureCard(
            "completion_tokens",
            _("Tokens of a completion"),
            "tokens",
            "lower",
            "mean of the completion tokens that the system reports",
        ),
        MeasureCard(
            "cost_per_query",
            _("Cost of a question"),
            "cost",
            "lower",
            "mean over answers of: prompt tokens x price + completion tokens x price + the table's per_query; without a table, "
            "of the costs that the system reports",
        ),
        MeasureCard(
            "total_cost",
            _("Total cost of ownership, projected"),
            "cost",
            "lower",
            "setup + months x monthly + questions x (cost_per_query + judged x judging)",
        ),
        MeasureCard("answered", _("Questions that got an answer"), "share", "higher", "answers received / questions asked"),
    ),
)

"""Whether a system's answers stand on the passages it retrieved for them."""

from audits.contract import AuditKind, MeasureCard
from audits.kinds.fidelity.parameters import FidelityParameters
from governance.book import gettext_noop as _

__all__ = ["KIND", "FidelityParameters"]

KIND = AuditKind(
    name="fidelity",
    title=_("Fidelity to sources"),
    version="1",
    needs="rag",
    parameters=FidelityParameters,
    runner="audits.kinds.fidelity.runner",
    chunk=20,
    items_as="answers",
    section="audits.kinds.fidelity.section",
    pairs="audits.kinds.fidelity.pairs",
    measures=(
        MeasureCard(
            "unsupported_answers",
            _("Answers with an unsupported claim"),
            "share",
            "lower",
            "answers judged unsupported or contradicted / judged answers that claim something",
        ),
        MeasureCard(
            "supported_claims", _("Claims supported by the passages"), "share", "higher", "supported claims / judged claims"
        ),
        MeasureCard(
            "abstentions", _("Answers that decline"), "share", "none", "answers that only say they cannot say / answers received"
        ),
        MeasureCard("answered", _("Questions that got an answer"), "share", "higher", "answers received / questions asked"),
        MeasureCard("unscored", _("Questions without a verdict"), "share", "lower", "items without a verdict / questions asked"),
        MeasureCard("latency_p50", _("Latency, median"), "ms", "lower", "median of the time to the last byte of an answer"),
        MeasureCard("latency_p95", _("Latency, 95th percentile"), "ms", "lower", "95th percentile of the time to the last byte"),
        MeasureCard("cost_per_answer", _("Cost of an answer"), "cost", "lower", "mean of the costs that the system reports"),
    ),
)

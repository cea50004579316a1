"""Whether a system's answers stand on the passages it retrieved for them."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from audits.contract import AuditKind, MeasureCard
from governance.book import gettext_noop as _
from governance.shapes import ShapeError


@dataclass(frozen=True, slots=True)
class FidelityParameters:
    """Who judges, and how much is asked.

    judge: `embedded` works offline and is a baseline; `llm` asks an OpenAI-compatible endpoint, for which
    `base_url` (ending before `/chat/completions`) and `model` are needed. secret: the name of the stored
    secret that is sent as bearer token, never the secret itself. max_questions: the first so many, 0 for all.
    repeats: how often each question is asked.
    """

    judge: Literal["embedded", "llm"] = "embedded"
    base_url: str = ""
    model: str = ""
    secret: str = ""
    timeout_s: int = 60
    max_questions: int = 0
    repeats: int = 1

    def __post_init__(self) -> None:
        if self.judge == "llm":
            _check_endpoint(self.base_url, self.model)
        elif self.base_url or self.model or self.secret:
            raise ShapeError("judge", "must be `llm` where base_url, model or secret are given.", ("embedded", "llm"))
        if not 1 <= self.timeout_s <= 600:
            raise ShapeError("timeout_s", "must be from 1 to 600.")
        if not 0 <= self.max_questions <= 100_000:
            raise ShapeError("max_questions", "must be from 0 (all) to 100000.")
        if not 1 <= self.repeats <= 20:
            raise ShapeError("repeats", "must be from 1 to 20.")


def _check_endpoint(base_url: str, model: str) -> None:
    try:
        parts = urlsplit(base_url)
    except ValueError:
        raise ShapeError("base_url", "is not a valid URL.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ShapeError("base_url", "must be an http or https address like `https://llm.example.org/v1`.")
    if parts.query or parts.username or parts.password:
        raise ShapeError("base_url", "must carry neither a query nor credentials.")
    if not 1 <= len(model) <= 200:
        raise ShapeError("model", "must have 1 to 200 characters.")


KIND = AuditKind(
    name="fidelity",
    title=_("Fidelity to sources"),
    version="1",
    needs="rag",
    parameters=FidelityParameters,
    runner="audits.kinds.fidelity.runner",
    chunk=20,
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

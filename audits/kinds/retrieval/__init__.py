"""Whether a system retrieves the passages that answer its questions."""

from dataclasses import dataclass

from audits.contract import AuditKind, MeasureCard
from audits.targets.asking import check_asking
from governance.book import gettext_noop as _
from governance.shapes import ShapeError

MAX_K = 200
MAX_DEPTHS = 10


@dataclass(frozen=True, slots=True)
class RetrievalParameters:
    """How deep is looked, and how much is asked.

    k: the depths. vectors: whether English passages are also compared with the question by the shipped encoder, which takes
    about 50 ms a passage. max_questions: the first so many, 0 for all. repeats: how often each question is asked.
    """

    k: tuple[int, ...] = (1, 5, 10)
    vectors: bool = True
    max_questions: int = 0
    repeats: int = 1

    def __post_init__(self) -> None:
        if not 1 <= len(self.k) <= MAX_DEPTHS or len(set(self.k)) != len(self.k):
            raise ShapeError("k", f"must name 1 to {MAX_DEPTHS} depths, each once.")
        if not all(1 <= depth <= MAX_K for depth in self.k):
            raise ShapeError("k", f"must name depths from 1 to {MAX_K}.")
        check_asking(self.max_questions, self.repeats)

    def depths(self) -> tuple[int, ...]:
        """In rising order."""
        return tuple(sorted(self.k))


BY_GOLD = (
    MeasureCard(
        "precision_at_k",
        _("Precision at k"),
        "share",
        "higher",
        "mean over questions of: relevant passages among the first k / k",
    ),
    MeasureCard(
        "recall_at_k",
        _("Recall at k"),
        "share",
        "higher",
        "mean over questions of: relevant passages among the first k / all relevant passages",
    ),
    MeasureCard(
        "hit_rate_at_k",
        _("Questions with a relevant passage among the first k"),
        "share",
        "higher",
        "questions with a relevant passage among the first k / questions",
    ),
    MeasureCard(
        "mrr_at_k",
        _("Mean reciprocal rank at k"),
        "score",
        "higher",
        "mean over questions of: 1 / rank of the first relevant passage, 0 where none is among the first k",
    ),
    MeasureCard(
        "map_at_k",
        _("Mean average precision at k"),
        "score",
        "higher",
        "mean over questions of: sum over relevant ranks i <= k of precision@i / all relevant passages",
    ),
    MeasureCard(
        "ndcg_at_k",
        _("nDCG at k"),
        "score",
        "higher",
        "mean over questions of: DCG@k / best DCG@k, DCG = sum of grade_i / log2(i + 1)",
    ),
    MeasureCard(
        "ndcg_exponential_at_k",
        _("nDCG at k, high grades weighted more"),
        "score",
        "higher",
        "as ndcg_at_k with 2^grade - 1 in place of the grade",
    ),
    MeasureCard(
        "context_precision_at_k",
        _("Context precision at k"),
        "score",
        "higher",
        "mean over questions of: sum over relevant ranks i <= k of precision@i / relevant passages among the first k",
    ),
)
BY_ESTIMATE = (
    MeasureCard(
        "context_relevance_words",
        _("Context relevance, estimated by words"),
        "score",
        "none",
        "mean over questions of the mean over passages of: word stems of the question found in the passage / its word stems",
    ),
    MeasureCard(
        "context_relevance_vectors",
        _("Context relevance, estimated by vectors"),
        "score",
        "none",
        "mean over questions of the mean over passages of: max(0, cosine of question and passage)",
    ),
    MeasureCard(
        "used_passages",
        _("Passages that the answer uses, estimated by words"),
        "share",
        "none",
        "mean over answers of: passages that some claim leans on / passages",
    ),
    MeasureCard(
        "context_utilisation",
        _("Context utilisation, estimated by words"),
        "score",
        "none",
        "mean over answers of: sum over ranks i of used passages of (used among the first i / i) / used passages",
    ),
)
KIND = AuditKind(
    name="retrieval",
    title=_("Retrieval"),
    version="1",
    needs="rag",
    parameters=RetrievalParameters,
    runner="audits.kinds.retrieval.runner",
    section="audits.kinds.retrieval.section",
    measures=(
        *BY_GOLD,
        *BY_ESTIMATE,
        MeasureCard("answered", _("Questions that got an answer"), "share", "higher", "answers received / questions asked"),
    ),
    chunk=50,
)

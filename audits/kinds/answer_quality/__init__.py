"""How answers are as answers: to the point, coherent, well written, and declined where they ought to be."""

from dataclasses import dataclass

from audits.contract import AuditKind, MeasureCard
from audits.targets.asking import check_asking
from governance.book import gettext_noop as _
from governance.shapes import ShapeError


@dataclass(frozen=True, slots=True)
class AnswerQualityParameters:
    """What is looked at, and how much is asked.

    vectors: whether English answers are compared by the shipped encoder, which takes about 50 ms a sentence. words: names and
    terms of the house that no dictionary has. max_questions: the first so many, 0 for all. repeats: how often each is asked.
    """

    vectors: bool = True
    words: tuple[str, ...] = ()
    max_questions: int = 0
    repeats: int = 1

    def __post_init__(self) -> None:
        if len(self.words) > 5_000:
            raise ShapeError("words", "must have at most 5000 entries.")
        for index, word in enumerate(self.words):
            if not 1 <= len(word) <= 100:
                raise ShapeError(f"words[{index}]", "must have 1 to 100 characters.")
        check_asking(self.max_questions, self.repeats)


KIND = AuditKind(
    name="answer_quality",
    title=_("Quality of answers"),
    version="1",
    needs="rag",
    parameters=AnswerQualityParameters,
    runner="audits.kinds.answer_quality.runner",
    section="audits.kinds.answer_quality.section",
    measures=(
        MeasureCard(
            "out_of_scope_declined",
            _("Questions out of scope that are declined"),
            "share",
            "higher",
            "answers that only decline / answers to questions marked as out of scope",
        ),
        MeasureCard(
            "in_scope_declined",
            _("Questions in scope that are declined"),
            "share",
            "lower",
            "answers that only decline / answers to questions marked as in scope",
        ),
        MeasureCard("declined", _("Answers that only decline"), "share", "none", "answers that only decline / answers received"),
        MeasureCard(
            "answer_relevance",
            _("Answer relevance, estimated by vectors"),
            "score",
            "none",
            "mean over answers that state something of: max(0, cosine of question and answer); English only",
        ),
        MeasureCard(
            "coherence_vectors",
            _("Coherence, estimated by vectors"),
            "score",
            "none",
            "mean over answers of the mean over neighbouring sentences of: max(0, cosine of the two); English only",
        ),
        MeasureCard(
            "coherence_words",
            _("Coherence, estimated by words"),
            "share",
            "none",
            "mean over answers of: neighbouring sentences that share a word stem / neighbouring sentences",
        ),
        MeasureCard(
            "misspelled_words",
            _("Words that no dictionary has"),
            "share",
            "lower",
            "words unknown to the dictionary / words looked up; names, figures, code and words of question and passages aside",
        ),
        MeasureCard(
            "answers_misspelled",
            _("Answers with a word that no dictionary has"),
            "share",
            "lower",
            "answers with an unknown word / answers in English or Spanish",
        ),
        MeasureCard(
            "answers_with_fault",
            _("Answers with a slip of the pen"),
            "share",
            "lower",
            "answers in which a rule fires (doubled word, mark, bracket, article, cut off) / answers with words",
        ),
        MeasureCard("answered", _("Questions that got an answer"), "share", "higher", "answers received / questions asked"),
    ),
    chunk=50,
)

"""Whole answers of known label, asked of the judge before each batch as if they were the audited system's. Pure.

Two a batch: one that its passages support and one that they do not. They are drawn anew for each batch and look like
any other answer. They show that the judge reads at all; that it is right where it is hard is for people's labels to show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audits.contract import Judgement
from audits.judges.llm.lots import Lots

TRIES = 3  # other canaries that are asked where one got no verdict

Sort = tuple[str, str, str, str]  # question, passage, supported answer, unsupported answer
SORTS: Mapping[str, Sequence[Sort]] = {
    "en": (
        (
            "When does the workshop of {place} open?",
            "The workshop of {place} opens at {one} o'clock and is closed on Sundays.",
            "The workshop of {place} opens at {one} o'clock.",
            "The workshop of {place} offers {two} courses in glass painting.",
        ),
        (
            "How many rooms does the inn of {place} have?",
            "The inn of {place} has {two} rooms, most of them with a view of the lake.",
            "The inn of {place} has {two} rooms.",
            "The inn of {place} was founded by a family of {one} sailors.",
        ),
        (
            "What does the pass of {place} cost?",
            "A day on the mountain railway of {place} costs {two} crowns for adults.",
            "A day on the mountain railway of {place} costs {two} crowns for adults.",
            "The mountain railway of {place} has {one} tunnels below the glacier.",
        ),
    ),
    "es": (
        (
            "¿Cuándo abre el taller de {place}?",
            "El taller de {place} abre a las {one} y cierra los domingos.",
            "El taller de {place} abre a las {one}.",
            "El taller de {place} ofrece {two} cursos de pintura sobre vidrio.",
        ),
        (
            "¿Cuántas habitaciones tiene la posada de {place}?",
            "La posada de {place} tiene {two} habitaciones, casi todas con vistas al lago.",
            "La posada de {place} tiene {two} habitaciones.",
            "La posada de {place} fue fundada por una familia de {one} marineros.",
        ),
        (
            "¿Cuánto cuesta el abono de {place}?",
            "Un día en el ferrocarril de montaña de {place} cuesta {two} coronas para adultos.",
            "Un día en el ferrocarril de montaña de {place} cuesta {two} coronas para adultos.",
            "El ferrocarril de montaña de {place} tiene {one} túneles bajo el glaciar.",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Canary:
    question: str
    answer: str
    passages: tuple[str, ...]
    supported: bool

    def is_missed(self, judgement: Judgement) -> bool:
        """Whether a verdict was given, and it is the wrong one."""
        return judgement.verdict != "unscored" and (judgement.verdict == "supported") != self.supported


def canary(lots: Lots, language: str, *, supported: bool) -> Canary:
    """One drawn for this batch, with another passage beside its own."""
    sorts = SORTS[language if language in SORTS else "en"]
    places = {"place": lots.name(), "one": 7 + lots.below(5), "two": 20 + lots.below(70)}
    first = lots.below(len(sorts))
    question, passage, good, bad = (words.format(**places) for words in sorts[first])
    other = sorts[(first + 1) % len(sorts)][1].format(**{**places, "place": lots.name()})
    passages = (passage, other) if lots.below(2) else (other, passage)
    return Canary(question, good if supported else bad, passages, supported)

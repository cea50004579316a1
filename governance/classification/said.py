"""Answers as the rules read them: with what was left out, and what nobody knows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from governance.classification.questions import UNKNOWN, Answers, check_answers, questionnaire, with_unknown
from governance.classification.truth import Truth, some

# A product's questions hang together: what is left open beside an unknown one was left open because of it.
_PRODUCT: Final = ("h1_annex", "h1_role", "h1_third_party")


@dataclass(frozen=True, slots=True)
class Said:
    """Of each question what was chosen; `as_of` is empty where no day was given. dates: clock -> ISO day."""

    chosen: Mapping[str, frozenset[str]]
    as_of: str
    dates: Mapping[str, str]
    assumed: tuple[str, ...]

    def says(self, question: str, *options: str) -> Truth:
        """Whether one of the options was chosen; None where that is unknown."""
        chosen = self.chosen[question]
        return some(not chosen.isdisjoint(options), None if UNKNOWN in chosen else False)

    def yes(self, question: str) -> Truth:
        """Whether it was answered with yes."""
        return self.says(question, "yes")

    def unknown(self, *questions: str) -> tuple[str, ...]:
        """Those that are asked and that nobody knows the answer of."""
        return tuple(one for one in questions if UNKNOWN in self.chosen[one] and self._asked(one))

    def _asked(self, question: str) -> bool:
        gate, closed_by = _gates()[question]
        return not gate or not self.chosen[gate] <= closed_by

    def day_of(self, clock: str) -> str:
        """When something applies from; empty for a date that the timeline does not hold."""
        return self.dates.get(clock, "")

    def later(self, clock: str) -> bool:
        """Whether it applies from a day after the one that is assessed. Without such a day everything counts as applying."""
        return bool(self.as_of) and self.as_of < self.day_of(clock)


@cache
def _gates() -> dict[str, tuple[str, frozenset[str]]]:
    return {one.id: (one.gate, frozenset(one.closed_by)) for one in questionnaire().questions}


def said(given: Answers, dates: Mapping[str, str]) -> Said:
    """Answers to be read by the rules. Raises `ShapeError` naming the question.

    A question that was left out has its default; all are unknown where nothing was answered at all.
    """
    answers = check_answers(given)
    filled = {**(_defaults(answers) if _about(answers) else with_unknown({})), **answers}
    # Nobody is nothing to a system that it classifies, so a role that was not named is an unknown one.
    chosen = {name: frozenset((answer or [UNKNOWN]) if isinstance(answer, list) else [answer]) for name, answer in filled.items()}
    assumed = tuple(one.id for one in questionnaire().questions if one.id not in answers and one.type != "date")
    return Said(chosen, str(answers.get("as_of", "")), dates, assumed if _about(answers) else ())


def _about(answers: Answers) -> bool:
    """Whether anything is said of the system; a day says nothing of it."""
    return any(questionnaire().of(name).type != "date" for name in answers)


def _defaults(answers: Mapping[str, Any]) -> dict[str, list[str]]:
    found = {one.id: list(one.default) for one in questionnaire().questions if one.type != "date"}
    annex = answers.get("h1_annex", "none")
    if annex != "none" and UNKNOWN in {answers.get(name) for name in _PRODUCT}:
        found |= {name: [UNKNOWN] for name in _PRODUCT[1:]}
    return found

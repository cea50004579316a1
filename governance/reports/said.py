"""The rows of a report in the words of its language: what forms that are no book share."""

from collections.abc import Callable
from dataclasses import dataclass

from governance.book import Number, Text, gettext_noop
from governance.charts.svg import clean
from governance.names import words_of
from governance.reports.chips import look_of
from governance.reports.speak import speaker
from governance.reports.spoken import number_words
from governance.reports.told import Figure, Told

DISCLAIMER = gettext_noop(
    "This shows evidence for duties of the law and what is missing; it is not legal advice, and no measured result says that a "
    "duty is fulfilled: that is for a named person to decide."
)
NOTHING = gettext_noop("Nothing was assessed: no evidence is on file for this version of the system.")
_COUNT = gettext_noop("%(count)s of %(total)s")


@dataclass(frozen=True, slots=True)
class Voice:
    """say: a text in the report's language, with what no reader can print made visible."""

    say: Callable[[Text], str]

    def message(self, message: str, **values: str) -> str:
        """A message id with its values."""
        return self.say(Text(message, tuple(values.items())))

    def state(self, state: str) -> str:
        """The word of a state, never its colour."""
        return self.message(look_of(state).word)

    def name(self, name: str) -> str:
        """A stable name as words."""
        return clean(words_of(name))

    def title(self, figure: Figure) -> str:
        """What a figure is called, by the report or by its own name."""
        return clean(figure.title) or self.name(figure.name)

    def figure(self, figure: Figure) -> str:
        """`0.71 [0.64, 0.77] · n 180 · limit ≥ 0.80`, the first criterion's limit where there is one."""
        judged = figure.judged[0] if figure.judged else None
        limit, direction = (judged.limit or None, judged.direction or None) if judged else (None, None)
        number = Number(figure.value, figure.low, figure.high, figure.n, figure.unit, figure.level, limit, direction)
        return clean(number_words(number, self.say))

    def verdicts(self, figure: Figure) -> str:
        """The states of its criteria, `no criterion` where there is none."""
        return ", ".join(self.state(one.state) for one in figure.judged) or self.state("no_criterion")

    def counts(self, rows: Told) -> list[str]:
        """How many duties are in each state, with the whole; what was not assessed first."""
        total = str(len(rows.duties))
        found = sorted(rows.counts(), key=lambda one: one[0] != "not_assessed")
        return [f"{self.state(state)}: {self.message(_COUNT, count=str(count), total=total)}" for state, count in found]


def voice_of(rows: Told) -> Voice:
    """The voice of a report."""
    say = speaker(rows.language)
    return Voice(lambda text: clean(say(text)))

"""What reopens a confirmed classification. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from governance.book import Text
from governance.book import gettext_noop as _
from governance.classification.classify import classify
from governance.classification.outcome import Outcome, short
from governance.shapes import ShapeError

# The fields of a system version that say what it is for, and what is said when they change
WATCHED: Final[Mapping[str, str]] = {
    "purpose": _("The purpose changed with version %(number)s."),
    "intended_use": _("The intended use changed with version %(number)s."),
    "area": _("The area of Annex III changed with version %(number)s."),
    "risk_class": _("The declared risk class changed with version %(number)s."),
    "roles": _("The roles of the organisation changed with version %(number)s."),
}
ANSWERS: Final = _("Answers were changed after the classification was confirmed.")
LAW: Final = _("The rules or the dates of the law lead to another outcome now than the one that was confirmed.")
DAY: Final = _("The day from which the practice is prohibited has come.")


def watched(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Of a system version's specification what a classification rests on."""
    return {name: spec.get(name) for name in WATCHED}


def changes(before: Mapping[str, Any], spec: Mapping[str, Any], number: int) -> Iterator[Text]:
    """What the version `number` says otherwise than the confirmed one did."""
    now = watched(spec)
    for name, message in WATCHED.items():
        if (before.get(name) or None) != (now[name] or None):
            yield Text(message, (("number", str(number)),))


def outdated(confirmed: Outcome, answers: Mapping[str, Any], dates: Mapping[str, str], today: str) -> Iterator[Text]:
    """Whether the same answers lead elsewhere by now. today: ISO day, or empty where the day does not matter."""
    try:
        same = short(classify(answers, dates)) == short(confirmed)
    except ShapeError:  # the questionnaire has other questions by now
        same = False
    if not same:
        yield Text(LAW)
    starts = confirmed.tier.removeprefix("prohibited_from_")
    if today and starts != confirmed.tier and starts <= today:
        yield Text(DAY)

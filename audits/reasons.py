"""Why a judge flagged words of an answer: the reasons there are, in words, and how they look alike. Pure.

A sort gathers reasons that are drawn alike. Colour never stands alone: each sort has an underline of its own, and the
reason stands in words beside it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from governance.book import Text
from governance.book import gettext_noop as _
from governance.names import named

SORTS = {
    "opposite": _("the passages say otherwise"),
    "figure": _("a figure, date or unit that no passage holds"),
    "name": _("a name that no passage holds"),
    "absent": _("not in the passages"),
    "unknown": _("no verdict"),
}
REASONS: dict[str, tuple[str, str]] = {
    "contradicted": ("opposite", _("the passages say otherwise")),
    "negation": ("opposite", _("the opposite of a passage")),
    "number": ("figure", _("a number that no passage holds")),
    "unit": ("figure", _("a number in another unit")),
    "date": ("figure", _("a date that no passage holds")),
    "time": ("figure", _("a time that no passage holds")),
    "weekday": ("figure", _("a weekday that no passage holds")),
    "name": ("name", _("a name that no passage holds")),
    "not_in_sources": ("absent", _("not in the passages")),
    "no_passages": ("absent", _("nothing was retrieved")),
    "other_language": ("unknown", _("another language and nothing to compare")),
    "quote_not_found": ("unknown", _("a quotation that stands in no passage")),
    "quote_too_short": ("unknown", _("a quotation too short to prove anything")),
    "quote_too_long": ("unknown", _("a quotation too long to be one")),
    "quote_unrelated": ("unknown", _("a quotation that shares no word with the claim")),
    "figure_not_found": ("unknown", _("called supported, but a figure of it stands in no passage")),
}
UNCALIBRATED = re.compile(r"(?:baseline, |low confidence: )?uncalibrated(?: for (?P<spoken>\w+)(?: over (?P<base>\w+))?)?")
FLAGGED = ("contradicted", "unsupported")


def reason_text(name: str) -> Text:
    """A reason in words; one that is not known by its name."""
    return Text(REASONS[name][1]) if name in REASONS else named(name)


def sort_of(name: str) -> str:
    """How a reason is drawn, a key of `SORTS`; one that is not known as `absent`."""
    return REASONS[name][0] if name in REASONS else "absent"


def confidence_text(words: str) -> Text:
    """What a judge says of how far it is to be believed; what is none of its own sentences is data."""
    found = UNCALIBRATED.fullmatch(words)
    if not found:
        return Text("%(words)s", (("words", words),))
    if not found["spoken"]:
        return Text(_("uncalibrated"))
    if not found["base"]:
        return Text(_("low confidence: uncalibrated for %(spoken)s"), (("spoken", found["spoken"]),))
    values = (("spoken", found["spoken"]), ("base", found["base"]))
    return Text(_("low confidence: uncalibrated for %(spoken)s over %(base)s"), values)


def reasons_of(claim: Mapping[str, Any]) -> tuple[str, ...]:
    """The reasons of a stored claim, each once: those of its spans, then its checks."""
    spans = [str(span["reason"]) for span in claim.get("spans", ())]
    return tuple(dict.fromkeys([*spans, *map(str, claim.get("checks", ()))]))


def marks_of(claim: Mapping[str, Any]) -> list[tuple[int, int, str]]:
    """(start, end, reason) of the words to mark in an answer for a flagged or unscored claim, in order, none overlapping.

    The judge's spans where it gives them; else the whole claim, by its verdict or its first check.
    """
    start, end = int(claim["start"]), int(claim["end"])
    if claim["verdict"] == "supported":
        return []
    found = sorted((int(one["start"]), int(one["end"]), str(one["reason"])) for one in claim.get("spans", ()))
    return _apart(found, start, end) or [(start, end, whole_reason(claim))]


def whole_reason(claim: Mapping[str, Any]) -> str:
    """The one reason that stands for a whole claim."""
    if claim["verdict"] == "contradicted":
        return "contradicted"
    first: Sequence[str] = reasons_of(claim)
    return first[0] if first else "claims_not_judged" if claim["verdict"] == "unscored" else "not_in_sources"


def _apart(spans: Sequence[tuple[int, int, str]], start: int, end: int) -> list[tuple[int, int, str]]:
    """Spans inside [start, end), each cut where an earlier one ends."""
    apart: list[tuple[int, int, str]] = []
    at = start
    for first, last, reason in spans:
        begin, stop = max(at, first), min(end, last)
        if begin < stop:
            apart.append((begin, stop, reason))
            at = stop
    return apart

"""The states a reader meets: a shape, a word and a colour for each. Pure."""

from dataclasses import dataclass

from governance.book import gettext_noop


@dataclass(frozen=True, slots=True)
class Look:
    """shape: a sign beside the word, never alone. tone: the name of the colour token. word: message id."""

    shape: str
    word: str
    tone: str


_MET = Look("\N{CHECK MARK}", gettext_noop("criterion met"), "met")
_NOT_MET = Look("\N{BLACK SQUARE}", gettext_noop("criterion not met"), "not_met")
_INSUFFICIENT = Look("\N{HORIZONTAL ELLIPSIS}", gettext_noop("evidence insufficient"), "inconclusive")

LOOKS: dict[str, Look] = {
    "met": Look(_MET.shape, gettext_noop("met"), "met"),
    "not_met": Look(_NOT_MET.shape, gettext_noop("not met"), "not_met"),
    "insufficient": Look(_INSUFFICIENT.shape, gettext_noop("insufficient"), "inconclusive"),
    "inconclusive": Look("\N{BLACK UP-POINTING TRIANGLE}", gettext_noop("inconclusive"), "inconclusive"),
    "criterion_met": _MET,
    "criterion_not_met": _NOT_MET,
    "evidence_insufficient": _INSUFFICIENT,
    "no_criterion": Look("?", gettext_noop("no criterion"), "inconclusive"),
    "not_assessed": Look("\N{SQUARE WITH UPPER RIGHT TO LOWER LEFT FILL}", gettext_noop("not assessed"), "not_assessed"),
    "stale": Look("\N{WHITE CIRCLE WITH UPPER RIGHT QUADRANT}", gettext_noop("stale"), "stale"),
    "attested": Look("\N{LOWER RIGHT PENCIL}", gettext_noop("attested"), "info"),
    "fulfilled_by_decision": Look("\N{SECTION SIGN}", gettext_noop("decided by a person"), "info"),
    "not_applicable": Look("\N{EN DASH}", gettext_noop("not applicable"), "info"),
    "contradicted": Look("!", gettext_noop("contradicted"), "not_met"),
    "info": Look("i", gettext_noop("note"), "info"),
    "overdue": Look("\N{WHITE CIRCLE WITH UPPER RIGHT QUADRANT}", gettext_noop("overdue"), "not_met"),
    "draft": Look("\N{BLACK DIAMOND}", gettext_noop("DRAFT"), "inconclusive"),
    "current": Look("\N{EN DASH}", gettext_noop("current"), "info"),
}


def look_of(state: str) -> Look:
    """How a state looks; a word nobody knows shows as itself, toned as undecided."""
    return LOOKS.get(state) or Look("?", state, "inconclusive")

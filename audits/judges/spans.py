"""Which characters of a claim are to blame: what the checks miss, and what the model holds to be unsupported. Pure."""

import re
from collections.abc import Sequence

from audits.contract import Claim, Span, SpanReason
from audits.judges.checks import Fired

_WORD = re.compile(r"\w+(?:[-'’.,]\w+)*")
_MEATLESS = re.compile(
    r"(?i)^(?:the|a|an|of|and|or|to|in|on|at|by|for|with|is|are|was|were|that|this|it|as|el|la|los|las|un|una|de|y|en)$"
)
BRIDGE = 2  # words between two blamed ones that are taken in


def blamed(
    claim: Claim, fired: Sequence[Fired], pieces: Sequence[tuple[int, int, float]], *, line: float, denied: bool, far: bool
) -> tuple[Span, ...]:
    """Spans of one claim that is not supported, in order and apart.

    fired: what the checks miss, offsets in the claim. pieces: (start, end, logit) of its word pieces, characters of the answer.
    line: logit from which on a piece is blamed. denied: whether a passage says the opposite. far: whether the passages do not
    speak of it at all, so that all of it is to blame.
    """
    told = [Span(claim.start + one.start, claim.start + one.end, _reason(one.check)) for one in fired]
    reason: SpanReason = "contradicted" if denied else "not_in_sources"
    words = [] if far else _words(claim, pieces, line)
    own = [Span(start, end, reason) for start, end in words]
    if far or not (told or own):
        return (Span(claim.start, claim.end, "negation" if denied else reason),)
    return _apart(claim, told, own)


def _words(claim: Claim, pieces: Sequence[tuple[int, int, float]], line: float) -> list[tuple[int, int]]:
    """Whole words with a blamed piece; neighbours and what stands between near ones are joined, function words alone are left."""
    places = [(claim.start + match.start(), claim.start + match.end()) for match in _WORD.finditer(claim.text)]
    flags = [any(logit >= line and a < end and b > start for a, b, logit in pieces) for start, end in places]
    runs: list[tuple[int, int]] = []
    for index, flag in enumerate(flags):
        if not flag:
            continue
        if runs and index - runs[-1][1] - 1 <= BRIDGE:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return [(places[first][0], places[last][1]) for first, last in runs]


def _apart(claim: Claim, told: Sequence[Span], own: Sequence[Span]) -> tuple[Span, ...]:
    """The checks' spans whole, and of the model's what they leave."""
    left = list(told)
    for span in own:
        start = span.start
        for one in sorted(told, key=lambda other: other.start):
            if one.start < span.end and one.end > start:
                left += _trimmed(claim, start, one.start, span.reason)
                start = max(start, one.end)
        left += _trimmed(claim, start, span.end, span.reason)
    return tuple(sorted(left, key=lambda one: one.start))


def _trimmed(claim: Claim, start: int, end: int, reason: SpanReason) -> list[Span]:
    """The words between two places as one span, where they say anything."""
    words = list(_WORD.finditer(claim.text, start - claim.start, max(start, end) - claim.start))
    if all(_MEATLESS.match(word.group()) for word in words):
        return []
    return [Span(claim.start + words[0].start(), claim.start + words[-1].end(), reason)]


def _reason(check: str) -> SpanReason:
    known: dict[str, SpanReason] = {
        "number": "number", "date": "date", "time": "time", "weekday": "weekday", "unit": "unit", "name": "name",
    }  # fmt: skip
    return known[check]

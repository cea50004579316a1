"""Characters that were marked on a page, as characters of the stored answer. Pure."""

import json
from bisect import bisect_left
from collections.abc import Callable, Sequence

from governance.shapes import ShapeError

MOST_TEXT = 10_000


def original_spans(given: str, answer: Callable[[], str]) -> list[list[int]]:
    """Spans of a page's text as spans of the answer; a page shows each CR LF, and each CR, as one line feed.

    given: a JSON list of pairs [start, end), empty text for none. answer: asked only where something is marked.

    Raises:
        ShapeError: naming `spans` for anything else.
    """
    if not given:
        return []
    pairs = _read(given)
    places = _places(answer())
    if any(not 0 <= start < end < len(places) for start, end in pairs):
        raise ShapeError("spans", "must lie within the answer.")
    return [[places[start], places[end]] for start, end in pairs]


def shown_spans(spans: Sequence[Sequence[int]], answer: str) -> str:
    """What `original_spans` reads: the page's characters of stored spans; empty text for none."""
    places = _places(answer)
    return json.dumps([[bisect_left(places, place) for place in span] for span in spans]) if spans else ""


def _read(given: str) -> list[list[int]]:
    try:
        pairs = json.loads(given) if len(given) <= MOST_TEXT else None
    except (ValueError, RecursionError):
        pairs = None
    if not isinstance(pairs, list) or not all(_is_pair(one) for one in pairs):
        raise ShapeError("spans", "must be a list of pairs of whole numbers, start and end.")
    return pairs


def _is_pair(one: object) -> bool:
    return isinstance(one, list) and len(one) == 2 and all(type(place) is int for place in one)


def _places(answer: str) -> list[int]:
    """Of each character that a page shows, and of the end, where it stands in the answer."""
    shown = [place for place, letter in enumerate(answer) if not (letter == "\n" and answer[place - 1 : place] == "\r")]
    return [*shown, len(answer)]

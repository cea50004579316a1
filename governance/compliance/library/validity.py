"""Which wording of a duty stands on a day; two of one duty may not stand at once. Pure."""

from collections import defaultdict
from datetime import date
from itertools import pairwise

from governance.compliance.library.entries import CatalogueError, Duty, Place
from governance.compliance.library.files import Rows, day

_ALWAYS = (date.min, date.max)


def standing(found: Rows[Duty], on: date | None) -> Rows[Duty]:
    """Of every duty the wording that stands on a day, in the order of the file; of none, the duty is not there.

    on: None takes the newest wording of each. Raises `CatalogueError` where two wordings of one duty overlap.
    """
    wordings: dict[str, Rows[Duty]] = defaultdict(list)
    for duty, place in found:
        wordings[duty.id].append((duty, place))
    return [one for several in wordings.values() for one in _taken(several, on)]


def span(duty: Duty, place: Place) -> tuple[date, date]:
    """First and last day of a wording. Raises `CatalogueError`."""
    first = day(place, duty.id, "valid_from", duty.valid_from) if duty.valid_from else _ALWAYS[0]
    last = day(place, duty.id, "valid_until", duty.valid_until) if duty.valid_until else _ALWAYS[1]
    if last < first:
        raise CatalogueError(place.file, duty.id, f"ends ({last}) before it begins ({first})", place.line)
    return first, last


def _taken(several: Rows[Duty], on: date | None) -> Rows[Duty]:
    ordered = sorted(((span(duty, place), duty, place) for duty, place in several), key=lambda one: one[0])
    for (before, _, earlier), (after, duty, place) in pairwise(ordered):
        if after[0] <= before[1]:
            problem = "stands there twice"
            if (before, after) != (_ALWAYS, _ALWAYS):
                problem += f" with overlapping validity: {after[0]} is not after {before[1]}"
            raise CatalogueError(place.file, duty.id, f"{problem} (the other is in line {earlier.line})", place.line)
    standing_now = [(duty, place) for (first, last), duty, place in ordered if on is None or first <= on <= last]
    return standing_now[-1:]

"""Which section of a report prints which duty of the law: every duty stands in exactly one. Pure."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from governance.compliance.assessment import DutyResult

OTHER = "other"

# The first anchor whose beginning of an id fits takes the duty; the beginning ends where a number or a letter would go on.
PLACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("description", ("AnnexIV.1", "Art.11")),
    ("development", ("AnnexIV.2(a)", "AnnexIV.2(b)", "AnnexIV.2(c)", "AnnexIV.2(d)", "AnnexIV.2(f)", "Art.10", "Art.4a")),
    ("development", ("AnnexXI", "AnnexXII", "Art.53", "Art.54", "Art.55", "Art.56")),
    ("risk", ("Art.8", "Art.9", "AnnexIV.5", "AnnexIV.3-2")),
    ("oversight", ("Art.14", "Art.4", "Art.26(1)", "Art.26(2)", "Art.26(3)", "AnnexIV.2(e)", "AnnexIV.3-3")),
    ("cybersecurity", ("Art.15(5)", "AnnexIV.2(h)")),
    ("tests", ("AnnexIV.2(g)", "AnnexIV.3-1", "AnnexIV.3", "AnnexIV.4", "Art.15", "Art.42")),
    ("transparency", ("Art.13", "Art.50", "Art.86", "Art.26(4)", "Art.26(7)", "Art.26(11)")),
    ("records", ("Art.12", "Art.18", "Art.19", "Art.26(6)")),
    ("monitoring", ("Art.72", "Art.73", "Art.75", "Art.20", "Art.26(5)", "AnnexIV.9")),
    ("changes", ("AnnexIV.6",)),
    ("quality", ("Art.16", "Art.17", "Art.21", "Art.26(12)", "Art.40", "Art.41", "Art.43", "Art.44", "AnnexVI", "AnnexIV.7")),
    ("rights", ("Art.27", "Art.26(9)", "Art.26(10)")),
    ("declaration", ("Art.47", "Art.48", "Art.49", "Art.26(8)", "AnnexV", "AnnexVIII", "AnnexIV.8")),
    ("identification", ("Art.22", "Art.23", "Art.24", "Art.25", "Art.26")),
    ("scope", ("Art.2", "Art.3", "Art.5", "Art.6", "AnnexIII", "Art.51", "Art.52")),
)


@cache
def place_of(duty: str) -> str:
    """The anchor of the section that prints a duty of the law, `other` for one that none of them names."""
    return next((anchor for anchor, pattern in _patterns() if pattern.match(duty)), OTHER)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((anchor, re.compile("|".join(map(_beginning, names)))) for anchor, names in PLACES)


def _beginning(name: str) -> str:
    return re.escape(name) + ("(?![0-9A-Za-z])" if name[-1].isalnum() else "")


def placed(results: Iterable[DutyResult]) -> Mapping[str, tuple[DutyResult, ...]]:
    """The duties of each section, in the order in which they came."""
    found: dict[str, list[DutyResult]] = {}
    for result in results:
        found.setdefault(place_of(result.duty.id), []).append(result)
    return {anchor: tuple(own) for anchor, own in found.items()}

"""Reads sealed statements, whatever shape they came in: what is not as it should be is not there. Pure."""

from collections.abc import Mapping
from typing import Any

Plain = Mapping[str, Any]


def plain(given: object) -> Plain:
    """An object; an empty one for anything else."""
    return given if isinstance(given, Mapping) else {}


def rows(given: object) -> tuple[Plain, ...]:
    """The objects of a list; none of anything else."""
    return tuple(one for one in given if isinstance(one, Mapping)) if isinstance(given, list | tuple) else ()


def figure(given: object) -> str | None:
    """Decimal text; None for what is no number."""
    return str(given) if isinstance(given, str | int) and not isinstance(given, bool) else None


def count(given: object) -> int:
    """A count; 0 for what is none."""
    return given if isinstance(given, int) and not isinstance(given, bool) else 0


def words(given: object) -> str:
    """A text or a number as text; empty for anything else."""
    return figure(given) or ""


def pairs(given: object) -> tuple[tuple[str, ...], ...]:
    """The (feature, value) pairs of a group."""
    found = given if isinstance(given, list | tuple) else ()
    return tuple(tuple(str(one) for one in pair) for pair in found if isinstance(pair, list | tuple))

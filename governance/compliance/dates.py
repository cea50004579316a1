"""The dates of the law by their clocks, for whoever stands below this room. Pure."""

from collections.abc import Mapping

from governance.compliance.frameworks import load


def legal_dates() -> Mapping[str, str]:
    """Clock -> ISO day from which it runs, of the catalogue that ships with this version."""
    return {one.id: one.applies_from for one in load().dates}


def checked_on() -> str:
    """The day on which the oldest check of these dates was made, ISO 8601."""
    return min(one.checked_on for one in load().dates)

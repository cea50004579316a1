"""How long what is kept, and from when: Articles 18, 19, 22, 23 and 26 of Regulation (EU) 2024/1689. Pure."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from governance.book import Text
from governance.book import gettext_noop as _

DOCUMENT_MONTHS = 120  # ten years
LOG_MONTHS = 6
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Period:
    """What somebody in a role keeps. months: from placing on the market or putting into service, or at least from each log."""

    role: str
    what: Text
    article: str
    months: int


DOCUMENTS = (
    Period(
        "provider",
        Text(
            _("Technical documentation, quality management system, decisions of notified bodies and EU declaration of conformity")
        ),
        "Art. 18(1)",
        DOCUMENT_MONTHS,
    ),
    Period(
        "authorised_representative",
        Text(_("Contact details of the provider, EU declaration of conformity, technical documentation and certificate")),
        "Art. 22(3)(b)",
        DOCUMENT_MONTHS,
    ),
    Period(
        "importer",
        Text(_("Certificate, instructions for use and EU declaration of conformity")),
        "Art. 23(5)",
        DOCUMENT_MONTHS,
    ),
)
LOGS = (
    Period("provider", Text(_("Logs that the system makes, as far as the provider controls them")), "Art. 19(1)", LOG_MONTHS),
    Period("deployer", Text(_("Logs that the system makes, as far as the deployer controls them")), "Art. 26(6)", LOG_MONTHS),
)


def of_roles(periods: Iterable[Period], roles: Iterable[str]) -> tuple[Period, ...]:
    """The periods of these roles. Of no known role all of them: who did not say what they are is not told of nothing."""
    given, known = set(roles), tuple(periods)
    return tuple(one for one in known if one.role in given) or (() if given else known)


def after(start: date, months: int) -> date:
    """The last day of a period of months that begins on `start`.

    It ends on the same day of the last month, or on that month's last day where it has no such day (Regulation (EEC, Euratom)
    No 1182/71, Art. 3(2)(c)). Raises `OverflowError` for a day after the year 9999.

    Example: six months from 31 August end on 28 or 29 February.
    """
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    if year > date.max.year:
        raise OverflowError(f"{year} is no year of a date")
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def day_in(words: str) -> date | None:
    """The day that a registered text begins with, as 2027-12-02; None where it begins with none."""
    found = _DAY.match(words.strip())
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None

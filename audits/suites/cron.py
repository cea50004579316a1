"""When a schedule is due, and what becomes of due times that nobody was there for. Pure.

Expressions have five fields and Debian cron's rules on the days when clocks change: a fixed time that the clock skips is
due when the gap ends, one that it shows twice is due the first time; `*` and `*/n` in minute or hour follow elapsed time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from governance.shapes import ShapeError

Misfire = Literal["skip", "once", "all"]
MISFIRES: tuple[Misfire, ...] = get_args(Misfire)
LONGEST_EXPRESSION = 100
GRACE = timedelta(minutes=5)  # a due time older than this was missed; younger, it is merely late
MOST_CAUGHT_UP = 24  # the newest ones, by the rule `all`
_MOST_LOOKED_AT = 2000  # due times; more than a day of minutes


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done at one moment.

    fire: due times to start, oldest first. missed: the newest due time let go, None when there is none. let_go: how many
    were let go before that one (at least; a very long absence is not counted out). next_due: None when none will come.
    """

    fire: tuple[datetime, ...]
    missed: datetime | None
    let_go: int
    next_due: datetime | None


def check_expression(text: str) -> str:
    """The expression in its plain form. Raises `ShapeError` naming `expression`."""
    plain = " ".join(text.split())
    if len(plain) > LONGEST_EXPRESSION:
        raise ShapeError("expression", f"must have at most {LONGEST_EXPRESSION} characters.")
    if len(plain.split()) != 5:
        raise ShapeError("expression", "must have five fields (minute hour day month weekday), such as 30 6 * * 1-5.")
    try:
        CronSim(plain, datetime(2000, 1, 1, tzinfo=UTC))
    except (CronSimError, ValueError, AssertionError) as error:
        told = str(error) if isinstance(error, CronSimError) else "is no cron expression"
        raise ShapeError("expression", f"{told[:1].lower()}{told[1:]}; it reads minute hour day month weekday.") from None
    return plain


def check_zone(name: str) -> str:
    """An IANA time zone. Raises `ShapeError` naming `time_zone`."""
    if name not in _zones():
        raise ShapeError("time_zone", "is no IANA time zone, such as Europe/Madrid or UTC.")
    return name


def check_misfire(rule: str) -> Misfire:
    """`skip`, `once` or `all`. Raises `ShapeError` naming `misfire`."""
    for known in MISFIRES:
        if rule == known:
            return known
    raise ShapeError("misfire", "is no rule.", MISFIRES)


def due_times(expression: str, zone: str, after: datetime) -> Iterator[datetime]:
    """Every due time later than `after`, oldest first, in UTC. Ends where none comes within 50 years."""
    for found in CronSim(expression, after.astimezone(ZoneInfo(zone))):
        moment = found.astimezone(UTC)
        # In the hour that a clock shows twice, reading starts at its first showing: that may be past.
        if moment > after:
            yield moment


def next_due(expression: str, zone: str, after: datetime) -> datetime | None:
    """The first due time later than `after`; None when none will come."""
    return next(due_times(expression, zone, after), None)


def plan(expression: str, zone: str, misfire: str, due: datetime, now: datetime) -> Plan:
    """What is to be done at `now` for a schedule whose next due time was `due`."""
    found, skipped = _between(expression, zone, due, now)
    late = [moment for moment in found if moment < now - GRACE]
    fresh = found[len(late) :]
    caught_up = {"skip": 0, "once": 0 if fresh else 1, "all": MOST_CAUGHT_UP}[misfire]
    kept = late[len(late) - caught_up :] if caught_up else []
    gone = late[: len(late) - len(kept)]
    missed = gone[-1] if gone else None
    return Plan((*kept, *fresh), missed, skipped + max(len(gone) - 1, 0), next_due(expression, zone, now))


def _between(expression: str, zone: str, due: datetime, now: datetime) -> tuple[list[datetime], int]:
    """Due times from `due` to `now`, both included, and how many older ones were passed over uncounted further."""
    found = _until(expression, zone, due - timedelta(seconds=1), now)
    if len(found) < _MOST_LOOKED_AT:
        return found, 0
    # After so long an absence only the last day matters; it never holds more than can be looked at.
    newest = _until(expression, zone, max(found[-1], now - timedelta(days=1)), now)
    return (newest, len(found)) if newest else (found, 0)


def _until(expression: str, zone: str, after: datetime, now: datetime) -> list[datetime]:
    found: list[datetime] = []
    for moment in islice(due_times(expression, zone, after), _MOST_LOOKED_AT):
        if moment > now:
            break
        found.append(moment)
    return found


@cache
def _zones() -> frozenset[str]:
    # What these two mean is another thing on every machine.
    return frozenset(available_timezones()) - {"localtime", "Factory"}

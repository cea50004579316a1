"""What there is to be noticed, and when a delivery is tried again. Pure."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Final

from governance.book import gettext_noop as _

PING: Final = "test.ping"
DISABLED: Final = "endpoint.disabled"
STALE: Final = "evidence.stale"
DUE: Final = "evidence.due"
DESTINATION: Final = "destination.requested"
INCIDENT: Final = "incident.recorded"
INCIDENT_DUE: Final = "incident.due"
INCIDENT_OVERDUE: Final = "incident.overdue"
INCIDENT_ALTERED: Final = "incident.altered"
MONITORING: Final = "monitoring.overdue"

# Names are for good: receivers' code hangs on them. The titles are message ids.
EVENTS: Final = MappingProxyType(
    {
        "audit.succeeded": _("An audit has finished"),
        "audit.failed": _("An audit has failed"),
        "audit.cancelled": _("An audit was cancelled"),
        "audit.overdue": _("An audit has waited too long"),
        "suite.finished": _("A suite has finished"),
        "schedule.missed": _("A schedule was missed"),
        STALE: _("Evidence has become stale"),
        DUE: _("An audit is due again"),
        "approval.requested": _("An approval is asked for"),
        DESTINATION: _("A destination is asked for"),
        INCIDENT: _("A serious incident was recorded"),
        INCIDENT_DUE: _("A report of a serious incident is due soon"),
        INCIDENT_OVERDUE: _("A report of a serious incident is overdue"),
        INCIDENT_ALTERED: _("A system was changed before an incident was reported"),
        MONITORING: _("Post-market monitoring is overdue"),
        DISABLED: _("An endpoint was switched off"),
        PING: _("A test"),
    }
)

# Seconds between two tries, as Standard Webhooks proposes: eleven tries over about three days.
WAITS_S: Final = (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
TRIES: Final = len(WAITS_S) + 1
JITTER: Final = 0.2
# An endpoint that took nothing for so long and refused so often is switched off.
PATIENCE: Final = timedelta(days=5)
LEAST_FAILURES: Final = 10


def wait_s(tries: int, chance: float, asked_s: float = 0) -> float | None:
    """Seconds until the next try, a fifth more or less by `chance` in [0, 1]; None when there is none.

    tries: how many there were, 1 or more. asked_s: what the receiver asked for; a longer wait than ours is kept.
    """
    if tries >= TRIES:
        return None
    return max(WAITS_S[tries - 1] * (1 - JITTER + 2 * JITTER * chance), asked_s)


def asked_wait_s(header: str, now: datetime) -> float:
    """Seconds that a `Retry-After` asks for (RFC 9110, 10.2.3: seconds or a date), 0 to one day; 0 for anything else."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), WAITS_S[-1]))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    moment = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), float(WAITS_S[-1]))

"""One sealed piece of evidence as compliance reads it: its verdicts, and whether their criteria came before the run. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from governance.compliance.verdict import VERDICT_STATES, Signal, Strength, VerdictState

RECORDS = ("lineage", "comparison", "classification", "feedback")  # kinds that tell what is and have no criteria


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed statement about a system version.

    subject, number: the version it is about. changed: what has changed since, in words of data ("prompt: 3 -> 4");
    anything in it makes the evidence stale. aged: it is older than evidence is good for. statement: the sealed body as data.
    """

    id: str
    kind: str
    digest: str
    run_id: str
    sealed_at: datetime
    subject: str
    number: int
    statement: Mapping[str, Any]
    changed: tuple[str, ...] = ()
    aged: bool = False

    def verdicts(self) -> tuple[VerdictState, ...]:
        """The states sealed with it; one this version does not know counts as insufficient, never as met."""
        return tuple(_known(str(one.get("state"))) for one in self._told())

    def fixed(self) -> tuple[bool, ...]:
        """Of each verdict whether its criterion is sealed with it, has an author, and was frozen before the run began."""
        criteria = self.statement.get("criteria")
        listed = criteria if isinstance(criteria, list | tuple) else ()
        by_id = {str(one.get("id")): one for one in listed if isinstance(one, Mapping)}
        began = self._began()
        return tuple(_came_before(by_id.get(str(one.get("criterion", ""))), began) for one in self._told())

    def readable(self) -> bool:
        """Whether its verdicts can be read at all."""
        told = self.statement.get("verdicts", ())
        return isinstance(told, list | tuple) and all(isinstance(one, Mapping) for one in told)

    def signal(self, strength: Strength, *, superseded: bool = False) -> Signal:
        """What it says at a duty that it is linked to with this strength."""
        return Signal(
            self.id,
            strength,
            self.verdicts(),
            stale=bool(self.changed),
            aged=self.aged,
            fixed=self.fixed(),
            superseded=superseded,
            unreadable=not self.readable(),
            record=self.kind in RECORDS and self.readable() and not self._told(),
        )

    def _told(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.statement.get("verdicts", ())) if self.readable() else ()

    def _began(self) -> datetime:
        provenance = self.statement.get("provenance")
        requested = provenance.get("requested_at") if isinstance(provenance, Mapping) else None
        return _moment(requested) or self.sealed_at


def _came_before(criterion: Mapping[str, Any] | None, began: datetime) -> bool:
    if criterion is None or not criterion.get("author"):
        return False
    frozen = _moment(criterion.get("frozen_at"))
    return frozen is not None and frozen <= began


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _known(state: str) -> VerdictState:
    return next((known for known in VERDICT_STATES if known == state), "insufficient")

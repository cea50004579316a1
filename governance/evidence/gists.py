"""The small part of sealed statements that pages need, remembered: a sealed statement never changes.

What may change about evidence, such as whether a version it rests on has a successor, is asked anew each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from governance.access.compiled import compiled
from governance.evidence.models import Entry

MOST_REMEMBERED = 8192
_OF_CRITERION = ("id", "author", "frozen_at")
AT_ONCE = 20  # bodies read into memory together


@dataclass(frozen=True, slots=True)
class Gist:
    """What one entry is, what it says of its criteria, and the versions it rests on as (role, id).

    criteria: of each criterion that the verdicts name, its id, author and moment of freezing. began: when the run was
    requested, as it was sealed.
    """

    id: UUID
    kind: str
    subject: str
    run_id: str
    digest: str
    sealed_at: datetime
    verdicts: tuple[dict[str, Any], ...]
    pins: tuple[tuple[str, str], ...]
    criteria: tuple[dict[str, Any], ...] = ()
    began: str = ""

    def judged(self) -> dict[str, Any]:
        """The part of the sealed statement that says how its measures stand to their criteria."""
        return {"verdicts": self.verdicts, "criteria": self.criteria, "provenance": {"requested_at": self.began}}


_remembered: dict[UUID, Gist] = {}
_lock = Lock()


def gists_of(entries: QuerySet[Entry]) -> list[Gist]:
    """The gist of every entry in the order of the query; only bodies that this process never saw are read."""
    return gists(list(entries.values_list("id", flat=True)))


def gists_about(organisation: UUID, subject: str) -> list[Gist]:
    """The gist of everything that is sealed about one subject, oldest first."""
    return gists(_sealed_about(organisation, subject))


@compiled(UUID, str)
def _sealed_about(organisation: UUID, subject: str) -> QuerySet[Entry, UUID]:
    entries: QuerySet[Entry, Entry] = Entry.objects.of(organisation).filter(subject=subject)
    return entries.order_by("sealed_at", "id").values_list("id", flat=True)


def gists(ids: Sequence[UUID]) -> list[Gist]:
    """The gist of these entries, in this order."""
    found = {one: gist for one in ids if (gist := _remembered.get(one))}
    missing = [one for one in ids if one not in found]
    for start in range(0, len(missing), AT_ONCE):
        fresh = {entry.id: _gist(entry) for entry in Entry.objects.filter(id__in=missing[start : start + AT_ONCE])}
        _remember(fresh)
        found |= fresh
    return [found[one] for one in ids]


def _gist(entry: Entry) -> Gist:
    statement = entry.statement()
    return Gist(
        id=entry.id,
        kind=entry.kind,
        subject=entry.subject,
        run_id=entry.run_id,
        digest=entry.digest,
        sealed_at=entry.sealed_at,
        verdicts=tuple(statement.get("verdicts", ())),
        pins=tuple((pin["role"], pin["id"]) for pin in statement.get("pins", ())),
        criteria=tuple({name: one.get(name) for name in _OF_CRITERION} for one in statement.get("criteria", ())),
        began=str(statement.get("provenance", {}).get("requested_at", "")),
    )


def _remember(fresh: dict[UUID, Gist]) -> None:
    with _lock:
        _remembered.update(fresh)
        for oldest in list(_remembered)[: max(0, len(_remembered) - MOST_REMEMBERED)]:
            del _remembered[oldest]

"""Which sealed evidence feeds a line of a plan."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from uuid import UUID

from governance.evidence.models import Entry
from governance.monitoring.plan import Line, Seen
from governance.registry.models import AssetVersion

LOOKED_AT = 50  # of each kind, newest first


def seen_by(organisation: UUID, system_id: UUID, lines: Sequence[Line]) -> dict[tuple[str, str], Seen]:
    """Line -> the newest evidence about any version of the system that feeds it; lines that nothing feeds are left out."""
    versions = AssetVersion.objects.of(organisation).filter(asset_id=system_id).order_by("-number")
    subjects = [str(one) for one in versions.values_list("id", flat=True)]
    found: dict[tuple[str, str], Seen] = {}
    for kind in sorted({line.kind for line in lines}) if subjects else ():
        of_kind = Entry.objects.of(organisation).filter(kind=kind, subject__in=subjects).order_by("-sealed_at", "-id")
        newest = list(of_kind.values_list("id", "subject", "sealed_at")[:LOOKED_AT])
        for line in (one for one in lines if one.kind == kind):
            seen = next((Seen(at, about == subjects[0], str(one)) for one, about, at in newest if feeds(one, line.measure)), None)
            if seen is not None:
                found[line.key()] = seen
    return found


def feeds(entry_id: UUID, measure: str) -> bool:
    """Whether the evidence has an estimate of the measure, for any group; of no named measure any evidence does."""
    return not measure or measure in _estimated(entry_id)


@lru_cache(maxsize=4096)  # a sealed statement never changes
def _estimated(entry_id: UUID) -> frozenset[str]:
    statement = Entry.objects.get(pk=entry_id).statement()
    facts = statement.get("facts")
    return frozenset(_names(facts.get("measures", ()) if isinstance(facts, dict) else ()))


def _names(measures: Iterable[object]) -> Iterable[str]:
    for one in measures:
        if isinstance(one, dict) and one.get("value") is not None:
            yield str(one.get("name", ""))

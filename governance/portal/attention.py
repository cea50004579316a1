"""What is wrong, what is unknown, what is due: read from sealed evidence, in this order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.evidence.models import Entry
from governance.portal.look import kind_title
from governance.registry.models import AssetVersion

NO_AUDIT = ("report", "lineage")  # kinds that measure nothing
WRONG, UNKNOWN, DUE = 0, 1, 2
_WORST_FIRST = ("not_met", "inconclusive", "insufficient", "met")
_RANK = {"not_met": WRONG, "inconclusive": UNKNOWN, "insufficient": UNKNOWN}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that needs attention. rank: wrong, unknown or due. entry: the evidence that says so, if any."""

    rank: int
    state: str
    words: str
    entry: UUID | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """The small part of a sealed statement that lists need."""

    entry: UUID
    kind: str
    subject: str
    verdicts: tuple[dict[str, Any], ...]
    pins: tuple[str, ...]


def worst_first(verdicts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Verdicts in the order in which a reader needs them; an unknown state stands first."""
    places = {state: place for place, state in enumerate(_WORST_FIRST)}
    return sorted(verdicts, key=lambda verdict: places.get(str(verdict.get("state")), -1))


def newest_audits(organisation: UUID, versions: Iterable[UUID]) -> list[Summary]:
    """Of each of these versions the newest evidence of each audit kind."""
    subjects = [str(version) for version in versions]
    rows = Entry.objects.of(organisation).filter(subject__in=subjects).exclude(kind__in=NO_AUDIT)
    newest = rows.order_by("subject", "kind", "-sealed_at", "-id").distinct("subject", "kind").values_list("id", flat=True)
    return [_summary(organisation, entry) for entry in newest]


@lru_cache(maxsize=4096)  # a sealed statement never changes
def _summary(organisation: UUID, entry_id: UUID) -> Summary:
    entry: Entry = Entry.objects.one(organisation, entry_id)
    statement = entry.statement()
    verdicts = tuple(worst_first(statement.get("verdicts", [])))
    pins = tuple(pin["id"] for pin in statement["pins"])
    return Summary(entry.pk, entry.kind, entry.subject, verdicts, pins)


def notes(audits: Sequence[Summary], kinds: Iterable[str], outdated: set[str], audited_before: bool) -> list[Note]:
    """What needs attention about one system version, worst first.

    kinds: every audit kind there is. outdated: ids of pinned versions that have a successor.
    audited_before: an earlier version was audited.
    """
    if not audits:
        nothing = Note(UNKNOWN, "not_assessed", _("No audit has been sealed for this version."))
        earlier = Note(DUE, "stale", _("The audits of an earlier version do not speak of this one."))
        return [nothing, earlier] if audited_before else [nothing]
    gathered = [note for audit in audits for note in _of_audit(audit, outdated)]
    missing = sorted(set(kinds) - {audit.kind for audit in audits})
    if missing:
        words = _("Not audited for: %(kinds)s.") % {"kinds": ", ".join(kind_title(kind) for kind in missing)}
        gathered.append(Note(UNKNOWN, "not_assessed", words))
    return sorted(gathered, key=lambda note: note.rank)


def outdated_pins(organisation: UUID, audits: Iterable[Summary]) -> set[str]:
    """Ids of pinned versions whose asset has a newer version."""
    pins = {pin for audit in audits for pin in audit.pins}
    pinned = list(AssetVersion.objects.of(organisation).filter(pk__in=pins).values_list("pk", "asset_id", "number"))
    assets = {asset for _pk, asset, _number in pinned}
    newest = AssetVersion.objects.of(organisation).filter(asset_id__in=assets).values_list("asset_id")
    highest = dict(newest.annotate(Max("number")))
    return {str(pk) for pk, asset, number in pinned if number < highest[asset]}


def _of_audit(audit: Summary, outdated: set[str]) -> list[Note]:
    if not audit.verdicts:
        words = _("%(kind)s was measured without a criterion.") % {"kind": kind_title(audit.kind)}
        found = [Note(UNKNOWN, "no_criterion", words, audit.entry)]
    else:
        found = [note for state in ("not_met", "inconclusive", "insufficient") if (note := _counted(audit, state))]
    if outdated.intersection(audit.pins):
        words = _("%(kind)s: a version that the audit used has a successor. Audit again.") % {"kind": kind_title(audit.kind)}
        found.append(Note(DUE, "stale", words, audit.entry))
    return found


def _counted(audit: Summary, state: str) -> Note | None:
    measures = [str(verdict.get("measure", "")) for verdict in audit.verdicts if verdict.get("state") == state]
    if not measures:
        return None
    words = ngettext("%(kind)s: %(measures)s.", "%(kind)s: %(n)s criteria, %(measures)s.", len(measures))
    named = ", ".join(sorted({measure.replace("_", " ") for measure in measures}))
    return Note(_RANK[state], state, words % {"kind": kind_title(audit.kind), "n": len(measures), "measures": named}, audit.entry)

"""What is wrong, what is unknown, what is due: read from sealed evidence, in this order."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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
MOST = 2_000  # audits that a page looks at, newest first
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


def audits_of(organisation: UUID, versions: Iterable[UUID]) -> list[Summary]:
    """What the audits of each version say, one summary a version and kind.

    Of several audits of one version the worst verdict of each criterion stands, so a later pass hides no failure.
    """
    subjects = [str(version) for version in versions]
    rows = Entry.objects.of(organisation).filter(subject__in=subjects).exclude(kind__in=NO_AUDIT)
    newest = rows.order_by("-sealed_at", "-id").values_list("id", flat=True)
    found: dict[tuple[str, str], list[Summary]] = defaultdict(list)
    for entry in newest[:MOST]:
        summary = _summary(organisation, entry)
        found[summary.subject, summary.kind].append(summary)
    return [merged(same) for _place, same in sorted(found.items())]


def merged(audits: Sequence[Summary]) -> Summary:
    """Audits of one version and kind, newest first, as one: the worst verdict of each criterion, the newest one's pins."""
    stands: dict[str, dict[str, Any]] = {}
    for verdict in worst_first(verdict for audit in audits for verdict in audit.verdicts):
        stands.setdefault(str(verdict.get("criterion")), verdict)
    return replace(audits[0], verdicts=tuple(stands.values()))


@lru_cache(maxsize=4096)  # a sealed statement never changes
def _summary(organisation: UUID, entry_id: UUID) -> Summary:
    entry: Entry = Entry.objects.one(organisation, entry_id)
    statement = entry.statement()
    verdicts = tuple({**verdict, "entry": entry.pk} for verdict in statement.get("verdicts", []))
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
    if not pins:
        return set()
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
    found = [verdict for verdict in audit.verdicts if verdict.get("state") == state]
    if not found:
        return None
    words = ngettext("%(kind)s: %(measures)s.", "%(kind)s: %(n)s criteria, %(measures)s.", len(found))
    named = ", ".join(sorted({str(verdict.get("measure", "")).replace("_", " ") for verdict in found}))
    told = words % {"kind": kind_title(audit.kind), "n": len(found), "measures": named}
    return Note(_RANK[state], state, told, found[0].get("entry", audit.entry))

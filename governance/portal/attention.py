"""What is wrong, what is unknown, what is due: read from sealed evidence, in this order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.access.compiled import compiled
from governance.evidence.gists import Gist, gists
from governance.evidence.kinds import NO_AUDIT
from governance.evidence.models import Entry
from governance.portal.look import kind_title, measure_title
from governance.registry.queries import successors_of

NO_CRITERION_NEEDED = ("calibration",)  # its figures correct those of an audit, which has criteria of its own
MOST = 2_000  # audits that a page looks at, newest first
WRONG, UNKNOWN, DUE = 0, 1, 2
_PLACES = {"not_met": 0, "inconclusive": 1, "insufficient": 2, "met": 3}  # worst first
_RANK = {"not_met": WRONG, "inconclusive": UNKNOWN, "insufficient": UNKNOWN}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that needs attention. rank: wrong, unknown or due. entry, incident: what says so, if it is one of them."""

    rank: int
    state: str
    words: str
    entry: UUID | None = None
    incident: UUID | None = None


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
    return sorted(verdicts, key=_place)


def _place(verdict: Mapping[str, Any]) -> int:
    return _PLACES.get(str(verdict.get("state")), -1)


def audits_of(organisation: UUID, versions: Iterable[UUID]) -> list[Summary]:
    """What the audits of each version say, one summary a version and kind.

    Of several audits of one version the worst verdict of each criterion stands, so a later pass hides no failure.
    """
    subjects = [str(version) for version in versions]
    return summed(gists(_newest(organisation, subjects))) if subjects else []


@compiled(UUID, list)
def _newest(organisation: UUID, subjects: list[str]) -> QuerySet[Entry, UUID]:
    entries: QuerySet[Entry, Entry] = Entry.objects.of(organisation).filter(subject__any_of=subjects).exclude(kind__in=NO_AUDIT)
    return entries.order_by("-sealed_at", "-id").values_list("id", flat=True)[:MOST]


def summed(gists: Iterable[Gist]) -> list[Summary]:
    """One summary a version and kind, of what was sealed about them, newest first."""
    found: dict[tuple[str, str], list[Summary]] = defaultdict(list)
    for gist in gists:
        if gist.kind in NO_AUDIT:
            continue
        pins = tuple(version for _role, version in gist.pins)
        found[gist.subject, gist.kind].append(Summary(gist.id, gist.kind, gist.subject, gist.verdicts, pins))
    return [merged(same) for _place, same in sorted(found.items())]


def merged(audits: Sequence[Summary]) -> Summary:
    """Audits of one version and kind, newest first, as one: the worst verdict of each criterion, the newest one's pins."""
    stands: dict[str, dict[str, Any]] = {}
    told = [(verdict, audit.entry) for audit in audits for verdict in audit.verdicts]
    for verdict, entry in sorted(told, key=lambda one: _place(one[0])):
        if (criterion := str(verdict.get("criterion"))) not in stands:
            stands[criterion] = {**verdict, "entry": entry}
    return replace(audits[0], verdicts=tuple(stands.values()))


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
    return set(successors_of(organisation, (pin for audit in audits for pin in audit.pins)))


def _of_audit(audit: Summary, outdated: set[str]) -> list[Note]:
    if not audit.verdicts and audit.kind in NO_CRITERION_NEEDED:
        found = []
    elif not audit.verdicts:
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
    named = ", ".join(sorted({measure_title(audit.kind, str(verdict.get("measure", ""))) for verdict in found}))
    told = words % {"kind": kind_title(audit.kind), "n": len(found), "measures": named}
    return Note(_RANK[state], state, told, found[0].get("entry", audit.entry))

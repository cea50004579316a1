"""Reads what is sealed about system versions and what people said, so that `assessment` can tell the states.

However many systems are asked for, it takes the same few queries; of sealed statements only their gist is read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from governance.classification.services import standing_of
from governance.compliance.assessment import Said
from governance.compliance.sealed import Sealed
from governance.compliance.statements.reading import Heard, heard, stated_of
from governance.compliance.statements.signing import KINDS
from governance.evidence.gists import Gist, gists_of
from governance.evidence.models import Entry
from governance.registry.models import AssetVersion
from governance.registry.queries import successors_of

REPORT_KIND = "report"
NO_EVIDENCE = (REPORT_KIND, *KINDS)  # words about evidence: told beside it, and never evidence themselves
Newer = Mapping[str, tuple[str, int]]


def gathered(
    organisation: UUID, versions: Sequence[AssetVersion], now: datetime, own: Sequence[Gist] | None = None
) -> list[tuple[list[Sealed], Said]]:
    """Of each version, in this order: the evidence there is, oldest first, and what people said.

    own: the gists of everything sealed about the one version that is asked for, where they are at hand.
    """
    numbers = _numbers(organisation, versions)
    about = _about(organisation, numbers, versions, own)
    said = heard(organisation, [version.asset_id for version in versions], now)
    pinned = {pin for found in about.values() for gist in found for _role, pin in gist.pins}
    pinned |= {pin for one in said.values() for _row, gist in one.statements for _role, pin in gist.pins}
    newer = successors_of(organisation, pinned)
    return [
        (
            _evidence(version, about, numbers, newer, now),
            _said(organisation, version, said.get(version.asset_id, Heard()), newer, now),
        )
        for version in versions
    ]


def _numbers(organisation: UUID, versions: Sequence[AssetVersion]) -> dict[str, tuple[UUID, int]]:
    """Version id -> asset and number, of these versions and those before them."""
    newest = {version.asset_id: version.number for version in versions}
    found = {str(version.pk): (version.asset_id, version.number) for version in versions}
    if any(number > 1 for number in newest.values()):
        rows = AssetVersion.objects.of(organisation).filter(asset_id__in=newest)
        earlier = rows.values_list("id", "asset_id", "number")
        found |= {str(one): (asset, number) for one, asset, number in earlier if number <= newest[asset]}
    return found


def _about(
    organisation: UUID, numbers: Mapping[str, tuple[UUID, int]], versions: Sequence[AssetVersion], own: Sequence[Gist] | None
) -> Mapping[UUID, list[Gist]]:
    """System -> what is sealed about its versions, oldest first."""
    asked = {str(version.pk) for version in versions} if own is not None else set()
    subjects = [subject for subject in numbers if subject not in asked]
    entries = Entry.objects.of(organisation).filter(subject__in=subjects).exclude(kind__in=NO_EVIDENCE)
    read = gists_of(entries.order_by("sealed_at", "id")) if subjects else []
    found: dict[UUID, list[Gist]] = defaultdict(list)
    for gist in [*read, *(own or ())]:
        if gist.kind not in NO_EVIDENCE:
            found[numbers[gist.subject][0]].append(gist)
    return found


def _evidence(
    version: AssetVersion,
    about: Mapping[UUID, list[Gist]],
    numbers: Mapping[str, tuple[UUID, int]],
    newer: Newer,
    now: datetime,
) -> list[Sealed]:
    """What is sealed about the version, then of each kind the newest that is sealed about an earlier one."""
    found = about.get(version.asset_id, ())
    own = [gist for gist in found if gist.subject == str(version.pk)]
    earlier = {gist.kind: gist for gist in found if gist.subject != str(version.pk)}
    sealed = [_sealed(gist, version.number, _changes(gist.pins, newer), now) for gist in own]
    for gist in earlier.values():
        number = numbers[gist.subject][1]
        sealed.append(_sealed(gist, number, (f"system: {number} -> {version.number}",), now))
    return sealed


def _sealed(gist: Gist, number: int, changed: tuple[str, ...], now: datetime) -> Sealed:
    return Sealed(
        id=str(gist.id),
        kind=gist.kind,
        digest=gist.digest,
        run_id=gist.run_id,
        sealed_at=gist.sealed_at,
        subject=gist.subject,
        number=number,
        statement=gist.judged(),
        changed=changed,
        aged=_older(gist.sealed_at, settings.PROBANZA_EVIDENCE_DAYS, now),
    )


def _said(organisation: UUID, version: AssetVersion, told: Heard, newer: Newer, now: datetime) -> Said:
    statements = []
    for row, gist in told.statements:
        if row.version.number <= version.number:
            number = row.version.number
            changed = _changes(gist.pins, newer) if number == version.number else (f"system: {number} -> {version.number}",)
            days: int = settings.PROBANZA_STATEMENT_DAYS
            changed += (f"age: > {days} d",) if _older(row.made_at, days, now) else ()
            statements.append(stated_of(row, gist.digest, number, changed))
    standing = standing_of(organisation, version.asset_id)
    return Said(tuple(statements), tuple(told.waivers), tuple(told.assignments), standing)


def _changes(pins: Iterable[tuple[str, str]], newer: Newer) -> tuple[str, ...]:
    return tuple(sorted({f"{role}: -> {newer[pin][1]}" for role, pin in pins if pin in newer}))


def _older(moment: datetime, days: int, now: datetime) -> bool:
    return bool(days) and moment < now - timedelta(days=days)

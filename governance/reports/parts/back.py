"""The end of a report: the register of evidence, and how a stranger verifies it."""

from governance.book import (
    Block,
    Cell,
    Chip,
    Column,
    Digest,
    Listing,
    Notice,
    Paragraph,
    Provenance,
    Raw,
    Section,
    Table,
    Text,
    gettext_noop,
)
from governance.reports.moments import moment_words
from governance.reports.parts.words import short_id
from governance.reports.snapshot import Snapshot


def register(snapshot: Snapshot) -> Section:
    """Every piece of evidence used, of earlier versions too."""
    columns = (
        Column(Text(gettext_noop("Kind"))),
        Column(Text(gettext_noop("Evidence"))),
        Column(Text(gettext_noop("Run"))),
        Column(Text(gettext_noop("Sealed at"))),
        Column(Text(gettext_noop("About version")), figures=True),
        Column(Text(gettext_noop("State"))),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            snapshot.kind_title(one.kind),
            Raw(one.id),
            Raw(one.run_id or "\N{EN DASH}"),
            Raw(moment_words(one.sealed_at, snapshot.language)),
            Raw(str(one.number)),
            Chip("stale" if one.changed else "current"),
        )
        for one in snapshot.assessment.evidence
    ]
    if not rows:
        return Section("evidence", _EVIDENCE, (Notice(Text(gettext_noop("No evidence is on file."))),))
    table = Table(Text(gettext_noop("Sealed evidence")), columns, tuple(rows))
    return Section("evidence", _EVIDENCE, (table, _digests(snapshot)))


def _digests(snapshot: Snapshot) -> Provenance:
    name = gettext_noop("SHA-256 of %(kind)s %(id)s")
    return Provenance(
        tuple(
            (Text(name, (("kind", snapshot.kind_title(one.kind)), ("id", short_id(one.id)))), Digest(one.digest))
            for one in snapshot.assessment.evidence
        )
    )


_EVIDENCE = Text(gettext_noop("Evidence register"))


def verification(snapshot: Snapshot) -> Section:
    """What to run, and what it proves."""
    blocks: list[Block] = [
        Paragraph(
            Text(
                gettext_noop(
                    "Every piece of evidence is a leaf of an append-only hash tree (RFC 6962) whose heads are signed with "
                    "Ed25519. Its digest is SHA-256 over one zero byte and the sealed bytes. This report is sealed the same "
                    "way; its JSON form is the sealed bytes themselves, and the PDF carries them as an attachment."
                )
            )
        ),
        Listing(
            (
                Text(
                    gettext_noop("On the server, all rows: %(command)s"),
                    (("command", "python manage.py verify"),),
                ),
                Text(
                    gettext_noop("Anywhere, with an exported bundle: %(command)s"),
                    (("command", "probanza verify bundle.zip"),),
                ),
                Text(
                    gettext_noop("The same with one file that needs only Python and cryptography: %(command)s"),
                    (("command", "python verify_bundle.py bundle.zip"),),
                ),
            )
        ),
    ]
    if snapshot.head is None:
        blocks.append(Notice(Text(gettext_noop("The ledger had no signed head yet when this report was built.")), "insufficient"))
    else:
        blocks.append(
            Provenance(
                (
                    (Text(gettext_noop("Signed head covers")), Raw(str(snapshot.head.size))),
                    (Text(gettext_noop("Root")), Digest(snapshot.head.root)),
                    (Text(gettext_noop("Signing key")), Raw(snapshot.head.key_id)),
                )
            )
        )
    return Section("verify", Text(gettext_noop("How to verify this report")), tuple(blocks))

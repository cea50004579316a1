"""What was tested: each piece of sealed evidence with its criteria, its verdicts and its own blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from governance.book import (
    Block,
    Cell,
    Chip,
    Column,
    Digest,
    Excerpt,
    Heading,
    Notice,
    Paragraph,
    Provenance,
    Raw,
    Section,
    Table,
    Text,
    from_plain,
    gettext_noop,
)
from governance.charts import PRINT
from governance.compliance.assessment import DutyResult, Sealed
from governance.names import counted, named
from governance.reports.moments import moment_words
from governance.reports.parts.duties import duty_blocks
from governance.reports.parts.figures import measure_words, method_words, number_of, state_of, verdicts_of
from governance.reports.parts.reading import count, plain, rows
from governance.reports.parts.verdicts import verdict_blocks
from governance.reports.parts.words import DASH, data, short_id
from governance.reports.snapshot import Snapshot
from governance.reports.spoken import Speaker, short_digest, spoken_block

_TRIAL = Speaker(lambda text: text.message, str, PRINT)

# The four kinds of audit a reader expects; the absence of one is told.
EXPECTED = ("bias", "explainability", "pii", "fidelity")
# What is sealed and is no test: it stands in sections of its own.
RECORDS = frozenset(
    {
        "lineage",
        "classification",
        "attestation",
        "decision",
        "waiver",
        "not_applicable",
        "withdrawal",
        "assignment",
        "incident",
        "monitoring_plan",
    }
)


def tests(snapshot: Snapshot, results: Sequence[DutyResult]) -> tuple[Section, ...]:
    """An overview of what was and was not tested, and one section for each piece of evidence about this version."""
    own = [one for one in snapshot.assessment.evidence if one.subject == snapshot.version_id and one.kind not in RECORDS]
    return (_overview(snapshot, own, results), *(_test(snapshot, one) for one in own))


def _overview(snapshot: Snapshot, own: Sequence[Sealed], results: Sequence[DutyResult]) -> Section:
    there = {one.kind for one in own}
    blocks: list[Block] = []
    for kind in EXPECTED:
        if kind not in there:
            values = (("kind", snapshot.kind_title(kind)), ("owner", snapshot.owner))
            message = gettext_noop("%(kind)s: no evidence is on file. Owner: %(owner)s; no date is set.")
            blocks.append(Notice(Text(message, values)))
    if own:
        blocks.append(_summary(snapshot, own))
    return Section("tests", Text(gettext_noop("Tests")), (*blocks, *duty_blocks(snapshot, results)))


def _summary(snapshot: Snapshot, own: Sequence[Sealed]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in own:
        verdicts = verdicts_of(one)
        run = data(short_id(one.run_id))
        if not verdicts:
            nothing = Raw(DASH)
            rows.append((snapshot.kind_title(one.kind), nothing, nothing, nothing, Chip("no_criterion"), run, Digest(one.digest)))
        rows += [
            (
                snapshot.kind_title(one.kind),
                measure_words(snapshot, one, verdict),
                number_of(verdict),
                method_words(one, verdict),
                Chip(state_of(one, verdict)),
                run,
                Digest(one.digest),
            )
            for verdict in verdicts
        ]
    columns = (
        Column(Text(gettext_noop("Test"))),
        Column(Text(gettext_noop("Measure"))),
        Column(Text(gettext_noop("Result")), figures=True),
        Column(Text(gettext_noop("Method"))),
        Column(Text(gettext_noop("Verdict"))),
        Column(Text(gettext_noop("Run"))),
        Column(Text(gettext_noop("Sealed as"))),
    )
    return Table(Text(gettext_noop("Verdicts of all tests, failed ones included")), columns, tuple(rows))


def _test(snapshot: Snapshot, one: Sealed) -> Section:
    title = Text(gettext_noop("Test: %(kind)s"), (("kind", snapshot.kind_title(one.kind)),))
    blocks = [
        *_changed(one),
        *_unreadable(one),
        _whose(snapshot, one),
        *_coverage(one),
        *verdict_blocks(snapshot, one),
        *sealed_blocks(one),
        provenance(snapshot, one),
    ]
    return Section(f"test-{one.id}", title, tuple(blocks), (one.id,))


def _whose(snapshot: Snapshot, one: Sealed) -> Paragraph:
    """Where every figure below comes from: a figure never stands alone."""
    values = (
        ("run", short_id(one.run_id) or DASH),
        ("digest", short_digest(one.digest)),
        ("when", moment_words(one.sealed_at, snapshot.language)),
    )
    return Paragraph(
        Text(gettext_noop("Every figure of this section is of run %(run)s, sealed as %(digest)s on %(when)s."), values)
    )


def _changed(one: Sealed) -> tuple[Block, ...]:
    if not one.changed:
        return ()
    values = (("changes", "; ".join(one.changed)),)
    message = gettext_noop("Stale: a version this test stands on has a successor (%(changes)s). Run it again.")
    return (Notice(Text(message, values), "stale"),)


def _unreadable(one: Sealed) -> tuple[Block, ...]:
    if one.readable():
        return ()
    message = gettext_noop(
        "The verdicts that were sealed cannot be read, so nothing is told of them. The sealed statement is unchanged."
    )
    return (Notice(Text(message), "insufficient"),)


def _coverage(one: Sealed) -> tuple[Block, ...]:
    coverage = plain(plain(one.statement.get("facts")).get("coverage"))
    if not coverage:
        return ()
    unscored = {str(name): count(number) for name, number in plain(coverage.get("unscored")).items()}
    values = (("scored", str(count(coverage.get("scored")))), ("planned", str(count(coverage.get("planned")))))
    told = Paragraph(Text(gettext_noop("%(scored)s of %(planned)s planned items were scored."), values))
    if not unscored:
        return (told,)
    message = gettext_noop("Not scored, and in no figure: %(reasons)s.")
    return (told, Notice(Text(message, (("reasons", counted(sorted(unscored.items()))),)), "insufficient"))


def sealed_blocks(one: Sealed) -> tuple[Block, ...]:
    """The blocks that were sealed with the facts; what cannot be printed is told."""
    try:
        blocks: tuple[Block, ...] = from_plain(list(one.statement.get("blocks", ())))
        for block in blocks:
            spoken_block(block, _TRIAL)  # what cannot be printed must not be sealed into a report
    except (ValueError, TypeError, AttributeError) as error:
        values = (("problem", str(error)),)
        message = gettext_noop("This version cannot print what was sealed (%(problem)s). The sealed statement is unchanged.")
        return (Notice(Text(message, values), "insufficient"),)
    return tuple(_placed(block, one) for block in blocks if not (isinstance(block, Heading) and block.level < 3))


def _placed(block: Block, one: Sealed) -> Block:
    return replace(block, entry=one.id) if isinstance(block, Excerpt) else block


def provenance(snapshot: Snapshot, one: Sealed) -> Provenance:
    """The box at the foot of anything computed."""
    source = plain(one.statement.get("provenance"))
    target, items = plain(source.get("target")), plain(source.get("items"))
    facts = plain(one.statement.get("facts"))
    rows: list[tuple[Text, Cell | None]] = [
        (Text(gettext_noop("Evidence")), Raw(one.id)),
        (Text(gettext_noop("Sealed as")), Digest(one.digest)),
        (Text(gettext_noop("Sealed at")), Raw(moment_words(one.sealed_at, snapshot.language))),
        (Text(gettext_noop("Run")), _raw(one.run_id)),
        (Text(gettext_noop("Requested by")), _raw(source.get("requested_by"))),
        (Text(gettext_noop("Kind and its version")), _kind_version(snapshot, one)),
        (Text(gettext_noop("Code version")), _raw(source.get("code_version"))),
        (Text(gettext_noop("Seed")), _raw(facts.get("seed"))),
        (Text(gettext_noop("Target")), _raw(target.get("type"))),
        (Text(gettext_noop("Digest of the target's settings")), _digest(target.get("digest"))),
        (Text(gettext_noop("Digest of all item results")), _digest(items.get("digest"))),
    ]
    for pin in _pins(one):
        role = (("role", named(str(pin.get("role", "")))),)
        rows.append((Text(gettext_noop("Stands on %(role)s"), role), _digest(pin.get("digest"))))
    return Provenance(tuple((name, cell) for name, cell in rows if cell is not None))


def _pins(one: Sealed) -> Sequence[Mapping[str, Any]]:
    return rows(one.statement.get("pins"))


def _raw(value: object) -> Raw | None:
    return None if value is None or value == "" else Raw(str(value))


def _digest(value: object) -> Digest | None:
    return Digest(str(value)) if value else None


def _kind_version(snapshot: Snapshot, one: Sealed) -> Text:
    source = plain(one.statement.get("provenance"))
    values = (("kind", snapshot.kind_title(one.kind)), ("version", str(source.get("kind_version", ""))))
    return Text("%(kind)s %(version)s", values)

"""Figures for the instructions for use (Art. 13), and the model card made of the same figures."""

from collections.abc import Sequence

from governance.book import Block, Heading, Listing, Notice, Paragraph, Raw, Section, Text, gettext_noop
from governance.compliance.assessment import DutyResult, Sealed
from governance.names import listed, named
from governance.reports.parts.duties import duty_blocks
from governance.reports.parts.figures import MOST, figure_table, figures_of, measure_words, number_of
from governance.reports.parts.words import data, missing, nothing_on_file, stated, table, told
from governance.reports.snapshot import Snapshot

# Art. 13(3)(b)(ii) and (v), Art. 15(3): accuracy, robustness and figures of groups; other kinds say nothing of these.
DECLARED = ("bias", "fidelity", "retrieval", "answer_quality", "calibration", "operations", "explainability", "security", "drift")


def transparency(snapshot: Snapshot, results: Sequence[DutyResult]) -> Section:
    """What a provider would put into the instructions for use, what Art. 50 asks, and the procedure of Art. 86."""
    blocks: list[Block] = [*_declared(snapshot), *_figures(snapshot, results), *_notices(snapshot)]
    more = duty_blocks(snapshot, results)
    return Section("transparency", Text(gettext_noop("Transparency and instructions for use")), (*blocks, *more))


def own_evidence(snapshot: Snapshot) -> list[Sealed]:
    """Evidence about this very version that nothing has made stale."""
    return [one for one in snapshot.assessment.evidence if one.subject == snapshot.version_id and not one.changed]


def _declared(snapshot: Snapshot) -> tuple[Block, ...]:
    """What the provider states of levels and use, as registered."""
    fields = (
        ("instructions_for_use", gettext_noop("Instructions for use")),
        ("accuracy", gettext_noop("Accuracy")),
        ("robustness", gettext_noop("Robustness")),
    )
    titles = (gettext_noop("Field"), gettext_noop("As registered"))
    rows = [(Text(title), stated(snapshot.spec.get(name))) for name, title in fields]
    return (table(gettext_noop("As declared in the registry"), titles, rows),)


def _figures(snapshot: Snapshot, results: Sequence[DutyResult]) -> tuple[Block, ...]:
    found = figures_of([one for one in own_evidence(snapshot) if one.kind in DECLARED])
    heading = Heading(Text(gettext_noop("Figures for the instructions for use (Art. 13)")))
    if not found:
        return (heading, nothing_on_file(snapshot, [one for one in results if one.duty.id.startswith("Art.13")]))
    blocks: list[Block] = [heading, figure_table(snapshot, gettext_noop("Measured levels, of the whole and of groups"), found)]
    if len(found) > MOST:
        message = gettext_noop("%(count)s more figures are in the sealed evidence.")
        blocks.append(Paragraph(Text(message, (("count", str(len(found) - MOST)),))))
    message = gettext_noop(
        "These are measured levels, with the uncertainty of the sample. Which level is declared, and that it is appropriate, "
        "is for the provider to decide."
    )
    return (*blocks, Notice(Text(message), "info"))


def _notices(snapshot: Snapshot) -> tuple[Block, ...]:
    """Which paragraphs of Art. 50 the classification found; whether people are told is for a person to show."""
    heading = Heading(Text(gettext_noop("Notices to people (Art. 50)")))
    found = snapshot.classification
    if found is None:
        return (heading, missing(gettext_noop("Which notices are owed was not looked at. Owner: %(owner)s."), snapshot))
    owed = [value for one in found.outcome.dimensions if one.id == "transparency" for value in one.values if value != "none"]
    if not owed:
        return (heading, Paragraph(Text(gettext_noop("The answers lead to no paragraph of Art. 50."))))
    values = (("paragraphs", ", ".join(owed)),)
    return (heading, Paragraph(Text(gettext_noop("The answers lead to these paragraphs of Art. 50: %(paragraphs)s."), values)))


def model_card(snapshot: Snapshot) -> Section:
    """Intended use, factors, figures, data and limits on one page."""
    spec = snapshot.spec
    rows = [
        (Text(gettext_noop("Intended use")), data(told(spec.get("intended_use")) or told(spec.get("purpose")))),
        (Text(gettext_noop("Out of its use")), data(told(spec.get("foreseeable_misuse")))),
        (Text(gettext_noop("Persons affected")), data(told(spec.get("users_affected")))),
        (Text(gettext_noop("Languages")), data(told(spec.get("languages")))),
        (Text(gettext_noop("Made of")), _parts(snapshot)),
    ]
    titles = (gettext_noop("Field"), gettext_noop("As registered"))
    blocks: list[Block] = [table(gettext_noop("What it is for, as declared"), titles, rows)]
    found = figures_of(own_evidence(snapshot))
    whole = [(one, measure) for one, measure in found if not measure.get("group")]
    if whole:
        shown = [(measure_words(snapshot, one, measure), number_of(measure)) for one, measure in whole[:MOST]]
        blocks.append(table(gettext_noop("Figures of the whole"), (gettext_noop("Measure"), gettext_noop("Result")), shown))
    else:
        blocks.append(nothing_on_file(snapshot))
    return Section("model-card", Text(gettext_noop("Model card")), (*blocks, *_limits(snapshot)))


def _parts(snapshot: Snapshot) -> Text | Raw:
    named_parts = [
        Text("%(role)s: %(asset)s %(number)s", (("role", named(one.role)), ("asset", one.asset), ("number", str(one.number))))
        for one in snapshot.parts
        if one.role != "system"
    ]
    return listed(named_parts) if named_parts else data("")


def _limits(snapshot: Snapshot) -> tuple[Block, ...]:
    """What the evidence behind the card never shows."""
    kinds = dict.fromkeys(one.kind for one in own_evidence(snapshot))
    linked = [found for kind in kinds if (found := snapshot.assessment.catalogue.of_kind(kind))]
    limits = tuple(Raw(words.of(snapshot.language)) for found in linked for words in found.never_shows)
    return (Heading(Text(gettext_noop("Limits"))), Listing(limits)) if limits else ()

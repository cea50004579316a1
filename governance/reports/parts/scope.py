"""Whether the law applies and how: the classification with its rules, who confirmed it, and what reopens it."""

import re
from collections.abc import Sequence
from datetime import date

from governance.book import Block, Cell, Heading, Listing, Notice, Paragraph, Raw, Section, Text, gettext_noop
from governance.classification.outcome import Dimension
from governance.compliance.assessment import DutyResult
from governance.names import listed, named
from governance.reports.moments import day_words
from governance.reports.parts.clocks import date_table
from governance.reports.parts.duties import duty_blocks
from governance.reports.parts.words import DASH, table, told, when
from governance.reports.snapshot import Snapshot

TIERS = {
    "out_of_scope": gettext_noop("outside the scope of the law"),
    "prohibited": gettext_noop("prohibited practice"),
    "undetermined": gettext_noop("undetermined"),
    "high_risk": gettext_noop("high-risk"),
    "high_risk_sectoral": gettext_noop("high-risk by sectoral law (Annex I, Section B)"),
    "not_high_risk_derogated": gettext_noop("not high-risk by the derogation of Art. 6(3)"),
    "transparency": gettext_noop("transparency duties of Art. 50"),
    "minimal": gettext_noop("no listed duty found from these answers; Art. 4 and other law still apply"),
}
DIMENSIONS = {
    "scope": gettext_noop("Scope (Art. 2)"),
    "prohibition": gettext_noop("Prohibited practices (Art. 5)"),
    "high_risk": gettext_noop("High-risk (Art. 6)"),
    "points": gettext_noop("Points of Annex III"),
    "conformity": gettext_noop("Conformity assessment (Art. 43)"),
    "registration": gettext_noop("Registration (Art. 49)"),
    "fria": gettext_noop("Fundamental rights impact assessment (Art. 27)"),
    "transparency": gettext_noop("Transparency (Art. 50)"),
    "gpai": gettext_noop("General-purpose AI models (Art. 51)"),
    "roles": gettext_noop("Roles"),
    "applies_from": gettext_noop("Applies from"),
    "explanation": gettext_noop("Explanation of decisions (Art. 86)"),
    "information": gettext_noop("Information of people (Art. 26)"),
    "role_basis": gettext_noop("Basis of the role (Art. 25)"),
}
VALUES = {
    "no": gettext_noop("no"),
    "yes": gettext_noop("yes"),
    "true": gettext_noop("yes"),
    "false": gettext_noop("no"),
    "none": gettext_noop("none"),
    "undetermined": gettext_noop("undetermined"),
    "in_scope": gettext_noop("inside the scope of the law"),
    "annex_i": gettext_noop("high-risk by Annex I, Section A"),
    "annex_i_section_b": gettext_noop("high-risk by Annex I, Section B"),
    "annex_iii": gettext_noop("high-risk by Annex III"),
    "annex_iii_derogated": gettext_noop("in Annex III, not high-risk by the derogation of Art. 6(3)"),
    "annex_vi": gettext_noop("internal control (Annex VI)"),
    "annex_vi_or_vii": gettext_noop("internal control (Annex VI) or notified body (Annex VII)"),
    "sectoral": gettext_noop("procedure of the sectoral law"),
    "gpai": gettext_noop("general-purpose AI model"),
    "systemic": gettext_noop("general-purpose AI model with systemic risk"),
    **TIERS,
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def scope(snapshot: Snapshot, results: Sequence[DutyResult]) -> Section:
    """The classification, or that nobody made one; then the duties that decide on scope."""
    blocks = (*_declared(snapshot), *(_unclassified(snapshot) if snapshot.classification is None else _classified(snapshot)))
    return Section(
        "scope", Text(gettext_noop("Scope and classification")), (*blocks, date_table(snapshot), *duty_blocks(snapshot, results))
    )


def headline(snapshot: Snapshot) -> Notice:
    """The classification in one sentence, for the first page."""
    found = snapshot.classification
    if found is None:
        message = gettext_noop("Nobody classified this system. Duties are listed as if all of them applied. Owner: %(owner)s.")
        return Notice(Text(message, (("owner", snapshot.owner),)))
    values = (("tier", tier_words(found.outcome.tier, snapshot.language)),)
    if not confirmed(snapshot):
        return Notice(
            Text(gettext_noop("Classified as: %(tier)s. No named person confirmed it, or it was reopened."), values), "stale"
        )
    who = (("who", found.confirmed_by), ("role", found.confirmed_role), ("when", when(found.confirmed_at, snapshot.language)))
    message = gettext_noop("Classified as: %(tier)s, as confirmed by %(who)s (%(role)s) on %(when)s.")
    undetermined = found.outcome.tier == "undetermined"
    return Notice(Text(message, (*values, *who)), "not_assessed" if undetermined else "info")


def confirmed(snapshot: Snapshot) -> bool:
    """Whether a named person confirmed the classification and nothing reopened it."""
    found = snapshot.classification
    return found is not None and found.confirmed


def tier_words(tier: str, language: str) -> Text:
    """A headline tier in words; a tier with a day in its name tells the day."""
    name, _, day = tier.partition("_from_")
    if day:
        values = (("tier", tier_words(name, language)), ("day", _value(day, language)))
        return Text(gettext_noop("%(tier)s from %(day)s"), values)
    return Text(TIERS[tier]) if tier in TIERS else named(tier)


def _declared(snapshot: Snapshot) -> tuple[Block, ...]:
    """What the registry says, as declared."""
    risk = told(snapshot.spec.get("risk_class"))
    if not risk:
        return ()
    values = (("risk", named(risk)), ("area", told(snapshot.spec.get("area")) or DASH))
    return (Paragraph(Text(gettext_noop("As declared in the registry: %(risk)s; Annex III: %(area)s."), values)),)


def _unclassified(snapshot: Snapshot) -> tuple[Block, ...]:
    message = gettext_noop(
        "Whether the law applies, whether a practice is prohibited, and whether the system is high-risk was not looked at. The "
        "duties in this report are listed as if all of them applied. Owner: %(owner)s."
    )
    return (Notice(Text(message, (("owner", snapshot.owner),))),)


def _classified(snapshot: Snapshot) -> tuple[Block, ...]:
    found = snapshot.classification
    if found is None:
        return ()
    language = snapshot.language
    outcome = found.outcome
    rows: list[tuple[Cell, ...]] = [(_name(one), _outcome(one, language), _articles(one)) for one in outcome.dimensions]
    titles = (gettext_noop("Question of law"), gettext_noop("Outcome"), gettext_noop("Article"))
    blocks: list[Block] = [headline(snapshot), *_reopened(snapshot), *_unknown(snapshot)]
    blocks.append(table(gettext_noop("What the answers lead to"), titles, rows))
    for one in outcome.dimensions:
        blocks += _trace(one, language)
    values = (("when", when(found.classified_at, language)), ("who", found.classified_by))
    blocks.append(Paragraph(Text(gettext_noop("Answered by %(who)s on %(when)s; the answers are in an appendix."), values)))
    return (*blocks, *_derogation(snapshot))


def _reopened(snapshot: Snapshot) -> tuple[Block, ...]:
    found = snapshot.classification
    if found is None or not found.reopened:
        return ()
    values = (("reasons", listed(list(found.reopened))), ("owner", snapshot.owner))
    return (Notice(Text(gettext_noop("Reopened: %(reasons)s. A person must confirm anew. Owner: %(owner)s."), values), "stale"),)


def _unknown(snapshot: Snapshot) -> tuple[Block, ...]:
    found = snapshot.classification
    if found is None or not found.outcome.unknown:
        return ()
    asked = ", ".join(question_words(snapshot, one) for one in found.outcome.unknown)
    message = gettext_noop("Undetermined, because these were answered with “unknown”: %(questions)s. Owner: %(owner)s.")
    return (Notice(Text(message, (("questions", asked), ("owner", snapshot.owner)))),)


def _name(one: Dimension) -> Text:
    return Text(DIMENSIONS[one.id]) if one.id in DIMENSIONS else named(one.id)


def _outcome(one: Dimension, language: str) -> Text:
    found = [_value(value, language) for value in one.values] or [Text(VALUES["none"])]
    if not one.determined:
        found = [Text(VALUES["undetermined"]), *(value for value in found if value != Text(VALUES["undetermined"]))]
    return listed(found)


def _value(value: str, language: str) -> Text:
    if value in VALUES:
        return Text(VALUES[value])
    if _DAY.fullmatch(value):
        return Text("%(day)s", (("day", day_words(date.fromisoformat(value), language)),))
    return named(value) if value.replace("_", "").isalpha() else Text("%(value)s", (("value", value),))


def _articles(one: Dimension) -> Raw:
    return Raw(", ".join(dict.fromkeys(step.article for step in one.trace if step.article)) or DASH)


def _trace(one: Dimension, language: str) -> tuple[Block, ...]:
    """The rules that led to one outcome, each with its article."""
    if not one.trace:
        return ()
    steps = tuple(
        Text("%(article)s: %(because)s", (("article", step.article), ("because", step.because.of(language))))
        for step in one.trace
    )
    return (Heading(_name(one), 4), Listing(steps))


def _derogation(snapshot: Snapshot) -> tuple[Block, ...]:
    """The file of Art. 6(4), where the derogation of Art. 6(3) is claimed."""
    found = snapshot.classification
    if found is None or found.outcome.tier != "not_high_risk_derogated":
        return ()
    message = gettext_noop(
        "The derogation of Art. 6(3) is claimed. Art. 6(4) asks the provider to document the assessment before placing on the "
        "market, and Art. 49(2) to register. The answers in the appendix are that record, as far as it was given. "
        "Owner: %(owner)s."
    )
    return (Heading(Text(gettext_noop("File of Art. 6(4)"))), Notice(Text(message, (("owner", snapshot.owner),)), "info"))


def question_words(snapshot: Snapshot, question: str) -> str:
    """A question in the report's language; its id where the questionnaire does not hold it."""
    return next((one.text.of(snapshot.language) for one in snapshot.questions if one.id == question), question)

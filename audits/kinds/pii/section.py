"""A PII audit in a report: what was found by type, where, and what was not looked for. No words of the texts."""

from collections.abc import Sequence

from governance.book import (
    BarChart,
    BarRow,
    Block,
    Cell,
    Column,
    Heading,
    IntervalChart,
    IntervalRow,
    Listing,
    Notice,
    Number,
    Paragraph,
    Raw,
    Table,
    Text,
)
from governance.book import gettext_noop as _
from governance.evidence.facts import Facts, Measure
from governance.names import counted, listed

MAX_ROWS = 40
TYPES = {
    "AGE": _("Age"),
    "CREDIT_CARD": _("Payment card number"),
    "CRYPTO": _("Crypto wallet address"),
    "DATE_TIME": _("Date or time"),
    "EMAIL_ADDRESS": _("E-mail address"),
    "ES_NIE": _("Spanish identity number of a foreigner (NIE)"),
    "ES_NIF": _("Spanish tax number (NIF)"),
    "IBAN_CODE": _("Bank account number (IBAN)"),
    "IP_ADDRESS": _("IP address"),
    "LOCATION": _("Place"),
    "MAC_ADDRESS": _("MAC address"),
    "MEDICAL_LICENSE": _("Medical licence number"),
    "NRP": _("Nationality, religion or political group"),
    "ORGANIZATION": _("Name of an organisation"),
    "PERSON": _("Name of a person"),
    "PHONE_NUMBER": _("Telephone number"),
    "STREET_ADDRESS": _("Postal address"),
    "UK_NHS": _("NHS number (United Kingdom)"),
    "URL": _("Web address"),
    "US_BANK_NUMBER": _("Bank account number (United States)"),
    "US_DRIVER_LICENSE": _("Driving licence number (United States)"),
    "US_ITIN": _("Taxpayer number (United States)"),
    "US_PASSPORT": _("Passport number (United States)"),
    "US_SSN": _("Social security number (United States)"),
}


def blocks(facts: Facts) -> tuple[Block, ...]:
    """Scope, shares drawn, counts, the texts concerned, limits."""
    found: list[Block] = [_scope(facts), *_charts(facts), _by_type(facts)]
    if facts.details["texts_with_findings"]:
        found.append(_texts(facts))
    if facts.coverage.unscored:
        found.append(_unscored(facts))
    not_assessed = listed([_type(name) for name in facts.details["not_assessed"]])
    found.append(Notice(Text(_("Not assessed: %(types)s. That none was found says nothing."), (("types", not_assessed),))))
    found.append(Heading(Text(_("What these figures do not show")), 4))
    found.append(Listing(tuple(Text(limit) for limit in facts.limits)))
    return tuple(found)


def _scope(facts: Facts) -> Paragraph:
    message = _(
        "%(scored)s of %(planned)s texts were looked through for %(types)s types of personal data; "
        "a finding counts from a score of %(threshold)s on."
    )
    values = (
        ("scored", str(facts.coverage.scored)),
        ("planned", str(facts.coverage.planned)),
        ("types", str(len(facts.details["looked_for"]))),
        ("threshold", str(facts.parameters["threshold"])),
    )
    return Paragraph(Text(message, values))


def _charts(facts: Facts) -> list[Block]:
    shares = [one for one in facts.measures if one.name == "texts_with_finding" and one.value not in {None, "0"}]
    counts = [one for one in facts.measures if one.name == "findings" and one.group and one.value != "0"]
    if not shares:
        return [Paragraph(Text(_("No text holds a finding of the types that were looked for.")))]
    title = Text(_("Personal data stands in %(texts)s of %(all)s texts"), _concerned(facts))
    chart = IntervalChart(title, Text(_("Texts with personal data found")), tuple(_row(one) for one in shares))
    bars = tuple(BarRow(_type(one.group[0][1]), int(one.value or 0)) for one in counts)
    return [chart, BarChart(Text(_("Findings by type")), Text(_("Findings of personal data")), bars)]


def _concerned(facts: Facts) -> tuple[tuple[str, str], ...]:
    """Texts with a finding that can identify someone, out of all looked through."""
    whole = next((one for one in facts.measures if one.name == "texts_with_finding" and not one.group), None)
    hits = round(float(whole.value) * whole.n) if whole and whole.value else 0
    return (("texts", str(hits)), ("all", str(facts.coverage.scored)))


def _row(measure: Measure) -> IntervalRow:
    label = _type(measure.group[0][1]) if measure.group else Text(_("any that can identify someone"))
    return IntervalRow(label, measure.value, measure.low, measure.high, measure.n)


def _by_type(facts: Facts) -> Table:
    columns = (
        Column(Text(_("Type"))),
        Column(Text(_("Findings")), figures=True),
        Column(Text(_("Texts with personal data found")), figures=True),
    )
    counts = {one.group: one for one in facts.measures if one.name == "findings"}
    rows: list[tuple[Cell, ...]] = [
        (_row(one).label, Raw(counts[one.group].value or "0"), Number(one.value, one.low, one.high, one.n))
        for one in facts.measures
        if one.name == "texts_with_finding"
    ]
    return Table(Text(_("What was looked for and how often it was found")), columns, tuple(rows))


def _texts(facts: Facts) -> Table:
    found = facts.details["texts_with_findings"]
    rows = tuple((Raw(text["id"]), _findings(text["findings"])) for text in found[:MAX_ROWS])
    more = len(found) - len(rows) + facts.details["not_listed"]
    caption = Text(_("Texts with findings; %(more)s more are not listed here"), (("more", str(more)),))
    return Table(caption, (Column(Text(_("Text"))), Column(Text(_("Findings")))), rows)


def _findings(counts: Sequence[tuple[str, int]]) -> Text:
    return listed([Text("%(type)s × %(count)s", (("type", _type(name)), ("count", str(count)))) for name, count in counts])


def _type(name: str) -> Text:
    """What a type of personal data is called; the name as it is where it is none of ours."""
    return Text(TYPES[name]) if name in TYPES else Text("%(type)s", (("type", name),))


def _unscored(facts: Facts) -> Notice:
    message = _("Some texts could not be looked through and are in no figure (%(reasons)s).")
    return Notice(Text(message, (("reasons", counted(facts.coverage.unscored)),)))

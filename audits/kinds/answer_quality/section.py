"""An audit of answers in a report: declined where they ought to be, how they are written, what was estimated."""

from governance.book import (
    BarChart,
    BarRow,
    Block,
    Cell,
    Column,
    Digest,
    Heading,
    IntervalChart,
    IntervalRow,
    Listing,
    Notice,
    Number,
    Provenance,
    Raw,
    Table,
    Text,
)
from governance.book import gettext_noop as _
from governance.evidence.facts import Facts, Measure
from governance.names import counted, listed, named

MAX_ROWS = 40
TITLES = {
    "out_of_scope_declined": _("Questions out of scope that are declined"),
    "in_scope_declined": _("Questions in scope that are declined"),
    "declined": _("Answers that only decline"),
    "answers_misspelled": _("Answers with a word that no dictionary has"),
    "misspelled_words": _("Words that no dictionary has"),
    "answers_with_fault": _("Answers with a slip of the pen"),
    "answered": _("Questions that got an answer"),
}
ESTIMATES = {
    "answer_relevance": _("Answer relevance, estimated by vectors"),
    "coherence_vectors": _("Coherence, estimated by vectors"),
    "coherence_words": _("Coherence, estimated by words"),
}
BEHAVIOURS = {
    "answered": _("answers"),
    "declined": _("declines"),
    "partly": _("declines and states something"),
    "nothing": _("says nothing"),
    "": _("no answer"),
}
SCOPES = {"in": _("in scope"), "out": _("out of scope"), "": _("not marked")}
FAULTS = {
    "doubled_word": _("a word twice in a row"),
    "space_before_mark": _("a space before a mark"),
    "no_space_after_mark": _("no space after a mark"),
    "unbalanced": _("a bracket or quotation mark without its other half"),
    "opening_mark_missing": _("¿ or ¡ is missing"),
    "article": _("a for an, or an for a"),
    "cut_off": _("the last sentence has no end"),
}
CHARTED = {
    "out_of_scope_declined": _("Declined, out of scope"),
    "in_scope_declined": _("Declined, in scope"),
    "answers_misspelled": _("Unknown words"),
    "answers_with_fault": _("Slips of the pen"),
}


def blocks(facts: Facts) -> tuple[Block, ...]:
    """Headline chart, behaviour, figures, slips by sort, the answers to look at, estimates, limits."""
    found: list[Block] = [_chart(facts), _figures(facts)]
    if not any(facts.details["scopes"].values()):
        words = _("No question is marked as in or out of scope, so whether the right ones are declined is not known.")
        found.append(Notice(Text(words)))
    if facts.details["faults"]:
        rows = tuple(BarRow(Text(FAULTS[name]), count) for name, count in facts.details["faults"].items())
        found.append(BarChart(Text(_("Slips of the pen by sort")), Text(_("Answers")), rows))
    found += [_items(facts), _estimates(facts), *_not_made(facts)]
    if facts.coverage.unscored:
        message = _("Some questions got no answer that could be looked at (%(reasons)s).")
        found.append(Notice(Text(message, (("reasons", counted(facts.coverage.unscored)),))))
    found.append(Heading(Text(_("What these figures do not show")), 4))
    found.append(Listing(tuple(Text(limit) for limit in facts.limits)))
    found.append(_provenance(facts))
    return tuple(found)


def _of(facts: Facts, name: str) -> Measure:
    return next(one for one in facts.measures if one.name == name)


def _chart(facts: Facts) -> IntervalChart:
    out = facts.details["scopes"]["out"]
    values = (("declined", str(out.get("declined", 0))), ("all", str(sum(out.values()))))
    title = (
        Text(_("%(declined)s of %(all)s questions out of scope are declined"), values)
        if out
        else Text(_("How the answers are written"))
    )
    rows = tuple(
        IntervalRow(Text(label), one.value, one.low, one.high, one.n)
        for name, label in CHARTED.items()
        for one in [_of(facts, name)]
    )
    return IntervalChart(title, Text(_("Share of answers")), rows)


def _figures(facts: Facts) -> Table:
    columns = (Column(Text(_("Measure"))), Column(Text(_("Value")), figures=True), Column(Text(_("Remark"))))
    rows = tuple(_row(_of(facts, name), title) for name, title in TITLES.items())
    return Table(Text(_("Figures with their intervals")), columns, rows)


def _estimates(facts: Facts) -> Table:
    columns = (Column(Text(_("Estimate"))), Column(Text(_("Value")), figures=True), Column(Text(_("Remark"))))
    rows = tuple(_row(_of(facts, name), title) for name, title in ESTIMATES.items())
    return Table(Text(_("Estimates; not calibrated, for comparison with itself over time only")), columns, rows)


def _row(one: Measure, title: str) -> tuple[Cell, ...]:
    number = Number(one.value, one.low, one.high, one.n, one.unit, one.level)
    return (Text(title), number, Text(one.reason) if one.reason else Raw(""))


def _items(facts: Facts) -> Table:
    columns = (
        Column(Text(_("Question"))),
        Column(Text(_("Scope"))),
        Column(Text(_("The answer"))),
        Column(Text(_("Unknown words")), figures=True),
        Column(Text(_("Slips"))),
    )
    items = facts.details["items"]
    rows: list[tuple[Cell, ...]] = [
        (
            Raw(item["id"]),
            Text(SCOPES[item["scope"]]),
            named(item["reason"]) if item["reason"] else Text(BEHAVIOURS[item["behaviour"]]),
            Raw("\N{EN DASH}" if item["unknown_words"] is None else str(item["unknown_words"])),
            listed([Text(FAULTS[name]) for name in item["faults"]]) if item["faults"] else Raw(""),
        )
        for item in items[:MAX_ROWS]
    ]
    values = (("more", str(len(items) - len(rows) + facts.details["not_listed"])),)
    caption = Text(_("Answers to look at first, without their words; %(more)s more are not listed"), values)
    return Table(caption, columns, tuple(rows))


def _not_made(facts: Facts) -> list[Block]:
    """Why estimates are missing, each cause with its number of answers."""
    if not facts.details["not_made"]:
        return []
    causes = [(pair.split(": ", 1), count) for pair, count in facts.details["not_made"].items()]
    rows = tuple((Text(ESTIMATES[name]), named(reason), Raw(str(count))) for (name, reason), count in causes)
    columns = (Column(Text(_("Figure"))), Column(Text(_("Because of"))), Column(Text(_("Answers")), figures=True))
    return [Table(Text(_("Estimates that could not be made")), columns, rows)]


def _provenance(facts: Facts) -> Provenance:
    rows: list[tuple[Text, Cell]] = [(Text(_("Digest of the encoder")), Digest(digest)) for digest in facts.details["encoders"]]
    rows += [(Text(_("Dictionary")), Raw(name)) for name in facts.details["dictionaries"]]
    told = listed(
        [
            Text("%(language)s: %(count)s", (("language", name or "?"), ("count", str(n))))
            for name, n in facts.details["languages"].items()
        ]
    )
    rows.append((Text(_("Answers by language")), told))
    return Provenance(tuple(rows))

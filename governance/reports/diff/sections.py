"""A difference as the book that a page prints: what changed for the worse first, figures with their intervals. Pure."""

from collections.abc import Mapping, Sequence

from governance.book import (
    Block,
    Book,
    Cell,
    Chip,
    Column,
    Digest,
    Listing,
    Notice,
    Number,
    Paragraph,
    Provenance,
    Raw,
    Section,
    Table,
    Text,
    gettext_noop,
)
from governance.charts.tables import short
from governance.names import listed, named
from governance.reports.diff.compare import Changed, CriterionChange, Difference, StateChange
from governance.reports.diff.moves import Move
from governance.reports.moments import iso_moment_words
from governance.reports.told import Figure, Group, Judged, Told

Titles = Mapping[tuple[str, str], str]  # of a kind and its measure
DASH = Raw("\N{EN DASH}")

_WHY = {
    "no_estimate": gettext_noop("not estimable in one of the two"),
    "no_interval": gettext_noop("no interval in one of the two"),
    "other_level": gettext_noop("intervals of different levels"),
    "other_unit": gettext_noop("different units"),
    "measured_otherwise": gettext_noop("measured otherwise (%(names)s)"),
}
_MOVED = {
    "better": gettext_noop("beyond noise, for the better by its criterion"),
    "worse": gettext_noop("beyond noise, for the worse by its criterion"),
    "": gettext_noop("beyond noise"),
}
_STANDS = {
    "within_noise": gettext_noop("within noise"),
    "appeared": gettext_noop("new"),
    "gone": gettext_noop("no longer measured"),
}
_EVIDENCE = {
    "added": gettext_noop("new"),
    "no_longer_named": gettext_noop("no longer named"),
    "went_stale": gettext_noop("went stale"),
}
_INSTRUMENT = {
    "kind_version": gettext_noop("version of the kind"),
    "parameters": gettext_noop("parameters"),
    "judges": gettext_noop("judge"),
}


def book_of(difference: Difference, language: str) -> Book:
    """The whole comparison in one language. It is no evidence itself: anybody can make it again from the two sealed reports."""
    after = difference.after
    return Book(
        title=Text(gettext_noop("What changed between two reports: %(system)s"), (("system", after.system.name),)),
        subtitle=Text(gettext_noop("Computed from two sealed reports; not sealed itself")),
        language=language,
        issued_at=after.issued_at,
        status=(
            *_named(difference.before, gettext_noop("Earlier report"), gettext_noop("Earlier report sealed as"), language),
            *_named(after, gettext_noop("Later report"), gettext_noop("Later report sealed as"), language),
        ),
        sections=tuple(section for section in _sections(difference, language) if section.blocks),
    )


def _named(told: Told, name: str, digest: str, language: str) -> tuple[tuple[Text, Cell], ...]:
    values = (("number", told.system.number), ("when", iso_moment_words(told.issued_at, language)))
    return ((Text(name), Text(gettext_noop("version %(number)s, issued %(when)s"), values)), (Text(digest), Digest(told.digest)))


def _sections(difference: Difference, language: str) -> tuple[Section, ...]:
    titles = _titles(difference, language)
    return (
        Section("result", Text(gettext_noop("Result on one page")), _result(difference)),
        Section("states", Text(gettext_noop("States of duties")), _states(difference.states)),
        Section("figures", Text(gettext_noop("Figures")), _figures(difference, titles)),
        Section("evidence", Text(gettext_noop("Evidence")), _evidence(difference)),
        Section("criteria", Text(gettext_noop("Criteria")), _criteria(difference.criteria, language, titles)),
        Section("versions", Text(gettext_noop("Versions and components")), _table(difference.versions)),
        Section("classification", Text(gettext_noop("Classification")), _table(difference.classification)),
        Section("law", Text(gettext_noop("Text of the law and its dates")), _table(difference.law)),
        Section("people", Text(gettext_noop("What people stated, waived and took on")), _table(difference.people)),
        Section("incidents", Text(gettext_noop("Serious incidents")), _table(difference.incidents)),
        Section("limits", Text(gettext_noop("What this comparison does not show")), (_LIMITS, _provenance(difference))),
    )


_LIMITS = Listing(
    (
        Text(
            gettext_noop(
                "The interval of a difference takes the two measurements as independent. Asked the same questions twice they are "
                "not, and a real change may stand here as noise: compare the two audits question by question to see it."
            )
        ),
        Text(
            gettext_noop(
                "A figure that moved says that something is different, not why. Several changes may lie between the reports."
            )
        ),
        Text(
            gettext_noop(
                "A state that improved says what the evidence shows; that a duty is fulfilled only a named person decides."
            )
        ),
    )
)


def _result(difference: Difference) -> tuple[Block, ...]:
    if difference.nothing():
        message = gettext_noop("Nothing differs: same states, same evidence, same criteria, same versions, same text of the law.")
        return (Notice(Text(message), "info"),)
    rows = [
        (gettext_noop("Duties in another state"), len(difference.states)),
        (gettext_noop("Figures beyond noise"), len(difference.moved())),
        (gettext_noop("Figures that cannot be compared"), _count(difference, "not_comparable")),
        (gettext_noop("Figures within noise"), _count(difference, "within_noise")),
        (gettext_noop("Figures that are new"), _count(difference, "appeared")),
        (gettext_noop("Figures that are gone"), _count(difference, "gone")),
        (gettext_noop("Evidence new, gone or stale"), len(difference.evidence)),
        (gettext_noop("Criteria changed"), len(difference.criteria)),
        (gettext_noop("Versions changed"), len(difference.versions)),
        (gettext_noop("Classification"), len(difference.classification)),
        (gettext_noop("Changes of the law's text or dates"), len(difference.law)),
        (gettext_noop("What people stated, waived and took on"), len(difference.people)),
        (gettext_noop("Serious incidents"), len(difference.incidents)),
    ]
    columns = (Column(Text(gettext_noop("What"))), Column(Text(gettext_noop("Count")), figures=True))
    table = Table(Text(gettext_noop("What changed")), columns, tuple((Text(name), Raw(str(count))) for name, count in rows))
    return (table, *_by_chance(difference))


def _count(difference: Difference, state: str) -> int:
    return sum(one.state == state for one in difference.figures)


def _by_chance(difference: Difference) -> tuple[Block, ...]:
    """Of many comparisons some stand out though nothing changed; how many is told with them."""
    if not difference.moved():
        return ()
    expected = sum(1 - float(one.after.level) for one in difference.figures if one.after and one.difference is not None)
    values = (("compared", str(difference.compared())), ("expected", f"{expected:.1f}"), ("moved", str(len(difference.moved()))))
    message = gettext_noop(
        "Figures held against each other: %(compared)s, each at the level of its own interval. If nothing had changed, about "
        "%(expected)s would still stand beyond noise by chance. Beyond noise: %(moved)s."
    )
    return (Notice(Text(message, values), "info"),)


def _states(states: Sequence[StateChange]) -> tuple[Block, ...]:
    if not states:
        return ()
    columns = tuple(
        Column(Text(name)) for name in (gettext_noop("Duty"), gettext_noop("What"), gettext_noop("Before"), gettext_noop("After"))
    )
    rows = tuple((Raw(one.duty), Raw(one.title) if one.title else DASH, _chip(one.before), _chip(one.after)) for one in states)
    return (Table(Text(gettext_noop("Duties whose state is another, what is wrong or unknown first")), columns, rows),)


def _chip(state: str) -> Cell:
    return Chip(state) if state else Text(gettext_noop("not in this report"))


def _figures(difference: Difference, titles: Titles) -> tuple[Block, ...]:
    shown = [one for one in difference.figures if one.state != "same_evidence"]
    same = _count(difference, "same_evidence")
    told = Paragraph(
        Text(gettext_noop("Figures that stand on the same evidence in both reports: %(count)s."), (("count", str(same)),))
    )
    blocks: tuple[Block, ...] = (told,) if same else ()
    if not shown:
        return blocks
    columns = (
        Column(Text(gettext_noop("Measure"))),
        Column(Text(gettext_noop("Before")), figures=True),
        Column(Text(gettext_noop("After")), figures=True),
        Column(Text(gettext_noop("Difference")), figures=True),
        Column(Text(gettext_noop("What it says"))),
    )
    rows = tuple(
        (_measure(one.kind, one.name, one.group, titles), _figure(one.before), _figure(one.after), _difference(one), _says(one))
        for one in shown
    )
    return (Table(Text(gettext_noop("Figures before and after, beyond noise first")), columns, rows), *blocks)


def _measure(kind: str, name: str, group: Group, titles: Titles) -> Text:
    groups = ", ".join(f"{feature} = {value}" for feature, value in group)
    values = (("kind", named(kind)), ("measure", titles.get((kind, name)) or name.replace("_", " ")), ("group", groups))
    return Text("%(kind)s: %(measure)s (%(group)s)" if groups else "%(kind)s: %(measure)s", values)


def _titles(difference: Difference, language: str) -> Titles:
    """What measures are called, as far as one of the reports says it in this language."""
    told = [one for one in (difference.before, difference.after) if one.language == language]
    return {(figure.kind, figure.name): figure.title for one in told for figure in one.figures() if figure.title}


def _figure(figure: Figure | None) -> Cell:
    if figure is None:
        return DASH
    judged = figure.judged[-1] if figure.judged else None
    limit, direction = (judged.limit or None, judged.direction or None) if judged else (None, None)
    return Number(figure.value, figure.low, figure.high, figure.n, figure.unit, figure.level, limit, direction)


def _difference(move: Move) -> Cell:
    if move.difference is None:
        return DASH
    values = (("difference", _signed(move.difference)), ("low", _signed(move.low)), ("high", _signed(move.high)))
    return Text("%(difference)s [%(low)s, %(high)s]", values)


def _signed(words: str | None) -> str:
    written = short(words or "0")
    return written if written.startswith("-") else f"+{written}"


def _says(move: Move) -> Text:
    if move.state == "moved":
        return Text(_MOVED[move.towards])
    if move.state == "not_comparable":
        names = listed([Text(_INSTRUMENT[name]) for name in move.otherwise])
        return Text(_WHY[move.why], (("names", names),) if move.otherwise else ())
    return Text(_STANDS[move.state])


def _evidence(difference: Difference) -> tuple[Block, ...]:
    if not difference.evidence:
        return ()
    columns = tuple(
        Column(Text(name))
        for name in (gettext_noop("Kind"), gettext_noop("Evidence"), gettext_noop("Digest"), gettext_noop("What changed"))
    )
    rows = tuple(
        (named(one.kind), Raw(one.id), Digest(one.digest), _changed_evidence(one.change, one.because))
        for one in difference.evidence
    )
    return (Table(Text(gettext_noop("Evidence new, gone or stale")), columns, rows),)


def _changed_evidence(change: str, because: Sequence[str]) -> Text:
    if not because:
        return Text(_EVIDENCE[change])
    return Text("%(what)s (%(because)s)", (("what", Text(_EVIDENCE[change])), ("because", "; ".join(because))))


def _criteria(changes: Sequence[CriterionChange], language: str, titles: Titles) -> tuple[Block, ...]:
    if not changes:
        return ()
    columns = tuple(Column(Text(name)) for name in (gettext_noop("Measure"), gettext_noop("Before"), gettext_noop("After")))
    rows = tuple(
        (_measure(one.kind, one.measure, one.group, titles), _criterion(one.before, language), _criterion(one.after, language))
        for one in changes
    )
    return (Table(Text(gettext_noop("Criteria that figures were held against")), columns, rows),)


def _criterion(judged: Judged | None, language: str) -> Cell:
    if judged is None:
        return Text(gettext_noop("no criterion"))
    sign = {"at_least": "\N{GREATER-THAN OR EQUAL TO}", "at_most": "\N{LESS-THAN OR EQUAL TO}"}.get(judged.direction, "")
    when = iso_moment_words(judged.frozen_at, language)
    values = (("sign", sign), ("limit", judged.limit), ("when", when), ("who", judged.author))
    return Text(gettext_noop("%(sign)s %(limit)s, frozen %(when)s by %(who)s") if when else "%(sign)s %(limit)s", values)


def _table(changes: Sequence[Changed]) -> tuple[Block, ...]:
    if not changes:
        return ()
    columns = tuple(Column(Text(name)) for name in (gettext_noop("What"), gettext_noop("Before"), gettext_noop("After")))
    rows = tuple(
        (Raw(one.what), Raw(one.before) if one.before else DASH, Raw(one.after) if one.after else DASH) for one in changes
    )
    return (Table(Text(gettext_noop("Before and after")), columns, rows),)


def _provenance(difference: Difference) -> Provenance:
    """The two digests, whole."""
    return Provenance(
        (
            (Text(gettext_noop("Earlier report sealed as")), Digest(difference.before.digest)),
            (Text(gettext_noop("Later report sealed as")), Digest(difference.after.digest)),
        )
    )

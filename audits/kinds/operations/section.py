"""An operations audit in a report: percentiles drawn for each stage, tokens and costs with the version of the prices."""

from dataclasses import replace
from decimal import Decimal

from governance.book import (
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
from governance.evidence.facts import Facts, Measure, decimal_text
from governance.names import counted, named

MAX_ROWS = 40
WHOLE = _("whole answer")
PERCENTILES = {
    "latency_p50": _("Median"),
    "latency_p95": _("95th percentile"),
    "latency_p99": _("99th percentile"),
}
OTHERS = {
    "prompt_tokens": _("Tokens of a prompt"),
    "completion_tokens": _("Tokens of a completion"),
    "cost_per_query": _("Cost of a thousand questions"),
    "total_cost": _("Total cost of ownership, projected"),
    "answered": _("Questions that got an answer"),
}


def blocks(facts: Facts) -> tuple[Block, ...]:
    """Times, tokens and costs, the projection, the slowest questions, the limits."""
    found: list[Block] = [_chart(facts), _times(facts), _others(facts)]
    if facts.parameters["ownership"]:
        found.append(_projection(facts))
    if facts.details["unpriced"]:
        message = _("The table of prices has no price for %(models)s: answers of theirs are in no cost.")
        found.append(Notice(Text(message, (("models", ", ".join(facts.details["unpriced"])),))))
    if facts.coverage.unscored:
        message = _("Some questions got no answer and are in no figure but their own share (%(reasons)s).")
        found.append(Notice(Text(message, (("reasons", counted(facts.coverage.unscored)),))))
    found += [_slowest(facts), Heading(Text(_("What these figures do not show")), 4)]
    found.append(Listing(tuple(Text(limit) for limit in facts.limits)))
    found.append(_provenance(facts))
    return tuple(found)


def _of(facts: Facts, name: str, stage: str = "") -> Measure:
    group = (("stage", stage),) if stage else ()
    return next(one for one in facts.measures if one.key() == (name, group))


def _chart(facts: Facts) -> IntervalChart:
    found = _of(facts, "latency_p95")
    title = (
        Text(_("19 of 20 answers were there within %(ms)s ms"), (("ms", found.value),))
        if found.value is not None
        else Text(_("How long an answer takes is not known"))
    )
    rows = [
        IntervalRow(Text(words), one.value, one.low, one.high, one.n)
        for name, words in PERCENTILES.items()
        for one in [_of(facts, name)]
    ]
    rows += [
        IntervalRow(Text("p95 %(stage)s", (("stage", stage),)), one.value, one.low, one.high, one.n)
        for stage in facts.details["stages"]
        for one in [_of(facts, "latency_p95", stage)]
    ]
    return IntervalChart(title, Text(_("Time to the last byte, or in a stage")), tuple(rows), unit="ms")


def _times(facts: Facts) -> Table:
    columns = (Column(Text(_("Stage"))), *(Column(Text(words), figures=True) for words in PERCENTILES.values()))
    rows: list[tuple[Cell, ...]] = [
        (Raw(stage) if stage else Text(WHOLE), *(_number(_of(facts, name, stage)) for name in PERCENTILES))
        for stage in ("", *facts.details["stages"])
    ]
    return Table(Text(_("Milliseconds, by stage")), columns, tuple(rows))


def _others(facts: Facts) -> Table:
    columns = (
        Column(Text(_("Measure"))),
        Column(Text(_("Value")), figures=True),
        Column(Text(_("In"))),
        Column(Text(_("Remark"))),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            Text(title),
            _number(one if name != "cost_per_query" else _of_a_thousand(one)),
            _unit(one.unit),
            Text(one.reason) if one.reason else Raw(""),
        )
        for name, title in OTHERS.items()
        for one in [_of(facts, name)]
    ]
    return Table(Text(_("Tokens and costs with their intervals")), columns, tuple(rows))


def _of_a_thousand(one: Measure) -> Measure:
    """What one question costs is often less than a printed figure shows."""
    value, low, high = (None if end is None else decimal_text(1000 * Decimal(end)) for end in (one.value, one.low, one.high))
    return replace(one, value=value, low=low, high=high)


def _unit(unit: str) -> Cell:
    words = {"tokens": _("tokens"), "share": _("share"), "cost": _("no currency told")}
    return Text(words[unit]) if unit in words else Raw(unit)


def _projection(facts: Facts) -> Table:
    ownership = facts.parameters["ownership"]
    rows: tuple[tuple[Cell, ...], ...] = (
        (Text(_("Months")), Raw(str(ownership["months"]))),
        (Text(_("Questions in the first month")), Raw(str(ownership["queries"]))),
        (Text(_("Growth from month to month, as a share")), Raw(ownership["growth"])),
        (Text(_("Questions in all")), Raw(facts.details["questions"])),
        (Text(_("Once, at the start")), Raw(ownership["setup"])),
        (Text(_("Each month, whatever is asked")), Raw(ownership["monthly"])),
        (Text(_("Share of questions that a judge looks at")), Raw(ownership["judged"])),
    )
    columns = (Column(Text(_("Assumption"))), Column(Text(_("Value")), figures=True))
    return Table(Text(_("What the total cost assumes; none of it was measured")), columns, rows)


def _slowest(facts: Facts) -> Table:
    columns = (
        Column(Text(_("Question"))),
        Column(Text(_("Latency in ms")), figures=True),
        Column(Text(_("Tokens of prompt and completion")), figures=True),
        Column(Text(_("Because of"))),
    )
    items = facts.details["items"]
    rows: list[tuple[Cell, ...]] = [
        (
            Raw(item["id"]),
            Raw(_figure(item["latency_ms"])),
            Raw(f"{_figure(item['prompt_tokens'])} / {_figure(item['completion_tokens'])}"),
            named(item["reason"]) if item["reason"] else Raw(""),
        )
        for item in items[:MAX_ROWS]
    ]
    values = (("more", str(len(items) - len(rows) + facts.details["not_listed"])),)
    return Table(
        Text(_("Questions without an answer, then the slowest; %(more)s more are not listed"), values), columns, tuple(rows)
    )


def _figure(value: int | None) -> str:
    return "\N{EN DASH}" if value is None else str(value)


def _number(measure: Measure) -> Number:
    return Number(measure.value, measure.low, measure.high, measure.n, measure.unit, measure.level)


def _provenance(facts: Facts) -> Provenance:
    by = _("by the given table of prices") if facts.details["costs"] == "table" else _("as the system reports them")
    rows: list[tuple[Text, Cell]] = [(Text(_("Costs")), Text(by))]
    if facts.parameters["prices"]:
        rows.append((Text(_("Version of the prices")), Raw(facts.parameters["prices"]["version"])))
        rows.append((Text(_("Digest of the prices")), Digest(facts.details["prices"])))
    rows += [
        (Text(_("Answers of the model %(model)s"), (("model", model),)), Raw(str(count)))
        for model, count in facts.details["models"].items()
    ]
    if facts.details["warm_up"]:
        rows.append((Text(_("Answers left out of the times, to warm up")), Raw(str(facts.details["warm_up"]))))
    if facts.details["stages_left_out"]:
        rows.append((Text(_("Stages left out, the rarest")), Raw(str(facts.details["stages_left_out"]))))
    return Provenance(tuple(rows))

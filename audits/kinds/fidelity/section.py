"""A fidelity audit in a report: the shares drawn, a line an answer without its words, what the judge cannot see."""

from collections.abc import Mapping
from typing import Any

from audits.kinds.fidelity.judging_section import asked_how, judging_blocks
from audits.reasons import confidence_text, reason_text
from governance.book import (
    BarChart,
    BarRow,
    Block,
    Cell,
    Column,
    Digest,
    Excerpt,
    Heading,
    IntervalChart,
    IntervalRow,
    Listing,
    Notice,
    Number,
    Provenance,
    Raw,
    Span,
    Table,
    Text,
)
from governance.book import gettext_noop as _
from governance.evidence.facts import Facts, Measure
from governance.names import counted, listed, named

MAX_ROWS = 60
OUTCOMES = {
    "supported": _("supported"),
    "unsupported": _("unsupported"),
    "contradicted": _("contradicted"),
    "abstained": _("declined to answer"),
    "unscored": _("no verdict"),
}
TITLES = {
    "unsupported_answers": _("Answers with an unsupported claim"),
    "supported_claims": _("Claims supported by the passages"),
    "abstentions": _("Answers that decline"),
    "answered": _("Questions that got an answer"),
    "unscored": _("Questions without a verdict"),
    "latency_p50": _("Latency, median"),
    "latency_p95": _("Latency, 95th percentile"),
    "cost_per_answer": _("Cost of an answer"),
}
CHARTED = ("unsupported_answers", "supported_claims", "abstentions")


def blocks(facts: Facts) -> tuple[Block, ...]:
    """Headline chart, all figures, why claims were flagged, the answers, the judge, the limits."""
    found: list[Block] = [_judge(facts), _chart(facts), _figures(facts)]
    if facts.details["checks"]:
        rows = tuple(BarRow(reason_text(name), count) for name, count in facts.details["checks"].items())
        found.append(BarChart(Text(_("Why claims were flagged")), Text(_("Flagged claims")), rows))
    found.append(_items(facts))
    found += [excerpt for item in facts.details["worst"] for excerpt in _excerpts(item)]
    if facts.coverage.unscored:
        message = _("Some questions have no verdict and are in no share of answers (%(reasons)s).")
        found.append(Notice(Text(message, (("reasons", counted(facts.coverage.unscored)),))))
    found += judging_blocks(facts)
    found.append(Heading(Text(_("What these figures do not show")), 4))
    found.append(Listing(tuple(Text(limit) for limit in facts.limits)))
    found.append(_provenance(facts))
    return tuple(found)


def _judge(facts: Facts) -> Block:
    if facts.parameters["judge"] == "embedded":
        words = _("Judged offline by a trained model and checks, not calibrated for this system: a verdict is a reason to look.")
        return Notice(Text(words), state="info")
    return asked_how(facts)


def _chart(facts: Facts) -> IntervalChart:
    measures = {one.name: one for one in facts.measures}
    counts = facts.details["verdicts"]
    flagged = counts.get("unsupported", 0) + counts.get("contradicted", 0)
    values = (("flagged", str(flagged)), ("judged", str(measures["unsupported_answers"].n)))
    title = Text(_("%(flagged)s of %(judged)s judged answers hold a claim that their passages do not support"), values)
    rows = tuple(
        IntervalRow(Text(TITLES[name]), one.value, one.low, one.high, one.n) for name in CHARTED for one in [measures[name]]
    )
    return IntervalChart(title, Text(_("Share")), rows)


def _figures(facts: Facts) -> Table:
    columns = (Column(Text(_("Measure"))), Column(Text(_("Value")), figures=True), Column(Text(_("Remark"))))
    rows = tuple((Text(TITLES[one.name]), _number(one), Text(one.reason) if one.reason else Raw("")) for one in facts.measures)
    return Table(Text(_("Figures with their intervals")), columns, rows)


def _number(measure: Measure) -> Number:
    return Number(measure.value, measure.low, measure.high, measure.n, measure.unit, measure.level)


def _items(facts: Facts) -> Table:
    found = facts.details["items"]
    columns = (
        Column(Text(_("Question"))),
        Column(Text(_("Verdict"))),
        Column(Text(_("Flagged claims")), figures=True),
        Column(Text(_("Because of"))),
        Column(Text(_("Latency in ms")), figures=True),
    )
    rows: list[tuple[Cell, ...]] = []
    for item in found[:MAX_ROWS]:
        why = listed([reason_text(name) for name in item["checks"]]) if item["checks"] else named(item["reason"])
        latency = "" if item["latency_ms"] is None else str(item["latency_ms"])
        flagged = f"{item['flagged']} / {item['claims']}"
        rows.append((Raw(item["id"]), Text(OUTCOMES[item["outcome"]]), Raw(flagged), why, Raw(latency)))
    more = len(found) - len(rows) + facts.details["not_listed"]
    return Table(
        Text(_("The answers, without their words; %(more)s more are not listed"), (("more", str(more)),)), columns, tuple(rows)
    )


def _excerpts(item: Mapping[str, Any]) -> list[Excerpt]:
    """A flagged answer and the best evidence of its claims, by their places: the words are kept apart."""
    name = (("item", str(item["id"])),)
    spans = tuple(Span(start, end, reason_text(reason)) for start, end, reason in item["marks"])
    answer = Excerpt(item["id"], ("answer",), Text(_("Answer to %(item)s"), name), spans)
    places = list(dict.fromkeys(map(tuple, item["evidence"])))
    nearest = Text(_("Nearest in the passages of %(item)s"), name)
    return [answer, *(Excerpt(item["id"], ("passages", str(at), "text"), nearest, (), start, end) for at, start, end in places)]


def _provenance(facts: Facts) -> Provenance:
    rows: list[tuple[Text, Cell]] = [(Text(_("Judge")), _judged_by(facts))]
    rows += [(Text(_("Digest of the judge")), Digest(digest)) for digest in facts.details["judges"]]
    rows += [(Text(_("Confidence")), _confidence(words, count)) for words, count in facts.details["confidence"].items()]
    return Provenance(tuple(rows))


def _judged_by(facts: Facts) -> Cell:
    model = str(facts.parameters["model"])
    return Raw(model) if model else named(str(facts.parameters["judge"]))


def _confidence(words: str, count: int) -> Text:
    """What the judge says of how far it is to be believed, and of how many answers."""
    return Text("%(words)s (%(count)s)", (("words", confidence_text(words)), ("count", str(count))))

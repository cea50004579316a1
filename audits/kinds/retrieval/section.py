"""A retrieval audit in a report: the figures at the deepest k drawn, all depths in a table, the worst questions."""

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
    Paragraph,
    Provenance,
    Raw,
    Table,
    Text,
)
from governance.book import gettext_noop as _
from governance.evidence.facts import Facts, Measure
from governance.names import counted, named

MAX_ROWS = 40
TITLES = {
    "precision_at_k": _("Precision: relevant ones among the first k"),
    "recall_at_k": _("Recall: of the relevant ones, found among the first k"),
    "hit_rate_at_k": _("Questions with a relevant passage among the first k"),
    "mrr_at_k": _("Mean reciprocal rank of the first relevant passage"),
    "map_at_k": _("Mean average precision"),
    "ndcg_at_k": _("nDCG"),
    "ndcg_exponential_at_k": _("nDCG, high grades weighted more"),
    "context_precision_at_k": _("Context precision: are the relevant ones on top"),
}
CHARTED = {
    "precision_at_k": _("Precision"),
    "recall_at_k": _("Recall"),
    "hit_rate_at_k": _("Hit rate"),
    "mrr_at_k": _("MRR"),
    "map_at_k": _("MAP"),
    "ndcg_at_k": _("nDCG"),
    "context_precision_at_k": _("Context precision"),
}
ESTIMATES = {
    "context_relevance_words": _("Context relevance, estimated by words"),
    "context_relevance_vectors": _("Context relevance, estimated by vectors"),
    "used_passages": _("Passages that the answer uses, estimated by words"),
    "context_utilisation": _("Context utilisation, estimated by words"),
}
WHY = {
    "gold": _("not ranked"),
    **ESTIMATES,
}


def blocks(facts: Facts) -> tuple[Block, ...]:
    """Headline, chart and table by gold passages where there are any; estimates; the worst questions; the limits."""
    found: list[Block] = []
    if facts.details["matched"]:
        found += [_chart(facts), _table(facts), _worst(facts)]
    else:
        words = _("No gold passages were given with the questions, so whether the right passages were found is not known.")
        found.append(Notice(Text(words)))
    found += [_estimates(facts), *_not_made(facts)]
    if facts.coverage.unscored:
        message = _("Some questions gave no figure (%(reasons)s).")
        found.append(Notice(Text(message, (("reasons", counted(facts.coverage.unscored)),))))
    found.append(Heading(Text(_("What these figures do not show")), 4))
    found.append(Listing(tuple(Text(limit) for limit in facts.limits)))
    found.append(_provenance(facts))
    return tuple(found)


def _told(facts: Facts) -> dict[str, str]:
    """The measures by gold that say something of their own: without grades both forms of nDCG are one."""
    return {name: title for name, title in TITLES.items() if name != "ndcg_exponential_at_k" or facts.details["graded"]}


def _at(facts: Facts, depth: str) -> dict[str, Measure]:
    return {one.name: one for one in facts.measures if one.group == (("k", depth),)}


def _chart(facts: Facts) -> IntervalChart:
    depth = str(facts.details["depth"])
    found = _at(facts, depth)
    hits = found["hit_rate_at_k"]
    values = (("hits", str(round(float(hits.value or 0) * hits.n))), ("all", str(hits.n)), ("k", depth))
    title = Text(_("For %(hits)s of %(all)s questions a relevant passage is among the first %(k)s"), values)
    rows = tuple(
        IntervalRow(Text(label), one.value, one.low, one.high, one.n) for name, label in CHARTED.items() for one in [found[name]]
    )
    return IntervalChart(title, Text(_("Mean over questions, at the greatest depth")), rows)


def _table(facts: Facts) -> Table:
    depths = [str(depth) for depth in sorted(facts.parameters["k"])]
    columns = (Column(Text(_("Measure"))), *(Column(Text("k = %(k)s", (("k", depth),)), figures=True) for depth in depths))
    rows: list[tuple[Cell, ...]] = [
        (Text(title), *(_number(_at(facts, depth)[name]) for depth in depths)) for name, title in _told(facts).items()
    ]
    return Table(Text(_("By gold passages, at every depth")), columns, tuple(rows))


def _worst(facts: Facts) -> Table:
    columns = (
        Column(Text(_("Question"))),
        Column(Text(_("First relevant rank")), figures=True),
        Column(Text(_("Relevant found")), figures=True),
        Column(Text(_("nDCG")), figures=True),
    )
    items = [item for item in facts.details["items"] if item["gold"]]
    rows = tuple(
        (Raw(item["id"]), Raw(str(item["first"] or "\N{EN DASH}")), Raw(f"{item['found']} / {item['gold']}"), Raw(item["ndcg"]))
        for item in items[:MAX_ROWS]
    )
    values = (("k", str(facts.details["depth"])), ("more", str(len(items) - len(rows) + facts.details["not_listed"])))
    caption = Text(_("Questions among the first %(k)s ranks, worst first; %(more)s more are not listed"), values)
    return Table(caption, columns, rows)


def _estimates(facts: Facts) -> Table:
    found = {one.name: one for one in facts.measures}
    columns = (Column(Text(_("Estimate"))), Column(Text(_("Value")), figures=True), Column(Text(_("Remark"))))
    rows: list[tuple[Cell, ...]] = [
        (Text(title), _number(found[name]), Text(found[name].reason) if found[name].reason else Raw(""))
        for name, title in ESTIMATES.items()
    ]
    return Table(
        Text(_("Estimated without gold passages; not calibrated, for comparison with itself over time only")),
        columns,
        tuple(rows),
    )


def _not_made(facts: Facts) -> list[Block]:
    """Why figures are missing, each cause with its number of questions."""
    if not facts.details["not_made"]:
        return []
    causes = [(pair.split(": ", 1), count) for pair, count in facts.details["not_made"].items()]
    rows = tuple((Text(WHY[name]), named(reason), Raw(str(count))) for (name, reason), count in causes)
    columns = (Column(Text(_("Figure"))), Column(Text(_("Because of"))), Column(Text(_("Questions")), figures=True))
    return [Table(Text(_("Figures that could not be made")), columns, rows)]


def _number(measure: Measure) -> Number:
    return Number(measure.value, measure.low, measure.high, measure.n, measure.unit, measure.level)


def _provenance(facts: Facts) -> Block:
    matched = facts.details["matched"]
    if not matched and not facts.details["encoders"]:
        return Paragraph(Text(_("No gold passages and no encoder were used.")))
    rows: list[tuple[Text, Cell]] = [(Text(_("Digest of the encoder")), Digest(digest)) for digest in facts.details["encoders"]]
    names = {"ids": _("Questions matched by passage ids"), "excerpts": _("Questions matched by excerpts")}
    rows += [(Text(names[by]), Raw(str(count))) for by, count in matched.items()]
    return Provenance(tuple(rows))

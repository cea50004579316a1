"""A sealed graph as blocks of a report. Pure."""

from collections.abc import Mapping
from typing import Any

from governance.book import (
    Block,
    Cell,
    Column,
    Digest,
    Heading,
    Notice,
    Paragraph,
    Raw,
    Table,
    Text,
)
from governance.book import (
    gettext_noop as _,
)
from governance.evidence.facts import Facts

SHOWN = 200  # rows a table prints; the sealed facts hold all

KIND_WORDS = {
    "ai_system": _("AI system"),
    "model": _("Model"),
    "prompt": _("Prompt"),
    "dataset": _("Dataset"),
    "knowledge_base": _("Knowledge base"),
    "agent": _("Agent"),
    "tool": _("Tool"),
    "external_dataset": _("Dataset outside"),
    "job": _("Job"),
    "run": _("Run of a job"),
}
EDGE_WORDS = {
    "trained_on": _("trained on"),
    "fine_tuned_from": _("fine-tuned from"),
    "prompted_by": _("prompted by"),
    "retrieves_from": _("retrieves from"),
    "derived_from": _("derived from"),
    "evaluated_on": _("evaluated on"),
    "part_of": _("part of"),
    "reads": _("reads"),
    "writes": _("writes"),
    "run_of": _("run of"),
}
SIDE_WORDS = {
    "start": _("this version"),
    "upstream": _("it stands on this"),
    "downstream": _("stands on it"),
    "both": _("both ways"),
}


def blocks(facts: Facts) -> tuple[Block, ...]:
    """Two tables, the versions and their edges, and a notice for whatever is left out."""
    nodes, edges = facts.details["nodes"], facts.details["edges"]
    names = {node["id"]: _name(node) for node in nodes}
    return (
        Heading(Text(_("Lineage"))),
        _summary(facts),
        *_cuts(facts),
        *_cut_rows(max(len(nodes), len(edges))),
        _versions(nodes[:SHOWN]),
        _edges(edges[:SHOWN], names),
    )


def _summary(facts: Facts) -> Paragraph:
    values = (
        ("nodes", str(len(facts.details["nodes"]))),
        ("edges", str(len(facts.details["edges"]))),
        ("as_of", str(facts.parameters["as_of"])),
    )
    return Paragraph(Text(_("%(nodes)s versions joined by %(edges)s edges, as of %(as_of)s."), values))


def _cuts(facts: Facts) -> tuple[Notice, ...]:
    nodes = facts.coverage.planned - facts.coverage.scored
    edges = facts.details["edges_between"] - len(facts.details["edges"])
    values = (("missing", str(nodes)), ("reach", str(facts.coverage.planned)))
    told = (
        (nodes, Text(_("The graph is cut: %(missing)s of %(reach)s versions that belong to it are not shown."), values)),
        (edges, Text(_("%(missing)s more edges between the versions shown are left out."), (("missing", str(edges)),))),
        (not facts.details["exact"], Text(_("The graph was not looked through to its end: more may belong to it."))),
    )
    return tuple(Notice(text) for missing, text in told if missing)


def _cut_rows(rows: int) -> tuple[Notice, ...]:
    if rows <= SHOWN:
        return ()
    values = (("shown", str(SHOWN)), ("rows", str(rows)))
    return (Notice(Text(_("A table prints %(shown)s of up to %(rows)s rows; the sealed evidence holds all."), values)),)


def _versions(nodes: list[Mapping[str, Any]]) -> Table:
    columns = (
        Column(Text(_("Version"))),
        Column(Text(_("Kind"))),
        Column(Text(_("Side"))),
        Column(Text(_("Hops")), figures=True),
        Column(Text(_("Digest"))),
    )
    return Table(Text(_("Versions in the graph")), columns, tuple(_version(node) for node in nodes))


def _version(node: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        Raw(_name(node)),
        _word(KIND_WORDS, node["kind"]),
        _word(SIDE_WORDS, node["side"]),
        Raw(str(node["depth"])),
        Digest(node["digest"]) if node["digest"] else Text(_("outside the registry")),
    )


def _name(node: Mapping[str, Any]) -> str:
    return f"{node['namespace']} {node['asset']}" if node["number"] is None else f"{node['asset']} · {node['number']}"


def _edges(edges: list[Mapping[str, Any]], names: Mapping[str, str]) -> Table:
    columns = (Column(Text(_("From"))), Column(Text(_("Edge"))), Column(Text(_("To"))), Column(Text(_("Since"))))
    rows = tuple(
        (
            Raw(names[edge["source"]]),
            _word(EDGE_WORDS, edge["kind"]),
            Raw(names[edge["target"]]),
            Raw(edge["valid_from"][:10]),
        )
        for edge in edges
    )
    return Table(Text(_("Edges between them")), columns, rows)


def _word(words: Mapping[str, str], key: str) -> Cell:
    return Text(words[key]) if key in words else Raw(key)

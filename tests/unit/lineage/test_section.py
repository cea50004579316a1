"""A sealed graph in print."""

from typing import Any

from governance.book import Block, Notice, Raw, Table, Text, from_plain, to_plain
from governance.evidence.facts import Coverage, Facts
from lineage.section import SHOWN, blocks


def node(number: int, asset: str = "Credit model") -> dict[str, Any]:
    return {
        "id": str(number), "version_id": str(number), "asset_id": "a", "asset": asset, "namespace": "",
        "kind": "model", "number": number,
        "digest": "sha256:" + "0" * 64, "depth": 1, "side": "upstream",
    }  # fmt: skip


def edge(source: int, target: int, kind: str = "trained_on") -> dict[str, Any]:
    return {
        "id": None, "source": str(source), "target": str(target), "kind": kind,
        "valid_from": "2026-11-22T10:00:00+00:00", "valid_to": None,
    }  # fmt: skip


def drawn(nodes: list[dict[str, Any]], edges: list[dict[str, Any]], planned: int = 0, lost: int = 0) -> tuple[Block, ...]:
    planned = planned or len(nodes)
    return blocks(
        Facts(
            kind="lineage",
            kind_version="1",
            parameters={"as_of": "2026-11-22T10:00:00+00:00"},
            seed=0,
            coverage=Coverage(planned, len(nodes)),
            measures=(),
            details={
                "nodes": nodes,
                "edges": edges,
                "truncated_by": ["nodes"] if planned > len(nodes) else [],
                "edges_between": len(edges) + lost,
                "exact": True,
            },
        )
    )


def tables(found: tuple[Block, ...]) -> list[Table]:
    return [block for block in found if isinstance(block, Table)]


def test_every_version_and_edge_is_a_row() -> None:
    versions, edges = tables(drawn([node(1), node(2)], [edge(1, 2)]))
    assert (len(versions.rows), len(edges.rows)) == (2, 1)


def test_a_cut_graph_says_how_much_is_missing() -> None:
    notice = next(block for block in drawn([node(1)], [], planned=9) if isinstance(block, Notice))
    assert dict(notice.text.values) == {"missing": "8", "reach": "9"}


def test_edges_that_were_cut_are_counted() -> None:
    notice = next(block for block in drawn([node(1), node(2)], [edge(1, 2)], lost=7) if isinstance(block, Notice))
    assert dict(notice.text.values) == {"missing": "7"}


def test_what_stands_outside_the_registry_is_told_by_its_name() -> None:
    outside = node(1, "raw.loans") | {"version_id": None, "number": None, "digest": None, "namespace": "postgres://dwh"}
    versions, _ = tables(drawn([outside], []))
    assert versions.rows[0][0] == Raw("postgres://dwh raw.loans")
    assert versions.rows[0][-1] == Text("outside the registry")


def test_a_whole_graph_carries_no_notice() -> None:
    assert not [block for block in drawn([node(1)], []) if isinstance(block, Notice)]


def test_more_rows_than_a_table_prints_are_counted() -> None:
    found = drawn([node(number) for number in range(SHOWN + 1)], [])
    assert len(tables(found)[0].rows) == SHOWN
    assert any(isinstance(block, Notice) and ("rows", str(SHOWN + 1)) in block.text.values for block in found)


def test_a_hostile_name_and_an_unknown_kind_stay_data() -> None:
    versions, edges = tables(drawn([node(1, "<script>{{7*7}}")], [edge(1, 1, "made_up")]))
    assert versions.rows[0][0] == Raw("<script>{{7*7}} · 1")
    assert edges.rows[0][1] == Raw("made_up")


def test_the_blocks_survive_being_sealed() -> None:
    found = drawn([node(1)], [edge(1, 1)])
    assert from_plain(to_plain(found)) == found

"""Names of what stands outside the registry, and edges as they are stated."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.shapes import ShapeError
from lineage.names import EXTERNAL, Named, check_named, node_id
from lineage.stated import MOST_COLUMNS, MOST_EDGES, read_edge, read_edges

ORGANISATION = UUID(int=7)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
WORDS = st.text(min_size=1, max_size=20)
EDGE = {"source": str(UUID(int=1)), "target": {"kind": "job", "namespace": "airflow", "name": "nightly"}, "kind": "reads"}


@given(WORDS, WORDS, st.sampled_from(EXTERNAL))
def test_a_name_has_one_id_of_version_8(namespace: str, name: str, kind: str) -> None:
    named = Named(kind, namespace.encode(errors="replace").decode(), name.encode(errors="replace").decode())
    found = node_id(ORGANISATION, named)
    assert (found.version, found.variant) == (8, UUID(int=0x80 << 56).variant)
    assert found == node_id(ORGANISATION, named)


def test_each_part_of_a_name_makes_another_id() -> None:
    one = Named("job", "a", "b")
    others = [Named("run", "a", "b"), Named("job", "b", "b"), Named("job", "a", "c"), Named("job", "b", "a")]
    ids = {node_id(ORGANISATION, named) for named in [one, *others]} | {node_id(uuid4(), one)}
    assert len(ids) == 6


@pytest.mark.parametrize("name", ["", " ", "x" * 2001, "a\0b", "\ud800"])
def test_what_can_be_no_name_is_refused(name: str) -> None:
    with pytest.raises(ShapeError) as refused:
        check_named(Named("job", "airflow", name), "edges[0].target")
    assert refused.value.field == "edges[0].target.name"


def test_a_kind_that_is_not_outside_is_refused() -> None:
    with pytest.raises(ShapeError, match="outside the registry"):
        check_named(Named("model", "a", "b"))


def test_an_edge_is_read_with_what_is_left_out() -> None:
    edge = read_edge(EDGE, NOW)
    assert (edge.source, edge.target, edge.valid_from) == (UUID(int=1), Named("job", "airflow", "nightly"), NOW)
    assert (edge.note, edge.columns) == ("", ())


@pytest.mark.parametrize("text", ["2026-01-02T03:04:05", "2026-01-02T03:04:05Z", "2026-01-02T04:04:05+01:00"])
def test_a_moment_is_read_as_utc(text: str) -> None:
    assert read_edge({**EDGE, "valid_from": text}, NOW).valid_from == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source": []}, "source"),
        ({"target": {"kind": "job", "x": 1}}, "target.x"),
        ({"columns": [["a", "b"]] * (MOST_COLUMNS + 1)}, "columns"),
        ({"columns": [["a", None]]}, "columns[0][1]"),
        ({"columns": "a"}, "columns"),
        ({"columns": [["a"]]}, "columns[0]"),
        ({"kind": None}, "kind"),
        ({"kind": 5}, "kind"),
        ({"kind": "x" * 33}, "kind"),
        ({"source": None}, "source"),
        ({"source": "x"}, "source"),
        ({"target": {"kind": "job", "namespace": 1, "name": "x"}}, "target.namespace"),
        ({"valid_from": 20260102}, "valid_from"),
        ({"valid_from": "0001-01-01T00:00:00+14:00"}, "valid_from"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_edge_that_does_not_fit_is_refused_by_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(ShapeError) as refused:
        read_edge({**EDGE, **change}, NOW)
    assert refused.value.field == field


def test_what_is_no_object_is_no_edge() -> None:
    with pytest.raises(ShapeError, match="must be an object"):
        read_edges([[]], NOW)


def test_columns_are_pairs() -> None:
    assert read_edge({**EDGE, "columns": [["a", "b"]]}, NOW).columns == (("a", "b"),)


@pytest.mark.parametrize("body", [None, {}, [], [EDGE] * (MOST_EDGES + 1)])
def test_a_list_of_no_or_too_many_edges_is_refused(body: object) -> None:
    with pytest.raises(ShapeError, match="1 to 10000"):
        read_edges(body, NOW)

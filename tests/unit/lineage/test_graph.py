"""The walk, held against networkx."""

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.graph import Graph, Walk

ARROWS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=40)
FAR = 50
MANY = 10_000


def depths(walk: Walk[int]) -> dict[int, int]:
    return {one.node: one.depth for one in walk.nodes}


@given(arrows=ARROWS, start=st.integers(0, 12), depth=st.integers(0, 14))
def test_upstream_is_what_networkx_reaches_within_the_same_number_of_hops(
    arrows: list[tuple[int, int]], start: int, depth: int
) -> None:
    oracle = nx.DiGraph(arrows)
    oracle.add_node(start)
    expected = nx.single_source_shortest_path_length(oracle, start, cutoff=depth)
    assert depths(Graph(arrows).walk(start, "upstream", depth, MANY)) == dict(expected)


@given(arrows=ARROWS, start=st.integers(0, 12))
def test_downstream_is_upstream_of_the_reversed_graph(arrows: list[tuple[int, int]], start: int) -> None:
    back = [(head, tail) for tail, head in arrows]
    down = Graph(arrows).walk(start, "downstream", FAR, MANY)
    assert depths(down) == depths(Graph(back).walk(start, "upstream", FAR, MANY))


@given(arrows=ARROWS, start=st.integers(0, 12))
def test_both_is_the_union_of_the_two_sides(arrows: list[tuple[int, int]], start: int) -> None:
    graph = Graph(arrows)
    up, down = (depths(graph.walk(start, side, FAR, MANY)) for side in ("upstream", "downstream"))
    both = depths(graph.walk(start, "both", FAR, MANY))
    assert both == {node: min(up.get(node, FAR), down.get(node, FAR)) for node in up | down}


@given(arrows=ARROWS, start=st.integers(0, 12), depth=st.integers(0, 14), nodes=st.integers(1, 13))
def test_the_edges_are_exactly_those_between_shown_nodes(
    arrows: list[tuple[int, int]], start: int, depth: int, nodes: int
) -> None:
    walk = Graph(arrows).walk(start, "both", depth, nodes)
    shown = depths(walk)
    inside = [place for place, (tail, head) in enumerate(arrows) if tail in shown and head in shown]
    assert list(walk.edges) == inside[: nodes * 10]


@given(arrows=ARROWS, start=st.integers(0, 12), depth=st.integers(0, 14), nodes=st.integers(1, 13))
def test_an_answer_is_truncated_exactly_when_something_reachable_is_missing(
    arrows: list[tuple[int, int]], start: int, depth: int, nodes: int
) -> None:
    oracle = nx.DiGraph(arrows)
    oracle.add_node(start)
    walk = Graph(arrows).walk(start, "upstream", depth, nodes)
    assert walk.reach == len(nx.descendants(oracle, start))
    missing = len(walk.nodes) - 1 < walk.reach
    assert missing == bool({"depth", "nodes"} & set(walk.truncated_by))


def test_a_depth_of_n_is_at_most_n_hops() -> None:
    chain = Graph([(n, n + 1) for n in range(10)])
    assert depths(chain.walk(0, "upstream", 3, MANY)) == {0: 0, 1: 1, 2: 2, 3: 3}
    assert chain.walk(0, "upstream", 3, MANY).truncated_by == ("depth",)


def test_a_cycle_ends_and_stands_on_both_sides() -> None:
    walk = Graph([(1, 2), (2, 3), (3, 1)]).walk(1, "both", FAR, MANY)
    assert [(one.node, one.depth, one.side) for one in walk.nodes] == [(1, 0, "start"), (2, 1, "both"), (3, 1, "both")]
    assert not walk.truncated


def test_the_node_cap_keeps_the_nearest_and_counts_the_whole_reach() -> None:
    star = Graph([(0, n) for n in range(1, 9)] + [(1, 20)])
    walk = star.walk(0, "upstream", FAR, 4)
    assert (len(walk.nodes), walk.reach, walk.truncated_by) == (4, 9, ("nodes",))
    assert max(depths(walk).values()) == 1


def test_more_edges_than_the_answer_may_show_are_cut_and_said() -> None:
    walk = Graph([(0, 1)] * 100).walk(0, "upstream", FAR, 2)
    assert (len(walk.edges), walk.truncated_by) == (20, ("edges",))


def test_a_version_without_edges_is_alone() -> None:
    walk = Graph([(1, 2)]).walk(7, "both", 3, MANY)
    assert (depths(walk), walk.edges, walk.reach, walk.truncated) == ({7: 0}, (), 0, False)


def test_an_empty_graph_has_only_its_start() -> None:
    assert depths(Graph[int]([]).walk(1, "both", 3, 10)) == {1: 0}


@pytest.mark.parametrize(("depth", "nodes"), [(-1, 1), (0, 0)])
def test_caps_that_mean_nothing_are_refused(depth: int, nodes: int) -> None:
    with pytest.raises(ValueError, match="max_depth"):
        Graph([(1, 2)]).walk(1, "upstream", depth, nodes)

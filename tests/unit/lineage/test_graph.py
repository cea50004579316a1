"""The walk, held against networkx, in numpy and compiled."""

from uuid import UUID

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage import graph_fast
from lineage.arrows import FOREVER, ids_of
from lineage.graph import Asked, Graph
from lineage.search import Search, search
from tests.unit.lineage.drawn import FAR, Arrow, arrows_in, depths, edges_of, graph_of, numbers, place, walk

NODES = st.integers(0, 12)
ARROWS = st.lists(st.tuples(NODES, NODES).filter(lambda arrow: arrow[0] != arrow[1]), min_size=1, max_size=60)
SPANS = st.lists(st.tuples(st.integers(0, 4), st.integers(5, 9)), min_size=60, max_size=60)


def searches() -> list[Search]:
    """In numpy, by the kernel as it is written, and by the compiled kernel where there is one."""
    fast = graph_fast.compiled()
    return [search, graph_fast.around(graph_fast.plain_kernel), *([] if fast is None else [fast])]


def reached(arrows: list[Arrow], start: int, depth: int = FAR) -> dict[int, int]:
    oracle = nx.DiGraph(arrows)
    oracle.add_node(start)
    return dict(nx.single_source_shortest_path_length(oracle, start, cutoff=depth))


def test_the_compiled_search_is_tried_where_numba_is_installed() -> None:
    pytest.importorskip("numba")
    assert len(searches()) == 3


@pytest.mark.parametrize("find", searches())
@given(arrows=ARROWS, start=NODES, depth=st.integers(0, 14))
def test_upstream_is_what_networkx_reaches_within_the_same_number_of_hops(
    find: Search, arrows: list[Arrow], start: int, depth: int
) -> None:
    graph = graph_of(arrows, nodes=13)
    assert depths(graph, walk(graph, start, depth=depth, find=find)) == reached(arrows, start, depth)


@given(arrows=ARROWS, start=NODES)
def test_downstream_is_upstream_of_the_reversed_graph(arrows: list[Arrow], start: int) -> None:
    graph = graph_of(arrows, nodes=13)
    back = [(head, tail) for tail, head in arrows]
    assert depths(graph, walk(graph, start, "downstream")) == reached(back, start)


@given(arrows=ARROWS, start=NODES)
def test_both_is_the_union_of_the_two_sides(arrows: list[Arrow], start: int) -> None:
    graph = graph_of(arrows, nodes=13)
    up, down = reached(arrows, start), reached([(head, tail) for tail, head in arrows], start)
    found = walk(graph, start, "both")
    assert depths(graph, found) == {node: min(up.get(node, FAR), down.get(node, FAR)) for node in up | down}
    assert found.reach == len(up | down) - 1


@pytest.mark.parametrize("find", searches())
@given(arrows=ARROWS, spans=SPANS, start=NODES, moment=st.integers(0, 10))
def test_as_of_a_moment_only_the_edges_that_held_then_are_walked(
    find: Search, arrows: list[Arrow], spans: list[tuple[int, int]], start: int, moment: int
) -> None:
    graph = graph_of(arrows, spans[: len(arrows)], nodes=13)
    held = [arrow for arrow, (since, until) in zip(arrows, spans, strict=False) if since <= moment < until]
    found = walk(graph, start, moment=moment, find=find)
    assert depths(graph, found) == reached(held, start)
    assert arrows_in(graph, found) == sorted(arrow for arrow in held if arrow[0] in depths(graph, found))


@pytest.mark.parametrize("find", searches())
@given(arrows=ARROWS, later=ARROWS, start=NODES)
def test_what_was_stated_since_is_walked_like_the_rest(find: Search, arrows: list[Arrow], later: list[Arrow], start: int) -> None:
    base = graph_of(arrows)
    known = base.keys.size
    new = sorted({end for arrow in later for end in arrow if end >= known} | {start} - set(range(known)))
    at = {
        node: int(place(base, node)) if node < known else known + new.index(node)
        for node in range(13)
        if node < known or node in new
    }
    more = edges_of([(at[tail], at[head]) for tail, head in later], first=1000)
    grown = base.grown(ids_of([UUID(int=node) for node in new]), more)
    for graph in (grown, grown.settled()):
        found = walk(graph, start, find=find)
        assert depths(graph, found) == reached(arrows + later, start)
        assert set(arrows_in(graph, found)) == {arrow for arrow in arrows + later if arrow[0] in depths(graph, found)}


def test_an_edge_that_ended_is_walked_before_its_end_only() -> None:
    base = graph_of([(0, 1), (1, 2)], nodes=4)
    grown = base.grown(ids_of([]), edges_of([(place(base, 2), place(base, 3))], first=9))
    tails = np.array([place(base, 0), place(base, 2), place(base, 0), -1], dtype=np.int32)
    ended = grown.ended(
        ids_of([UUID(int=1), UUID(int=9), UUID(int=77), UUID(int=1)]), tails, np.array([50, 60, 70, 10], dtype=np.int64)
    )
    assert numbers(ended, walk(ended, 0, moment=49)) == [0, 1, 2, 3]
    assert numbers(ended, walk(ended, 0, moment=50)) == [0]
    assert numbers(ended, walk(ended, 1, moment=55)) == [1, 2, 3]
    assert numbers(ended, walk(ended, 1, moment=60)) == [1, 2]
    assert numbers(grown, walk(grown, 0, moment=99)) == [0, 1, 2, 3]


@given(arrows=ARROWS, start=NODES, size=st.integers(1, 5), direction=st.sampled_from(["upstream", "downstream", "both"]))
def test_the_pages_together_are_the_whole_walk(arrows: list[Arrow], start: int, size: int, direction: str) -> None:
    graph = graph_of(list(dict.fromkeys(arrows)), nodes=13)
    whole = walk(graph, start, direction)  # type: ignore[arg-type]
    places, edges, after = [], 0, None
    while True:
        page = walk(graph, start, direction, nodes=size, after=after)  # type: ignore[arg-type]
        places += page.places.tolist()
        edges += page.between
        after = page.last
        if after is None:
            break
    assert places == whole.places.tolist()
    assert edges == whole.between


@pytest.mark.parametrize("find", searches())
def test_a_long_chain_ends_in_time_and_its_depth_is_exact(find: Search) -> None:
    chain = graph_of([(number, number + 1) for number in range(20_000)])
    found = walk(chain, 0, depth=19_999, nodes=1, find=find)
    assert (found.reach, found.within, found.truncated_by) == (20_000, 19_999, ("depth", "nodes"))
    assert len(found.by_depth) == 50


@pytest.mark.parametrize("find", searches())
def test_wide_and_narrow_hops_follow_each_other(find: Search) -> None:
    arrows = [(0, n) for n in range(1, 500)] + [(n, 500) for n in range(1, 500)] + [(500, 501)]
    arrows += [(501, n) for n in range(502, 900)]
    graph = graph_of(arrows)
    assert depths(graph, walk(graph, 0, find=find)) == reached(arrows, 0)


def test_depth_is_exact() -> None:
    chain = graph_of([(0, 1), (1, 2), (2, 3), (3, 4)])
    assert depths(chain, walk(chain, 0, depth=3)) == {0: 0, 1: 1, 2: 2, 3: 3}
    assert walk(chain, 0, depth=3).truncated_by == ("depth",)


def test_a_cycle_ends_and_stands_on_both_sides() -> None:
    ring = graph_of([(1, 2), (2, 3), (3, 1)])
    found = walk(ring, 1, "both")
    assert depths(ring, found) == {1: 0, 2: 1, 3: 1}
    assert found.sides == ("start", "both", "both")
    assert not found.truncated


def test_the_node_cap_keeps_the_nearest_and_counts_the_whole_reach() -> None:
    star = graph_of([(0, n) for n in range(1, 9)] + [(1, 20)])
    found = walk(star, 0, nodes=4)
    assert (found.places.size, found.reach, found.truncated_by, found.by_depth) == (4, 9, ("nodes",), (8, 1))
    assert found.depths.max() == 1


def test_more_edges_than_the_answer_may_show_are_cut_and_said() -> None:
    pair = graph_of([(0, 1)] * 100)
    found = walk(pair, 0, nodes=2)
    assert (len(found.edges), found.between, found.truncated_by) == (4, 100, ("edges",))


@given(arrows=ARROWS, start=NODES, size=st.integers(2, 6))
def test_a_cut_of_edges_still_ties_every_node_to_one_nearer(arrows: list[Arrow], start: int, size: int) -> None:
    graph = graph_of([arrow for arrow in arrows for _ in range(5)], nodes=13)
    found = walk(graph, start, nodes=size)
    drawn = nx.DiGraph(arrows_in(graph, found))
    drawn.add_node(start)
    assert nx.single_source_shortest_path_length(drawn, start) == depths(graph, found)


def test_a_node_without_edges_is_alone() -> None:
    graph = graph_of([(1, 2)], nodes=8)
    found = walk(graph, 7, "both")
    assert (depths(graph, found), len(found.edges), found.reach, found.truncated) == ({7: 0}, 0, 0, False)


def test_an_empty_graph_knows_no_node() -> None:
    empty = Graph.of(ids_of([]), edges_of([]))
    assert place(empty, 1) == -1
    assert place(empty.grown(ids_of([UUID(int=1)]), edges_of([])), 1) == 0


def test_what_is_not_there_is_not_found() -> None:
    assert place(graph_of([(0, 1)]), 99) == -1


def test_two_ids_that_share_a_key_are_told_apart() -> None:
    # key = low half * mix ^ high half, little-endian: both come to 0
    mix = 0x9E3779B97F4A7C15
    twin = UUID(bytes=(1).to_bytes(8, "little") + mix.to_bytes(8, "little"))
    graph = Graph.of(ids_of([UUID(int=0), UUID(int=5)]), edges_of([(0, 1)]))
    grown = graph.grown(ids_of([twin]), edges_of([(1, 2)], [(0, FOREVER)], first=8))
    assert int(grown.find(ids_of([twin]))[0]) == 2
    assert int(graph.find(ids_of([twin]))[0]) == -1


@pytest.mark.parametrize(("depth", "nodes"), [(-1, 1), (0, 0)])
def test_caps_that_mean_nothing_are_refused(depth: int, nodes: int) -> None:
    with pytest.raises(ValueError, match="max_depth"):
        graph_of([(1, 2)]).walk(0, Asked("upstream", depth, nodes, 0))


def test_a_graph_knows_how_much_it_holds() -> None:
    assert graph_of([(0, 1)] * 1000).nbytes > 58_000

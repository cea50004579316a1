"""Graphs held in memory, over commits that are real."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import networkx as nx
import pytest
from django.db import connection, transaction

from governance.access.services import create_organisation
from governance.registry.models import AssetVersion
from lineage import loading, services, snapshots
from lineage.answer import Answer
from lineage.arrows import ids_of
from lineage.names import JOB, Named, node_id
from lineage.stated import Stated

pytestmark = pytest.mark.usefixtures("committed")

Version = Callable[..., AssetVersion]
DAY = timedelta(days=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    snapshots.held.forget()
    yield
    snapshots.held.wait()
    snapshots.held.forget()


def named(number: int) -> Named:
    return Named("external_dataset", "warehouse", f"table {number}")


def arrows(actor: Any, pairs: list[tuple[int, int]], now: datetime, since: datetime = LONG_AGO) -> Any:
    edges = [Stated(named(tail), named(head), "derived_from", since) for tail, head in pairs]
    return services.state_edges(actor=actor, edges=edges, now=now)


def asked(actor: Any, node: UUID, now: datetime, **more: Any) -> Answer:
    return services.graph(organisation=actor.organisation, version_id=node, as_of=now, **{"direction": "upstream", **more})


def depths(answer: Answer) -> dict[str, int]:
    return {node.asset: node.depth for node in answer.nodes}


def reached(pairs: list[tuple[int, int]], start: int) -> dict[str, int]:
    return {f"table {node}": depth for node, depth in nx.single_source_shortest_path_length(nx.DiGraph(pairs), start).items()}


def numbers(count: int, nodes: int, seed: int) -> list[tuple[int, int]]:
    draw = random.Random(seed)
    pairs = {(draw.randrange(nodes), draw.randrange(nodes)) for _ in range(count)}
    return [(tail, head) for tail, head in sorted(pairs) if tail != head]


def test_a_read_sees_every_write_before_it(actor: Any, now: datetime) -> None:
    start = node_id(actor.organisation, named(0))
    pairs = [(0, 1)]
    arrows(actor, pairs, now)
    assert depths(asked(actor, start, now)) == reached(pairs, 0)
    for number in range(1, 12):
        pairs.append((number, number + 1))
        outcome = arrows(actor, pairs[-1:], now)
        answer = asked(actor, start, now, depth=50)
        assert (depths(answer), answer.version) == (reached(pairs, 0), outcome.version)


def test_an_ended_edge_leaves_the_graph_that_is_held(actor: Any, now: datetime) -> None:
    start = node_id(actor.organisation, named(0))
    arrows(actor, [(0, 1), (1, 2)], now)
    first = asked(actor, start, now)
    services.end_edge(actor=actor, edge_id=UUID(first.edges[0].id), valid_to=now - DAY, now=now)
    assert list(depths(asked(actor, start, now))) == ["table 0"]
    assert len(asked(actor, start, now - 2 * DAY).nodes) == 3


def test_an_edge_stated_and_ended_since_is_both(actor: Any, now: datetime) -> None:
    start = node_id(actor.organisation, named(0))
    arrows(actor, [(0, 1)], now)
    asked(actor, start, now)
    arrows(actor, [(0, 2)], now)
    edge = next(edge for edge in asked(actor, start, now).edges if edge.target == str(node_id(actor.organisation, named(2))))
    services.end_edge(actor=actor, edge_id=UUID(edge.id), valid_to=now - DAY, now=now)
    assert sorted(depths(asked(actor, start, now))) == ["table 0", "table 1"]
    snapshots.held.forget()
    assert sorted(depths(asked(actor, start, now))) == ["table 0", "table 1"]


def test_a_new_system_version_is_drawn_at_once(actor: Any, now: datetime, version: Version) -> None:
    model = version("model", "scorer")
    arrows(actor, [(0, 1)], now)
    assert asked(actor, model.pk, now, direction="downstream").reach == 0
    system = version("ai_system", "desk", components=[("scorer", model.pk)])
    assert [node.id for node in asked(actor, model.pk, now + DAY, direction="downstream").nodes] == [
        str(model.pk),
        str(system.pk),
    ]
    again = asked(actor, model.pk, now + DAY, direction="downstream")
    assert len(again.edges) == 1


def test_what_a_transaction_took_back_is_never_shown_to_others(actor: Any, now: datetime) -> None:
    start = node_id(actor.organisation, named(0))
    arrows(actor, [(0, 1)], now)
    asked(actor, start, now)
    with transaction.atomic():
        arrows(actor, [(1, 2)], now)
        assert len(asked(actor, start, now).nodes) == 3
        transaction.set_rollback(True)
    assert len(asked(actor, start, now).nodes) == 2
    arrows(actor, [(1, 3)], now)
    assert sorted(depths(asked(actor, start, now))) == ["table 0", "table 1", "table 3"]


def test_many_writes_are_settled_into_one_layer_and_stay(actor: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "SMALL", 50)
    base, more = numbers(300, 40, 1), numbers(200, 50, 2)
    monkeypatch.setattr(snapshots, "SMALL", 1000)
    arrows(actor, base, now)
    start = node_id(actor.organisation, named(0))
    asked(actor, start, now)
    monkeypatch.setattr(snapshots, "SMALL", 50)
    arrows(actor, more, now)
    assert depths(asked(actor, start, now, depth=50)) == reached(base + more, 0)
    snapshots.held.wait()
    held, _ = snapshots.held.current(actor.organisation)
    assert held is not None
    assert len(held.graph.layers) == 1
    assert depths(asked(actor, start, now, depth=50)) == reached(base + more, 0)


@pytest.mark.parametrize("seed", range(3))
def test_a_big_graph_is_asked_of_the_database_until_it_is_held(
    actor: Any, now: datetime, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(snapshots, "SMALL", 10)
    monkeypatch.setattr(snapshots.Snapshots, "_build_apart", lambda *_: None)
    pairs = numbers(150, 60, seed)
    arrows(actor, pairs, now)
    start = node_id(actor.organisation, named(pairs[0][0]))
    below = asked(actor, start, now, depth=50)
    assert snapshots.held.current(actor.organisation)[0] is None
    snapshots.held.build(actor.organisation)
    held = asked(actor, start, now, depth=50)
    assert depths(below) == depths(held) == reached(pairs, pairs[0][0])
    assert (below.reach, below.exact, below.between) == (held.reach, True, held.between)
    for direction in ("downstream", "both"):
        one = asked(actor, start, now, depth=2, direction=direction)
        snapshots.held.forget()
        assert depths(asked(actor, start, now, depth=2, direction=direction)) == depths(one)
        snapshots.held.build(actor.organisation)


def test_a_cap_of_the_database_is_said(actor: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "SMALL", 1)
    monkeypatch.setattr(snapshots.Snapshots, "_build_apart", lambda *_: None)
    arrows(actor, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)], now)
    start = node_id(actor.organisation, named(0))
    answer = asked(actor, start, now, depth=50, max_nodes=2)
    assert (answer.exact, answer.truncated_by, depths(answer)) == (False, ("nodes",), {"table 0": 0, "table 1": 1})
    assert answer.cursor is not None
    rest = asked(actor, start, now, depth=50, max_nodes=9, cursor=answer.cursor)
    assert (rest.exact, depths(rest)) == (True, {"table 2": 2, "table 3": 3, "table 4": 4})


def test_a_big_graph_is_loaded_behind_the_first_question(actor: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "SMALL", 10)
    arrows(actor, numbers(60, 30, 4), now)
    assert snapshots.held.current(actor.organisation)[0] is None
    snapshots.held.wait()
    assert snapshots.held.current(actor.organisation)[0] is not None


def test_the_least_used_graph_is_given_up_where_memory_ends(actor: Any, now: datetime, settings: Any) -> None:
    from dataclasses import replace

    other = replace(actor, organisation=create_organisation(name="Otro", slug="otro", now=now).id)
    for one in (actor, other):
        arrows(one, numbers(100, 50, 5), now)
    first = snapshots.held.build(actor.organisation)
    settings.PROBANZA_LINEAGE_MEMORY = int(first.graph.nbytes * 1.5)
    snapshots.held.build(other.organisation)
    assert list(snapshots.held._held) == [other.organisation]
    settings.PROBANZA_LINEAGE_MEMORY = 1
    snapshots.held.build(other.organisation)
    assert not snapshots.held._held


def test_a_database_put_back_to_an_earlier_state_is_read_anew(actor: Any, now: datetime) -> None:
    start = node_id(actor.organisation, named(0))
    arrows(actor, [(0, 1)], now)
    asked(actor, start, now)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lineage_clock SET version = 0")
    assert asked(actor, start, now).version == 0


def test_pages_follow_each_other_by_cursor(actor: Any, now: datetime) -> None:
    pairs = numbers(200, 40, 6)
    arrows(actor, pairs, now)
    start = node_id(actor.organisation, named(pairs[0][0]))
    found: dict[str, int] = {}
    edges, cursor = 0, ""
    while True:
        page = asked(actor, start, now, depth=50, max_nodes=7, cursor=cursor)
        assert not found.keys() & depths(page).keys()
        found |= depths(page)
        edges += page.between
        if page.cursor is None:
            break
        cursor = page.cursor
    whole = asked(actor, start, now, depth=50)
    assert (found, edges) == (depths(whole), whole.between)


def test_names_are_given_their_node_once(actor: Any, now: datetime) -> None:
    names = [Named(JOB, "airflow", f"job {number}") for number in range(3)]
    first = services.nodes_for(actor=actor, names=names, now=now)
    assert services.nodes_for(actor=actor, names=names, now=now) == first
    assert asked(actor, first[names[0]], now).nodes[0].namespace == "airflow"


def test_ids_that_share_a_key_stay_different_nodes() -> None:
    # key = low half * mix ^ high half, little-endian: both come to 0
    twin = UUID(bytes=(1).to_bytes(8, "little") + 0x9E3779B97F4A7C15.to_bytes(8, "little"))
    given = ids_of([UUID(int=0), twin, UUID(int=0), UUID(int=5), twin])
    ids, places = loading._distinct(given)
    assert ids.size == 3
    assert ids[places].tolist() == given.tolist()

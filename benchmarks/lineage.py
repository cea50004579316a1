"""A million edges, dense and sparse, with hubs: asked by REST, walked in memory, loaded, and added to.

    python -m benchmarks.lineage [--edges 1000000] [--starts 100]

networkx and a plain recursive query answer some of the same questions in the same run. The last line is one line of JSON:
p99_ms (a whole request, JSON and all), walk_p99_ms, refresh_s, ratio_networkx (p99 of networkx over ours), bulk_10k_s.
"""

import argparse
import gc
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from statistics import median
from typing import Any
from uuid import UUID

import numpy as np

from benchmarks.ledger import database, timed

DEPTHS = (3, 10, 1_000_000)
DIRECTIONS = ("upstream", "downstream")
SHAPES = {"dense": 10, "sparse": 1.4}  # edges a node
NETWORKX_STARTS, PLAIN_STARTS = 30, 10
PLAIN_LIMIT_S = 20
BULK = 10_000
_TABLES = ["lineage_edge", "lineage_node"]
_INDEXES = (
    "SELECT indexdef, indexname FROM pg_indexes WHERE tablename = ANY(%s) AND NOT EXISTS "
    "(SELECT FROM pg_constraint WHERE conindid = indexname::regclass)"
)
_FOREIGN = (
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)"
)
_PLAIN = (
    "WITH RECURSIVE walk(id, depth) AS (SELECT %s::uuid, 0 UNION SELECT e.target_id, w.depth + 1 FROM walk w "
    "JOIN lineage_edge e ON e.source_id = w.id WHERE w.depth < %s) SELECT id, min(depth) FROM walk GROUP BY id"
)


@dataclass
class Shape:
    """A generated graph: arrows from tail to head over numbered nodes, the ids of the nodes, and where to begin."""

    name: str
    tails: Any
    heads: Any
    ids: list[UUID]
    starts: list[int]


def shape(name: str, edges: int, starts: int, seed: int) -> Shape:
    """Arrows lead to lower numbers. Some low numbers have very many coming in, some high ones very many going out."""
    draw = np.random.default_rng(seed)
    count = int(edges / SHAPES[name])
    tails = draw.integers(1, count, edges)
    heads = (tails * draw.random(edges) ** 1.5).astype(np.int64)
    outward = draw.random(edges) < 0.2
    heads[outward] = draw.integers(0, count - 1, int(outward.sum()))
    tails[outward] = count - 1 - ((count - 1 - heads[outward]) * draw.random(int(outward.sum())) ** 1.5).astype(np.int64)
    real = np.unique(np.stack((tails, heads), axis=1)[tails != heads], axis=0)
    degrees = np.bincount(real.ravel(), minlength=count)
    begin = [*np.argsort(degrees)[-starts // 10 :].tolist(), *draw.integers(0, count, starts).tolist()]
    raw = draw.bytes(16 * count)
    ids = [UUID(bytes=raw[16 * place : 16 * place + 16], version=4) for place in range(count)]
    return Shape(name, real[:, 0], real[:, 1], ids, begin)


@contextmanager
def owner() -> Iterator[Any]:
    """As the tables' owner, past foreign keys and indexes: filling is not what is measured."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(_INDEXES, [_TABLES])
        indexes = cursor.fetchall()
        cursor.execute(_FOREIGN, [_TABLES])
        foreign = cursor.fetchall()
        for _, name in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for table, name, _ in foreign:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        yield cursor
        for definition, _ in indexes:
            cursor.execute(definition)
        for table, name, definition in foreign:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        cursor.execute("ANALYZE lineage_edge; ANALYZE lineage_node")


def fill(shapes: list[tuple[Shape, UUID]], now: datetime) -> None:
    from governance.trail.ids import uuid7

    since = now - timedelta(days=30)
    with owner() as cursor:
        for one, organisation in shapes:
            with cursor.copy("COPY lineage_node (id, organisation_id, kind, namespace, name, named_at) FROM STDIN") as rows:
                for place, key in enumerate(one.ids):
                    rows.write_row((key, organisation, "external_dataset", "warehouse", f"{one.name}.{place}", now))
            columns = "id, organisation_id, source_id, target_id, kind, valid_from, stated_by, stated_at, note, stated_in"
            with cursor.copy(f"COPY lineage_edge ({columns}) FROM STDIN") as rows:
                for tail, head in zip(one.tails.tolist(), one.heads.tolist(), strict=True):
                    ends = (one.ids[tail], one.ids[head])
                    rows.write_row((uuid7(), organisation, *ends, "derived_from", since, "benchmark", now, "", 0))


class Bench:
    """What was measured, told as it comes."""

    def __init__(self) -> None:
        self.figures: dict[str, float] = {}

    def tell(self, name: str, value: float, words: str) -> None:
        self.figures[name] = round(value, 3)
        print(f"{words:<78} {value:>12,.3f}", flush=True)

    def worst(self, name: str) -> float:
        return max(value for key, value in self.figures.items() if key.endswith(f".{name}"))


def p99(seconds: list[float]) -> float:
    return float(np.quantile(seconds, 0.99)) * 1000


def each(work: Callable[..., Any], questions: list[tuple[Any, ...]]) -> list[float]:
    return [timed(lambda asked=asked: work(*asked))[0] for asked in questions]


def client_of(organisation: Any) -> Any:
    from rest_framework.test import APIClient

    from governance.access.actors import system_actor
    from governance.access.services import issue_token

    now = datetime.now(UTC)
    actor = system_actor(organisation.id, "benchmark")
    _, secret = issue_token(actor=actor, name="bench", scopes=sorted(actor.scopes), role="admin", now=now)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def as_served() -> None:
    """The collector of garbage as `governance.config.wsgi` sets it: the ids of this benchmark are none of its business."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def of_shape(bench: Bench, one: Shape, organisation: Any) -> None:
    from lineage import snapshots

    name = one.name
    refresh = [timed(lambda: snapshots.held.build(organisation.id))[0] for _ in range(3)]
    graph = snapshots.held.build(organisation.id).graph
    bench.tell(f"{name}.edges", len(one.tails), f"{name}: edges")
    bench.tell(f"{name}.nodes", len(one.ids), f"{name}: nodes")
    bench.tell(f"{name}.memory_mb", graph.nbytes / 1e6, f"{name}: the snapshot in memory, MB")
    bench.tell(f"{name}.refresh_s", median(refresh), f"{name}: the whole graph loaded anew from the database, s")
    asking(bench, one, organisation)
    walking(bench, one, graph)
    writing(bench, one, organisation)


def asking(bench: Bench, one: Shape, organisation: Any) -> None:
    client = client_of(organisation)
    sizes = []

    def ask(start: int, depth: int, direction: str) -> None:
        answer = client.get(f"/api/v1/lineage/{one.ids[start]}?depth={depth}&direction={direction}")
        assert answer.status_code == 200, answer.content
        sizes.append(len(answer.content))

    questions = list(product(one.starts, DEPTHS, DIRECTIONS))
    ask(one.starts[0], 3, "upstream")
    seconds = each(ask, questions)
    bench.tell(f"{one.name}.median_ms", median(seconds) * 1000, f"{one.name}: a request, JSON and all, median ms")
    bench.tell(f"{one.name}.p99_ms", p99(seconds), f"{one.name}: a request, JSON and all, p99 ms")
    bench.tell(f"{one.name}.answer_kb", float(np.quantile(sizes, 0.99)) / 1000, f"{one.name}: its answer, p99 kB")


def walking(bench: Bench, one: Shape, graph: Any) -> None:
    from lineage import snapshots
    from lineage.arrows import ids_of
    from lineage.graph import Asked
    from lineage.loading import moment_of
    from lineage.search import search

    places = graph.find(ids_of(one.ids)).tolist()
    moment = moment_of(datetime.now(UTC))

    def walk(start: int, depth: int, direction: Any, find: Any) -> Any:
        return graph.walk(places[start], Asked(direction, depth, 1000, moment), find)

    starts = [start for start in one.starts if places[start] >= 0]
    questions = list(product(starts, DEPTHS, DIRECTIONS))
    for words, find in (("walk", snapshots.best_search()), ("numpy_walk", search)):
        seconds = each(lambda *asked, find=find: walk(*asked, find), questions)
        bench.tell(f"{one.name}.{words}_median_ms", median(seconds) * 1000, f"{one.name}: {words}, median ms")
        bench.tell(f"{one.name}.{words}_p99_ms", p99(seconds), f"{one.name}: {words}, p99 ms")
    against_networkx(bench, one, starts, lambda *asked: walk(*asked, snapshots.best_search()))
    against_plain(bench, one, starts)


def against_networkx(bench: Bench, one: Shape, starts: list[int], walk: Callable[..., Any]) -> None:
    import networkx as nx

    oracle = nx.DiGraph()
    oracle.add_edges_from(zip(one.heads.tolist(), one.tails.tolist(), strict=True))  # downstream: there the hubs are
    questions = list(product(starts[: NETWORKX_STARTS // 3] + starts[-NETWORKX_STARTS:], DEPTHS))
    reach = [nx.single_source_shortest_path_length(oracle, start, cutoff=depth) for start, depth in questions[:6]]
    assert [len(found) - 1 for found in reach] == [walk(*asked, "downstream").within for asked in questions[:6]]
    theirs = each(lambda start, depth: nx.single_source_shortest_path_length(oracle, start, cutoff=depth), questions)
    ours = each(lambda start, depth: walk(start, depth, "downstream"), questions)
    bench.tell(f"{one.name}.networkx_p99_ms", p99(theirs), f"{one.name}: networkx, p99 ms")
    bench.tell(f"{one.name}.ratio_networkx", p99(theirs) / p99(ours), f"{one.name}:   times our walk")


def against_plain(bench: Bench, one: Shape, starts: list[int]) -> None:
    from django.db import OperationalError, connection

    def ask(start: int, depth: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = '{PLAIN_LIMIT_S}s'")
            try:
                cursor.execute(_PLAIN, [one.ids[start], depth])
                cursor.fetchall()
            except OperationalError:
                pass  # counted as the limit
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")

    seconds = each(ask, list(product(starts[:3] + starts[-PLAIN_STARTS:], (3, 10))))
    bench.tell(f"{one.name}.plain_query_p99_ms", p99(seconds), f"{one.name}: a plain recursive query, to 3 and 10 hops, p99 ms")


def writing(bench: Bench, one: Shape, organisation: Any) -> None:
    client = client_of(organisation)
    ids = one.ids
    fresh = {"kind": "external_dataset", "namespace": "warehouse"}

    def bulk(turn: int) -> None:
        edges = [
            {"source": fresh | {"name": f"new {turn} {number}"}, "target": str(ids[number]), "kind": "derived_from"}
            for number in range(BULK)
        ]
        answer = client.post("/api/v1/lineage/edges/bulk", {"edges": edges}, format="json")
        assert answer.json()["stated"] == BULK, answer.content

    seconds = each(bulk, [(turn,) for turn in range(3)])
    bench.tell(f"{one.name}.bulk_10k_s", median(seconds), f"{one.name}: 10,000 edges from new nodes in one call, s")
    after, answer = timed(lambda: client.get(f"/api/v1/lineage/{ids[5]}?direction=downstream&depth=1&max_nodes=10000"))
    assert any(node["asset"] == "new 2 5" for node in answer.json()["nodes"])
    bench.tell(f"{one.name}.read_after_30k_ms", after * 1000, f"{one.name}: the first question after them, which sees them, ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edges", type=int, default=1_000_000)
    parser.add_argument("--starts", type=int, default=100)
    given = parser.parse_args()
    bench = Bench()
    with database():
        from django.conf import settings

        from governance.access.services import create_organisation
        from lineage import snapshots

        settings.ALLOWED_HOSTS = ["*"]
        now = datetime.now(UTC)
        shapes = [
            (shape(name, given.edges, given.starts, seed), create_organisation(name=name, slug=name, now=now))
            for seed, name in enumerate(SHAPES)
        ]
        started = time.perf_counter()
        fill([(one, organisation.id) for one, organisation in shapes], now)
        as_served()
        print(f"filled in {time.perf_counter() - started:.0f} s", flush=True)
        bench.tell("compile_s", timed(snapshots.ready)[0], "the compiled search made ready, s")
        for one, organisation in shapes:
            of_shape(bench, one, organisation)
            snapshots.held.wait()
    told = {name: bench.worst(name) for name in ("p99_ms", "walk_p99_ms", "refresh_s", "bulk_10k_s")}
    told["ratio_networkx"] = min(value for key, value in bench.figures.items() if key.endswith(".ratio_networkx"))
    print(json.dumps({**told, "all": bench.figures}))


if __name__ == "__main__":
    main()

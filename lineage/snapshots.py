"""The graphs that this process holds in memory, one an organisation, kept in step with the database.

A snapshot stands at a lineage version. A reader asks for the version of now, takes in what was stated and ended since, and so
sees every write that was committed before, its own too. What a reader sees of a transaction of its own that is not committed
yet goes into its answer and never into what others are shown: the transaction may be undone.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import connection

from governance.access import wall
from governance.trail.ids import uuid7_at
from lineage import graph_fast, loading
from lineage.arrows import Edges
from lineage.graph import Graph
from lineage.loading import Rows
from lineage.models import Edge
from lineage.search import Search, search

SMALL = 20_000  # edges that are loaded while somebody waits: some tens of milliseconds
SETTLE = 100  # the second layer may have a hundredth of the edges
LATE = timedelta(hours=1)  # as long a component may take from its id to its commit, clocks and transactions considered
_NOW = (
    "SELECT (SELECT version FROM lineage_clock WHERE organisation_id = %s), pg_current_xact_id_if_assigned() IS NOT NULL, "
    "clock_timestamp()"
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A graph at a lineage version.

    more: what is in the second layer. parts: the components, part and whole, that were seen since `parts_from`.
    """

    version: int
    graph: Graph
    more: Edges
    parts: frozenset[tuple[bytes, bytes]]
    parts_from: datetime


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where the database stands. writing: the transaction of whoever asks has written something."""

    version: int
    writing: bool
    at: datetime


class Snapshots:
    """All of a process, the least used given up where they take too much memory."""

    def __init__(self) -> None:
        self._held: OrderedDict[UUID, Snapshot] = OrderedDict()
        self._building: dict[UUID, threading.Thread] = {}
        self._too_big: set[UUID] = set()
        self._lock = threading.Lock()

    def current(self, organisation: UUID) -> tuple[Snapshot | None, int]:
        """The graph as the database has it now, and its lineage version; None for a big graph that is not loaded yet."""
        held = self._get(organisation)
        standing = _standing(organisation)
        if held is not None and held.version > standing.version:  # the database was put back to an earlier state
            self._drop(organisation, held)
            held = None
        if held is None:
            if not _small(organisation):
                self._build_apart(organisation)
                return None, standing.version
            held = _load(organisation, standing)
        else:
            held = _caught_up(organisation, held, standing)
        if not standing.writing:
            self._keep(organisation, held)
        return held, standing.version

    def build(self, organisation: UUID) -> Snapshot:
        """Load the whole graph anew and hold it."""
        standing = _standing(organisation)
        loaded = _load(organisation, standing)
        self._keep(organisation, loaded)
        return loaded

    def forget(self) -> None:
        """Hold nothing."""
        with self._lock:
            self._held.clear()
            self._too_big.clear()

    def wait(self) -> None:
        """Until nothing is being built."""
        for thread in list(self._building.values()):
            thread.join()

    def _get(self, organisation: UUID) -> Snapshot | None:
        with self._lock:
            if organisation in self._held:
                self._held.move_to_end(organisation)
            return self._held.get(organisation)

    def _drop(self, organisation: UUID, snapshot: Snapshot) -> None:
        with self._lock:
            if self._held.get(organisation) is snapshot:
                del self._held[organisation]

    def _keep(self, organisation: UUID, snapshot: Snapshot) -> None:
        most: int = settings.PROBANZA_LINEAGE_MEMORY
        with self._lock:
            before = self._held.get(organisation)
            if before is None or before.version <= snapshot.version:
                self._held[organisation] = snapshot
                self._held.move_to_end(organisation)
            while self._held and sum(one.graph.nbytes for one in self._held.values()) > most:
                gone, _ = self._held.popitem(last=False)
                if gone == organisation:
                    self._too_big.add(organisation)
        if _unsettled(snapshot):
            self._apart(organisation, lambda: self._settle(organisation, snapshot))

    def _settle(self, organisation: UUID, snapshot: Snapshot) -> None:
        settled = replace(snapshot, graph=snapshot.graph.settled(), more=Edges.none())
        with self._lock:
            if organisation in self._held:  # what came meanwhile is taken in by the next reader
                self._held[organisation] = settled

    def _build_apart(self, organisation: UUID) -> None:
        if organisation not in self._too_big:
            self._apart(organisation, lambda: self._build_inside(organisation))

    def _build_inside(self, organisation: UUID) -> None:
        try:
            with wall.inside(organisation):
                self.build(organisation)
        finally:
            connection.close()
        ready()

    def _apart(self, organisation: UUID, work: Callable[[], None]) -> None:
        def run() -> None:
            try:
                work()
            finally:
                del self._building[organisation]

        with self._lock:
            if organisation not in self._building:
                thread = threading.Thread(target=run, name="lineage", daemon=True)
                self._building[organisation] = thread
                thread.start()


_fast: list[Search] = []
held = Snapshots()


def ready() -> None:
    """Compile the fast search where that can be, once a process."""
    compiled = graph_fast.compiled()
    if compiled is not None and not _fast:
        _fast.append(compiled)


def best_search() -> Search:
    """The compiled search when it is ready, else the one in numpy."""
    return _fast[0] if _fast else search


def _standing(organisation: UUID) -> _Standing:
    with connection.cursor() as cursor:
        cursor.execute(_NOW, [organisation])
        version, writing, at = cursor.fetchone()
    return _Standing(version or 0, writing, at)


def _small(organisation: UUID) -> bool:
    edges: int = Edge.objects.of(organisation).order_by()[: SMALL + 1].count()
    return edges <= SMALL


def _load(organisation: UUID, standing: _Standing) -> Snapshot:
    since = standing.at - LATE
    parts = loading.part_rows(organisation)
    recent = loading.part_rows(organisation, _first_id(since))
    graph = Graph.of(*loading.joined((loading.all_rows(organisation, standing.version), parts)))
    return Snapshot(standing.version, graph, Edges.none(), frozenset(_pairs(recent)), since)


def _caught_up(organisation: UUID, held: Snapshot, standing: _Standing) -> Snapshot:
    parts = loading.part_rows(organisation, _first_id(held.parts_from))
    pairs = _pairs(parts)
    new = np.array([pair not in held.parts for pair in pairs], dtype=np.bool_)
    since = max(held.parts_from, standing.at - LATE)
    if standing.version == held.version and not new.any():
        return held if since - held.parts_from < LATE else replace(held, parts=frozenset(pairs), parts_from=since)
    given = (loading.stated_rows(organisation, held.version, standing.version), parts.only(new))
    graph, more = _grown(held, given) if any(rows.tails.size for rows in given) else (held.graph, held.more)
    ended = loading.ended_rows(organisation, held.version, standing.version)
    if ended.tails.size:
        graph = graph.ended(ended.ids, graph.find(ended.tails), ended.until)
        more = graph.layers[1].edges if len(graph.layers) > 1 else more
    return Snapshot(standing.version, graph, more, frozenset(pairs), since)


def _grown(held: Snapshot, given: tuple[Rows, ...]) -> tuple[Graph, Edges]:
    graph = held.graph
    ids, edges = loading.joined(given)
    places = graph.find(ids)
    unknown = np.flatnonzero(places < 0)
    places[unknown] = graph.keys.size + np.arange(unknown.size)
    more = Edges.join([held.more, edges.renamed(places)])
    return graph.grown(ids[unknown], more), more


def _unsettled(snapshot: Snapshot) -> bool:
    return len(snapshot.more) * SETTLE > max(len(snapshot.graph.layers[0].edges), SMALL)


def _pairs(parts: Rows) -> list[tuple[bytes, bytes]]:
    return [(part.tobytes(), whole.tobytes()) for part, whole in zip(parts.heads, parts.tails, strict=True)]


def _first_id(moment: datetime) -> UUID:
    return uuid7_at(int(moment.timestamp() * 1000) * 1_000_000, 0)

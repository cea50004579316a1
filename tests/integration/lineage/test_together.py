"""Many write and ask at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from lineage import services, snapshots
from lineage.models import Clock, Edge
from lineage.names import Named, node_id
from lineage.stated import Stated

pytestmark = pytest.mark.usefixtures("committed")

WRITERS, TURNS = 4, 6
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def table(name: str) -> Named:
    return Named("external_dataset", "warehouse", name)


def test_everybody_sees_what_they_wrote_and_nothing_is_lost(actor: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "SETTLE", 10_000)  # the second layer is settled again and again meanwhile
    root = node_id(actor.organisation, table("root"))

    def write(writer: int) -> list[bool]:
        try:
            return [_stated_and_seen(actor, f"{writer}.{turn}", now) for turn in range(TURNS)]
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        seen = [one for of_writer in pool.map(write, range(WRITERS)) for one in of_writer]
    assert all(seen)
    snapshots.held.wait()
    answer = services.graph(organisation=actor.organisation, version_id=root, as_of=now)
    assert (answer.reach, answer.version) == (WRITERS * TURNS, WRITERS * TURNS)
    assert Clock.objects.of(actor.organisation).get().version == WRITERS * TURNS
    assert sorted(Edge.objects.values_list("stated_in", flat=True)) == list(range(1, WRITERS * TURNS + 1))


def test_one_edge_stated_by_many_at_once_is_there_once(actor: Any, now: datetime) -> None:
    def state(_: int) -> bool:
        try:
            given = {"source_id": table("a"), "target_id": table("b"), "kind": "derived_from", "valid_from": now}
            return services.state_edge(actor=actor, now=now, **given)[1]  # type: ignore[arg-type]
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        assert sum(pool.map(state, range(WRITERS))) == 1
    assert Edge.objects.count() == 1


def _stated_and_seen(actor: Any, name: str, now: datetime) -> bool:
    services.state_edges(actor=actor, edges=[Stated(table("root"), table(name), "derived_from", LONG_AGO)], now=now)
    start = node_id(actor.organisation, table("root"))
    answer = services.graph(organisation=actor.organisation, version_id=start, as_of=now, direction="upstream")
    return name in {node.asset for node in answer.nodes}

"""Edges and graphs over a real database."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from governance.access.policies import Forbidden
from governance.access.tenancy import NotFound
from governance.book import Table, from_plain
from governance.registry.models import AssetVersion
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry
from lineage import services
from lineage.models import Edge

pytestmark = pytest.mark.django_db

Version = Callable[..., AssetVersion]
DAY = timedelta(days=1)


def stated(actor: Any, source: AssetVersion, target: AssetVersion, now: datetime, **more: Any) -> Edge:
    given = {"kind": "trained_on", "valid_from": now, **more}
    return services.state_edge(actor=actor, source_id=source.pk, target_id=target.pk, now=now, **given)[0]


def shown(answer: Any) -> dict[str, int]:
    return {node.asset: node.depth for node in answer.nodes}


def test_a_model_stands_on_its_data(actor: Any, now: datetime, version: Version) -> None:
    model, data = version("model", "scorer"), version("dataset", "loans")
    stated(actor, model, data, now)
    up = services.graph(organisation=actor.organisation, version_id=model.pk, direction="upstream", as_of=now)
    down = services.graph(organisation=actor.organisation, version_id=data.pk, direction="downstream", as_of=now)
    assert shown(up) == {"scorer": 0, "loans": 1}
    assert shown(down) == {"loans": 0, "scorer": 1}


def test_components_are_drawn_as_parts_without_being_stored(actor: Any, now: datetime, version: Version) -> None:
    model = version("model", "scorer")
    system = version("ai_system", "desk", components=[("scorer", model.pk)])
    answer = services.graph(organisation=actor.organisation, version_id=system.pk, as_of=now)
    assert [(edge.kind, edge.source, edge.id) for edge in answer.edges] == [("part_of", str(model.pk), None)]
    assert shown(answer) == {"desk": 0, "scorer": 1}
    assert not Edge.objects.exists()


def test_an_ended_edge_is_in_the_graph_as_of_before_and_not_after(actor: Any, now: datetime, version: Version) -> None:
    model, data = version("model", "scorer"), version("dataset", "loans")
    edge = stated(actor, model, data, now, valid_from=now - 2 * DAY)
    services.end_edge(actor=actor, edge_id=edge.pk, valid_to=now - DAY, now=now)

    def at(moment: datetime) -> int:
        return len(services.graph(organisation=actor.organisation, version_id=model.pk, as_of=moment).edges)

    assert [at(now - 3 * DAY), at(now - 2 * DAY), at(now - DAY), at(now)] == [0, 1, 0, 0]


def test_stating_twice_gives_the_same_edge(actor: Any, now: datetime, version: Version) -> None:
    model, data = version("model", "scorer"), version("dataset", "loans")
    assert stated(actor, model, data, now).pk == stated(actor, model, data, now + DAY).pk
    assert Edge.objects.count() == 1


def test_an_edge_may_come_back_only_after_it_ended(actor: Any, now: datetime, version: Version) -> None:
    model, data = version("model", "scorer"), version("dataset", "loans")
    first = stated(actor, model, data, now, valid_from=now - DAY)
    services.end_edge(actor=actor, edge_id=first.pk, valid_to=now, now=now)
    with pytest.raises(ShapeError, match="lies before the end"):
        stated(actor, model, data, now, valid_from=now - DAY / 2)
    assert stated(actor, model, data, now, valid_from=now).pk != first.pk


def test_an_edge_ends_once(actor: Any, now: datetime, version: Version) -> None:
    edge = stated(actor, version("model", "scorer"), version("dataset", "loans"), now)
    services.end_edge(actor=actor, edge_id=edge.pk, valid_to=now + DAY, now=now)
    assert services.end_edge(actor=actor, edge_id=edge.pk, valid_to=now + DAY, now=now).valid_to == now + DAY
    with pytest.raises(ShapeError, match="already ended"):
        services.end_edge(actor=actor, edge_id=edge.pk, valid_to=now + 2 * DAY, now=now)
    with pytest.raises(ShapeError, match="after the edge's start"):
        services.end_edge(actor=actor, edge_id=edge.pk, valid_to=now, now=now)


def test_what_makes_no_sense_is_refused_by_name(actor: Any, now: datetime, version: Version) -> None:
    model = version("model", "scorer")
    with pytest.raises(ShapeError, match="two different"):
        stated(actor, model, model, now, kind="fine_tuned_from")
    with pytest.raises(ShapeError, match="not a known kind"):
        stated(actor, model, model, now, kind="made_of")
    with pytest.raises(NotFound):
        services.state_edge(actor=actor, source_id=model.pk, target_id=uuid4(), kind="trained_on", valid_from=now, now=now)
    with pytest.raises(NotFound):
        services.end_edge(actor=actor, edge_id=uuid4(), valid_to=now, now=now)


@pytest.mark.parametrize(
    "asked", [{"depth": 1_000_001}, {"depth": -1}, {"max_nodes": 0}, {"max_nodes": 10_001}, {"direction": "up"}]
)
def test_caps_out_of_range_are_refused(actor: Any, now: datetime, version: Version, asked: dict[str, Any]) -> None:
    with pytest.raises(ShapeError) as refused:
        services.graph(organisation=actor.organisation, version_id=version("model", "m").pk, as_of=now, **asked)
    assert refused.value.field == next(iter(asked))


def test_another_organisation_s_version_is_not_found(actor: Any, now: datetime, version: Version) -> None:
    with pytest.raises(NotFound):
        services.graph(organisation=uuid4(), version_id=version("model", "scorer").pk, as_of=now)


def test_a_viewer_may_not_state(actor: Any, viewer: Any, now: datetime, version: Version) -> None:
    model, data = version("model", "scorer"), version("dataset", "loans")
    with pytest.raises(Forbidden):
        stated(viewer, model, data, now)
    assert not Edge.objects.exists()


def test_each_change_leaves_a_trail(actor: Any, now: datetime, version: Version) -> None:
    edge = stated(actor, version("model", "scorer"), version("dataset", "loans"), now)
    services.end_edge(actor=actor, edge_id=edge.pk, valid_to=now + DAY, now=now)
    actions = TrailEntry.objects.filter(subject_id=str(edge.pk)).order_by("id").values_list("action", flat=True)
    assert list(actions) == ["lineage.state", "lineage.end"]


def test_the_database_lets_an_edge_end_and_nothing_else(actor: Any, now: datetime, version: Version) -> None:
    edge = stated(actor, version("model", "scorer"), version("dataset", "loans"), now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Edge.objects.filter(pk=edge.pk).update(kind="evaluated_on")
    with pytest.raises(DatabaseError), transaction.atomic():
        Edge.objects.filter(pk=edge.pk).delete()


def test_a_sealed_graph_pins_every_version_it_shows(actor: Any, now: datetime, version: Version) -> None:
    model, data = version("model", "scorer"), version("dataset", "loans")
    system = version("ai_system", "desk", components=[("scorer", model.pk)])
    stated(actor, model, data, now)
    entry = services.seal_graph(actor=actor, version_id=system.pk, now=now)
    statement = entry.statement()
    assert entry.kind == "lineage"
    assert {pin["id"] for pin in statement["pins"]} == {str(one.pk) for one in (system, model, data)}
    tables = [block for block in from_plain(statement["blocks"]) if isinstance(block, Table)]
    assert [len(table.rows) for table in tables] == [3, 2]

"""Queries that are compiled once answer what Django answers."""

from datetime import UTC, datetime
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from governance.access.compiled import compiled, with_related
from governance.registry.models import Asset, AssetVersion
from governance.registry.services import add_version, register_asset

SPEC = {"purpose": "Scores applications", "intended_use": "Credit"}


@compiled(UUID, str)
def by_slug(organisation: UUID, slug: str) -> QuerySet[Asset, Asset]:
    return Asset.objects.of(organisation).filter(slug=slug).order_by("-id")[:5]


@compiled(list)
def newest(assets: list[UUID]) -> QuerySet[AssetVersion, AssetVersion]:
    rows = AssetVersion.objects.filter(asset_id__any_of=assets).select_related("asset")
    return rows.order_by("asset_id", "-number").distinct("asset_id")


@compiled(UUID, datetime)
def lines(organisation: UUID, since: datetime) -> QuerySet[Asset, dict[str, Any]]:
    return Asset.objects.of(organisation).filter(created_at__gte=since).values("slug", "versions__spec").order_by("id")


@pytest.fixture
def assets(actor: Any, now: datetime) -> list[Asset]:
    made = [register_asset(actor=actor, kind="ai_system", name=name, owner="Ana", now=now) for name in ("One", "Two")]
    for asset in made:
        for purpose in ("first", "second"):
            add_version(actor=actor, asset_id=asset.id, spec=SPEC | {"purpose": purpose}, now=now)
    return made


def test_each_call_is_asked_with_its_own_values(db: None, actor: Any, assets: list[Asset]) -> None:
    assert [one.pk for one in by_slug(actor.organisation, "one")] == [assets[0].pk]
    assert [one.pk for one in by_slug(actor.organisation, "two")] == [assets[1].pk]
    assert by_slug(uuid4(), "two") == []


def test_rows_have_their_relations_and_types(db: None, assets: list[Asset]) -> None:
    found = newest([asset.pk for asset in assets])
    assert [(one.asset.name, one.number, one.spec["purpose"]) for one in found] == [("One", 2, "second"), ("Two", 2, "second")]
    assert found[0].created_at.tzinfo is not None


def test_a_list_of_any_length_is_the_same_query(db: None, assets: list[Asset]) -> None:
    assert newest([]) == []
    assert len(newest([assets[0].pk])) == 1


def test_a_query_of_values_answers_dictionaries(db: None, actor: Any, assets: list[Asset]) -> None:
    told = lines(actor.organisation, datetime(2020, 1, 1, tzinfo=UTC))
    assert [(one["slug"], one["versions__spec"]["purpose"]) for one in told][:2] in (
        [("one", "first"), ("one", "second")],
        [("one", "second"), ("one", "first")],
    )
    assert lines(actor.organisation, datetime(2999, 1, 1, tzinfo=UTC)) == []


def test_it_is_one_statement_and_the_one_that_django_makes(db: None, actor: Any, assets: list[Asset]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as own:
        by_slug(actor.organisation, "one")
    with CaptureQueriesContext(connection) as djangos:
        list(Asset.objects.of(actor.organisation).filter(slug="one").order_by("-id")[:5])
    assert [one["sql"] for one in own] == [one["sql"] for one in djangos]


def test_a_value_that_the_query_changes_is_refused(db: None, actor: Any) -> None:
    @compiled(UUID, str)
    def starting(organisation: UUID, slug: str) -> QuerySet[Asset, Asset]:
        return Asset.objects.of(organisation).filter(slug__startswith=slug)

    with pytest.raises(TypeError, match="value 2"):
        starting(actor.organisation, "one")


def test_a_relation_that_was_noted_is_not_asked_for_again(db: None, assets: list[Asset]) -> None:
    asset = Asset.objects.get(pk=assets[0].pk)
    with_related(asset, "versions", [])
    with CaptureQueriesContext(connection) as asked:
        assert list(asset.versions.all()) == []
    assert len(asked) == 0


def test_another_thread_asks_on_its_own_connection(committed: None, actor: Any, assets: list[Asset]) -> None:
    found: list[Any] = []

    def ask() -> None:
        found.append([one.pk for one in by_slug(actor.organisation, "one")])
        connection.close()

    threads = [Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[assets[0].pk]] * 3

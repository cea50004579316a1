"""Rows that are written in one statement."""

from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from governance.registry.models import Asset
from governance.trail.models import TrailEntry
from governance.trail.services import entry
from governance.trail.together import insert_together

WORD = ("probanza_test", "hello")


def rows(actor: Any, now: datetime, slug: str = "one") -> tuple[Asset, TrailEntry]:
    asset = Asset(organisation_id=actor.organisation, kind="ai_system", name="One", slug=slug, owner="Ana", created_at=now)
    told = entry(actor=actor, action="registry.register_asset", subject="asset", subject_id=asset.id, detail={"a": [1]}, now=now)
    return asset, told


def test_all_rows_are_there_after_one_statement(db: None, actor: Any, now: datetime) -> None:
    asset, told = rows(actor, now)
    with CaptureQueriesContext(connection) as asked:
        insert_together(asset, told, notify=WORD)
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) == 1
    assert Asset.objects.get(pk=asset.pk).name == "One"
    assert TrailEntry.objects.get(pk=told.pk).detail == {"a": [1]}
    assert not asset._state.adding


def test_none_is_there_when_one_does_not_fit(db: None, actor: Any, now: datetime) -> None:
    insert_together(*rows(actor, now), notify=WORD)
    asset, told = rows(actor, now)
    with pytest.raises(IntegrityError):
        insert_together(told, asset, notify=WORD)
    assert not TrailEntry.objects.filter(pk=told.pk).exists()  # and the transaction around it goes on


def test_outside_a_transaction_it_is_committed_and_told(committed: None, actor: Any, now: datetime) -> None:
    asset, told = rows(actor, now)
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": True, "cursor_factory": None}) as listener:
        listener.execute("LISTEN probanza_test")
        insert_together(asset, told, notify=WORD)
        heard = [word.payload for word in listener.notifies(timeout=5, stop_after=1)]
    assert heard == ["hello"]
    assert not connection.in_atomic_block


def test_inside_a_transaction_that_is_rolled_back_nothing_stays(committed: None, actor: Any, now: datetime) -> None:
    asset, told = rows(actor, now)
    with transaction.atomic():
        insert_together(asset, told, notify=WORD)
        transaction.set_rollback(True)
    assert not Asset.objects.filter(pk=asset.pk).exists()

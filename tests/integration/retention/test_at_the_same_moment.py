"""A hold that is being placed lets no erasure slip in before it."""

import threading
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction

from governance.evidence.models import Payload
from governance.evidence.services import erase_payload, seal
from governance.registry.services import add_version, register_asset
from governance.retention.models import Hold
from governance.retention.services import Held, place_hold

pytestmark = pytest.mark.usefixtures("committed")


def test_an_erasure_waits_for_a_hold_that_is_being_placed_and_is_refused(committed: None, actor: Any, now: datetime) -> None:
    asset = register_asset(actor=actor, kind="ai_system", name="Fee helpdesk", owner="Ana", now=now)
    version = add_version(actor=actor, asset_id=asset.pk, spec={"purpose": "Answers"}, now=now)
    entry = seal(actor=actor, kind="note", subject=str(version.pk), statement={}, payload=b"words", now=now)
    placed, outcome = threading.Event(), []

    def erase() -> None:
        try:
            assert placed.wait(30)
            erase_payload(actor=actor, entry=entry, reason="asked", now=now)
            outcome.append("erased")
        except Held:
            outcome.append("held")
        finally:
            connection.close()

    thread = threading.Thread(target=erase)
    thread.start()
    with transaction.atomic():
        place_hold(actor=actor, system_id=asset.pk, reason="A claim", now=now)
        placed.set()
        thread.join(1)  # it waits for the lock meanwhile
        assert outcome == []
    thread.join(30)
    assert outcome == ["held"]
    assert Payload.objects.get().erased_at is None


def test_of_many_who_place_a_hold_for_one_cause_one_does(committed: None, actor: Any, now: datetime) -> None:
    asset = register_asset(actor=actor, kind="ai_system", name="Fee helpdesk", owner="Ana", now=now)
    placed: list[object] = []

    def place() -> None:
        try:
            placed.append(place_hold(actor=actor, system_id=asset.pk, reason="A claim", cause="incident:1", now=now).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=place) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(placed) == 4
    assert set(placed) == {Hold.objects.get().pk}

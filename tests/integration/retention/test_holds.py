"""While a hold stands nothing about a system is erased."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from rest_framework.test import APIClient

from governance.access.actors import system_actor
from governance.access.policies import Forbidden
from governance.access.services import create_organisation
from governance.access.tenancy import Conflict, NotFound
from governance.evidence.models import Entry
from governance.evidence.services import erase_payload, seal
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, register_asset
from governance.retention.models import Hold
from governance.retention.services import Elsewhere, Held, check_erasable, place_hold, release_hold
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=1)


class House:
    """A system of an agent of a model, and another system."""

    def __init__(self, actor: Any, now: datetime) -> None:
        self.actor, self.now = actor, now
        self.model = self.version("model", {"provider": "us", "family": "x"})
        self.agent = self.version("agent", {"purpose": "books"}, [("model", self.model.pk)])
        self.system = self.version("ai_system", {"purpose": "Answers"}, [("agent", self.agent.pk)])
        self.other = self.version("ai_system", {"purpose": "Ranks"})

    def version(self, kind: str, spec: dict[str, Any], components: Any = ()) -> AssetVersion:
        name = f"{kind} {spec.get('purpose', '')}"
        asset = register_asset(actor=self.actor, kind=kind, name=name, owner="Ana", now=self.now)
        return add_version(actor=self.actor, asset_id=asset.pk, spec=spec, components=components, now=self.now)

    def seal(self, subject: object = "", pin: AssetVersion | None = None) -> Entry:
        pins = [{"role": "system", "id": str(pin.pk), "digest": pin.digest}] if pin else []
        statement = {"pins": pins}
        return seal(actor=self.actor, kind="note", subject=str(subject), statement=statement, payload=b"words", now=self.now)

    def hold(self, **more: Any) -> Hold:
        return place_hold(actor=self.actor, system_id=self.system.asset_id, reason="A claim", now=self.now, **more)

    def erase(self, entry: Entry) -> None:
        erase_payload(actor=self.actor, entry=entry, reason="asked", now=self.now)


@pytest.fixture
def house(actor: Any, now: datetime) -> House:
    return House(actor, now)


@pytest.mark.parametrize("about", ["system", "model", "agent", "asset", "pin"])
def test_nothing_that_speaks_of_a_held_system_is_erased(house: House, about: str) -> None:
    if about == "pin":
        entry = house.seal(pin=house.system)
    else:
        entry = house.seal(house.system.asset_id if about == "asset" else getattr(house, about).pk)
    hold = house.hold()
    with pytest.raises(Held, match=str(hold.pk)):
        house.erase(entry)
    assert entry.payload.erased_at is None
    assert not TrailEntry.objects.filter(action="evidence.erase_payload").exists()
    release_hold(actor=house.actor, hold_id=hold.pk, reason="Settled", now=house.now)
    house.erase(entry)


def test_what_speaks_of_another_system_or_of_none_is_erased_meanwhile(house: House) -> None:
    house.hold()
    house.erase(house.seal(house.other.pk))
    house.erase(house.seal())


def test_a_hold_of_another_organisation_holds_nothing_here(house: House, now: datetime) -> None:
    theirs = House(system_actor(create_organisation(name="Other", slug="other", now=now).id), now)
    theirs.hold()
    house.erase(house.seal(house.system.pk))
    with pytest.raises(NotFound):
        place_hold(actor=house.actor, system_id=theirs.system.asset_id, reason="x", now=now)


def test_a_second_hold_stands_when_the_first_is_released(house: House) -> None:
    first, second = house.hold(), house.hold()
    release_hold(actor=house.actor, hold_id=first.pk, reason="Settled", now=house.now)
    with pytest.raises(Held, match=str(second.pk)):
        check_erasable(house.actor.organisation, [house.system.pk])


def test_for_one_cause_one_hold_stands_and_is_released_by_it_alone(house: House) -> None:
    hold = house.hold(cause="incident:1")
    assert house.hold(cause="incident:1") == hold
    with pytest.raises(Elsewhere, match="incident:1"):
        release_hold(actor=house.actor, hold_id=hold.pk, reason="x", now=house.now)
    release_hold(actor=house.actor, hold_id=hold.pk, reason="x", cause="incident:1", now=house.now)
    assert house.hold(cause="incident:1") != hold


def test_a_hold_is_released_once_and_never_changed_otherwise(house: House) -> None:
    hold = house.hold()
    release_hold(actor=house.actor, hold_id=hold.pk, reason="Settled", now=house.now)
    with pytest.raises(Conflict, match="released already"):
        release_hold(actor=house.actor, hold_id=hold.pk, reason="again", now=house.now)
    with pytest.raises(DatabaseError, match=r"append-only|permission denied"), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(reason="another")
    with pytest.raises(DatabaseError, match=r"append-only|permission denied"), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).delete()


@pytest.mark.parametrize("reason", ["", "   ", "a\x00", "x" * 4_001])
def test_without_a_reason_nothing_is_held_or_released(house: House, reason: str) -> None:
    hold = house.hold()
    with pytest.raises(ShapeError, match="reason"):
        place_hold(actor=house.actor, system_id=house.system.asset_id, reason=reason, now=house.now)
    with pytest.raises(ShapeError, match="reason"):
        release_hold(actor=house.actor, hold_id=hold.pk, reason=reason, now=house.now)
    assert Hold.objects.get().released_at is None


def test_who_may_not_decide_places_but_does_not_release(house: House) -> None:
    from dataclasses import replace

    from governance.access.roles import scopes_of

    engineer = replace(house.actor, role="engineer", scopes=scopes_of("engineer"))
    hold = place_hold(actor=engineer, system_id=house.system.asset_id, reason="A claim", now=house.now)
    with pytest.raises(Forbidden):
        release_hold(actor=engineer, hold_id=hold.pk, reason="Settled", now=house.now)
    viewer = replace(house.actor, role="viewer", scopes=scopes_of("viewer"))
    with pytest.raises(Forbidden):
        place_hold(actor=viewer, system_id=house.system.asset_id, reason="A claim", now=house.now)


def test_an_erasure_after_six_months_is_not_told_as_early(house: House) -> None:
    entry = house.seal(house.system.pk)
    erase_payload(actor=house.actor, entry=entry, reason="asked", now=house.now + timedelta(days=190))
    assert TrailEntry.objects.get(action="evidence.erase_payload").detail == {"reason": "asked"}


def test_by_rest_a_hold_is_placed_stands_refuses_and_is_released(house: House, api: APIClient) -> None:
    entry = house.seal(house.system.pk)
    made = api.post("/api/v1/holds", {"system": str(house.system.asset_id), "reason": "A claim <script>"})
    assert (made.status_code, made.data["released_at"]) == (201, None)
    refused = api.post(f"/api/v1/evidence/{entry.pk}/erasure", {"reason": "asked"})
    assert (refused.status_code, made.data["id"] in refused.content.decode()) == (409, True)
    assert [one["id"] for one in api.get("/api/v1/holds?standing=true").data["results"]] == [made.data["id"]]
    where = made.headers["Location"]
    assert api.post(f"{where}/release", {"reason": "Settled"}).data["released_because"] == "Settled"
    assert api.post(f"{where}/release", {"reason": "Settled"}).status_code == 409
    assert api.get("/api/v1/holds?standing=true").data["results"] == []
    assert api.get(where).data["placed_by"] == "tests"
    assert api.post(f"/api/v1/evidence/{entry.pk}/erasure", {"reason": "asked"}).status_code == 200


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "x"}, "system"),
        ({"system": "x", "reason": "x"}, "system"),
        ({"system": 5, "reason": "x"}, "system"),
        ({"reason": ""}, "reason"),
        ({"reason": "a\x00"}, "reason"),
        ({"reason": "x", "cause": "incident:1"}, "cause"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_by_field(house: House, api: APIClient, given: Any, field: str) -> None:
    body = given if field == "system" else {"system": str(house.system.asset_id), **given}
    refused = api.post("/api/v1/holds", body)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
    assert not Hold.objects.exists()


@pytest.mark.parametrize("query", ["system=x", "standing=maybe"])
def test_a_filter_that_does_not_fit_is_refused(api: APIClient, query: str) -> None:
    assert api.get(f"/api/v1/holds?{query}").status_code == 400

"""A sealer with a registered version, and the superuser who can change what nobody may change."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from governance.access.actors import Actor
from governance.evidence.models import Entry
from governance.evidence.services import seal
from governance.registry.models import Asset, AssetVersion
from governance.registry.services import add_version, register_asset


@dataclass
class Desk:
    """One organisation's sealer."""

    actor: Actor
    asset: Asset
    version: AssetVersion
    now: datetime.datetime

    def pin(self, version: AssetVersion | None = None) -> dict[str, str]:
        version = version or self.version
        return {"role": "prompt", "id": str(version.id), "digest": version.digest}

    def seal(self, words: str = "words", **given: Any) -> Entry:
        statement = {"facts": {"words": words}, "pins": [self.pin()]}
        given = {"kind": "bias", "subject": str(self.version.id), "statement": statement, "now": self.now, **given}
        return seal(actor=self.actor, **given)

    def next_version(self) -> AssetVersion:
        spec = {"template": "Answer briefly: {question}", "variables": ["question"]}
        return add_version(actor=self.actor, asset_id=self.asset.id, spec=spec, now=self.now)


@pytest.fixture
def desk_of() -> Callable[[Actor, datetime.datetime], Desk]:
    def make(actor: Actor, now: datetime.datetime) -> Desk:
        asset = register_asset(actor=actor, kind="prompt", name="Greeting", owner="Ana", now=now)
        spec = {"template": "Answer: {question}", "variables": ["question"]}
        return Desk(actor, asset, add_version(actor=actor, asset_id=asset.id, spec=spec, now=now), now)

    return make


@pytest.fixture
def desk(actor: Actor, now: datetime.datetime, desk_of: Callable[[Actor, datetime.datetime], Desk]) -> Desk:
    return desk_of(actor, now)

"""A system with evidence, and people who speak about it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from governance.access.actors import Actor
from governance.access.roles import scopes_of
from governance.compliance.frameworks import load
from governance.compliance.statements.models import Statement
from governance.compliance.statements.services import Asked, state_duty
from governance.evidence.models import Entry
from governance.evidence.services import seal
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, pins_of, register_asset

MEASURED, HUMAN = "Art.10(2)(f)", "Art.9(5)"  # a test can speak to the first, only people to the second
PDF = b"%PDF-1.7 the whole of it"


@pytest.fixture
def version(actor: Any, now: datetime) -> AssetVersion:
    asset = register_asset(actor=actor, kind="ai_system", name="Assistant", owner="Eva", now=now)
    return add_version(actor=actor, asset_id=asset.id, spec={"purpose": "Answers questions"}, now=now)


@pytest.fixture
def eva(actor: Actor) -> Actor:
    """Another person, who may decide."""
    return replace(actor, id="person-2", name="Eva Oficial", role="officer", scopes=scopes_of("officer"))


def judged(state: str, now: datetime) -> dict[str, Any]:
    criterion = {"id": "c", "author": "Ana", "frozen_at": now.isoformat()}
    return {"verdicts": [{"criterion": "c", "state": state}], "criteria": [criterion]}


def seal_bias(actor: Actor, version: AssetVersion, now: datetime, state: str = "met") -> Entry:
    pins = [{"role": pin["role"], "id": pin["version_id"], "digest": pin["digest"]} for pin in pins_of(version)]
    return seal(actor=actor, kind="bias", subject=str(version.id), statement={**judged(state, now), "pins": pins}, now=now)


def stated(actor: Actor, version: AssetVersion, now: datetime, state: str = "attested", **more: Any) -> Statement:
    given: dict[str, Any] = {"duty": HUMAN, "words": "We looked at all of it.", "role": "Head of risk"}
    if state == "attested":
        given["document"] = ("risk.pdf", PDF)
    if state == "not_applicable":
        given["reference"] = "Art. 2(6)"
    asked = Asked(system_version=version.pk, state=state, **{**given, **more})
    return state_duty(actor=actor, asked=asked, catalogue=load(), now=now)

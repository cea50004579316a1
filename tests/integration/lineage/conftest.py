"""Versions to draw edges between."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from governance.access.roles import scopes_of
from governance.registry import services as registry
from governance.registry.models import AssetVersion

SPECS: dict[str, dict[str, Any]] = {
    "ai_system": {"purpose": "Answers questions about loans"},
    "model": {"provider": "Banco Ejemplo", "family": "trees"},
    "prompt": {"template": "Answer {question}"},
    "dataset": {},
    "knowledge_base": {},
    "agent": {"purpose": "Looks things up"},
    "tool": {"purpose": "Adds"},
}


@pytest.fixture
def version(actor: Any, now: datetime) -> Callable[..., AssetVersion]:
    def make(kind: str, name: str, components: Sequence[tuple[str, UUID]] = ()) -> AssetVersion:
        asset = registry.register_asset(actor=actor, kind=kind, name=name, owner="Ana", now=now)
        return registry.add_version(actor=actor, asset_id=asset.pk, spec=SPECS[kind], components=components, now=now)

    return make


@pytest.fixture
def viewer(actor: Any) -> Any:
    return replace(actor, role="viewer", scopes=scopes_of("viewer"))

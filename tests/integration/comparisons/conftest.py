"""Finished fidelity runs with made-up items, recorded as a worker records them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest

from audits.intake.models import Target
from audits.runs.models import ItemRecord, Run
from audits.runs.services import ITEM
from audits.runs.storing import to_bytes
from audits.states import State
from governance.keys import services as keys
from governance.registry.services import add_version, register_asset

SYSTEM = {"purpose": "Answers questions of customers", "intended_use": "Support"}
JUDGE = "sha256:" + "1" * 64


@pytest.fixture
def system(actor: Any, now: datetime) -> Any:
    return register_asset(actor=actor, kind="ai_system", name="Helpdesk", owner="Ana", now=now)


@pytest.fixture
def version(actor: Any, system: Any, now: datetime) -> Callable[..., Any]:
    def add(purpose: str) -> Any:
        return add_version(actor=actor, asset_id=system.id, spec={**SYSTEM, "purpose": purpose}, now=now)

    return add


@pytest.fixture
def finished(actor: Any, version: Callable[..., Any], now: datetime) -> Callable[..., Run]:
    """A finished run: question id -> whether its answer was flagged."""

    def make(flags: Mapping[str, bool], *, name: str = "old prompt", judge: str = JUDGE, **more: Any) -> Run:
        words = more.pop("words", {})
        common = {"organisation_id": actor.organisation, "created_at": now}
        target = Target.objects.create(name=name, type="recorded_answers", spec={}, created_by="Ana", **common)
        run = Run.objects.create(
            **common,
            kind=more.pop("kind", "fidelity"),
            system_version=more.pop("on", None) or version(name),
            target=target,
            queue="audit",
            state=more.pop("state", State.SUCCEEDED),
            requested_by="Ana",
            done=len(flags),
        )
        for question, flagged in flags.items():
            values = {
                "question": question,
                "answered": True,
                "judge": judge,
                "verdict": "unsupported" if flagged else "supported",
                "unsupported": "0.9" if flagged else "0.1",
                "abstained": False,
                "claims": [{"verdict": "unsupported" if flagged else "supported"}],
            }
            private = {"question": words.get(question, f"What about {question}?"), "answer": f"{name} says {flagged}"}
            sealed = keys.encrypt(
                organisation=actor.organisation, purpose=ITEM, row=f"{run.pk}:{question}", plain=to_bytes(private)
            )
            ItemRecord.objects.create(
                organisation_id=actor.organisation, run=run, item=question, outcome="scored", values=values, private=sealed,
                fence=1, recorded_at=now,
            )  # fmt: skip
        return run

    return make


def flags(count: int, of: int) -> dict[str, bool]:
    return {f"q{place}": place < count for place in range(of)}

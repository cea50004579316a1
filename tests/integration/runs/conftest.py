"""A registered system, a table and a kind from outside: what a run needs."""

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from audits import catalogue
from audits.intake.models import Target
from audits.intake.services import keep_file, register_target
from audits.intake.uploads import Intake
from audits.runs.models import Run
from audits.runs.services import Asked, request_run
from governance.compliance.services import freeze_criterion, measures_by_kind
from governance.registry.services import add_version, register_asset

OUTSIDE = Path(__file__).parent / "outside"
SYSTEM = {"purpose": "Answers questions of customers", "intended_use": "Support"}


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package of somebody else, installed."""
    monkeypatch.syspath_prepend(str(OUTSIDE))
    forget_kinds()
    yield
    forget_kinds()
    for name in [name for name in sys.modules if name.startswith("probanza_echo")]:
        del sys.modules[name]


def forget_kinds() -> None:
    catalogue.kinds.cache_clear()
    measures_by_kind.cache_clear()


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    """Where uploads lie."""
    settings.PROBANZA_FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def version(actor: Any, now: datetime) -> Any:
    asset = register_asset(actor=actor, kind="ai_system", name="Helpdesk", owner="Ana", now=now)
    return add_version(actor=actor, asset_id=asset.id, spec=SYSTEM, now=now)


@pytest.fixture
def criterion(actor: Any, version: Any, now: datetime) -> Callable[..., Any]:
    def freeze(
        limit: str = "2",
        kind: str = "echo",
        measure: str = "yes",
        later: timedelta = timedelta(0),
        group: Sequence[tuple[str, str]] = (),
    ) -> Any:
        return freeze_criterion(
            actor=actor,
            system_id=version.asset_id,
            kind=kind,
            measure=measure,
            group=group,
            limit=limit,
            direction="at_least",
            rationale="",
            now=now + later,
            known_measures=[measure],
        )

    return freeze


@pytest.fixture
def table(actor: Any, files: Path, now: datetime) -> Callable[..., Target]:
    def register(*rows: str, header: str = "said") -> Target:
        intake = Intake(organisation=actor.organisation, name="rows.csv", media_type="text/csv", limit=10_000)
        intake.take("\n".join([header, *rows, ""]).encode())
        file = keep_file(actor=actor, received=intake.finish(), now=now)
        return register_target(actor=actor, name="rows", type="table", spec={"file": str(file.id)}, secrets={}, now=now)

    return register


@pytest.fixture
def ask(actor: Any, version: Any, echo: None, now: datetime) -> Callable[..., Run]:
    def request(target: Target, *criteria: Any, **more: Any) -> Run:
        kind = more.pop("kind", "echo")
        usual = {"prediction": "said"} if kind in {"echo", "astrology"} else {}
        asked = Asked(
            system_version=str(version.id),
            kind=kind,
            target=str(target.id),
            parameters={**usual, **more.pop("parameters", {})},
            criteria=tuple(str(one.id) for one in criteria),
            **more,
        )
        return request_run(actor=actor, asked=asked, now=now)[0]

    return request

"""The commands of docs/how-to/backup-and-upgrade.md, run word for word."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from governance.config.engines import Engines
from tests.conftest import World
from tests.house.rooms import ROOT

PAGE = (ROOT / "docs/how-to/backup-and-upgrade.md").read_text()
RELEASES = sorted((ROOT / "tests/data/releases").glob("*.sql"))
WORDS = "What a customer wrote"
OPEN = """
import hashlib
from audits.intake.models import UploadedFile
from audits.intake.reading import opened
for file in UploadedFile.objects.all():
    with opened(file) as stream:
        print(hashlib.sha256(stream.read()).hexdigest() == file.sha256)
"""
pytestmark = [pytest.mark.world]


def commands(heading: str) -> str:
    """The shell block under a heading of the page."""
    found = re.search(rf"^## {heading}$.*?^```bash\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found.group(1)


def run(script: str, engines: Engines, env: Mapping[str, str]) -> str:
    tools = f"{engines.postgres.binaries}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        env={**os.environ, **env, "PATH": tools},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def of_database(engines: Engines, database: str) -> dict[str, str]:
    url = engines.postgres.url
    return {
        "DATABASE_URL": url(database, "probanza_app"),
        "DATABASE_OWNER_URL": url(database, "probanza_owner"),
        "ADMIN_URL": url(database, "postgres"),
    }


def audited(world: World) -> None:
    """One audit of words that somebody wrote, sealed and numbered."""
    line = json.dumps({"id": "1", "question": WORDS, "context": ["It costs 5."], "answer": "It costs 9."})
    with world.client as client:

        def made(path: str, **more: Any) -> str:
            return str(client.post(path, **more).raise_for_status().json()["id"])

        asset = made("/api/v1/assets", json={"kind": "ai_system", "name": "Helpdesk", "owner": "Ana"})
        spec = {"purpose": "Answers", "intended_use": "Support"}
        version = made(f"/api/v1/assets/{asset}/versions", json={"spec": spec})
        file = made("/api/v1/files", files={"file": ("answers.jsonl", line.encode(), "application/jsonl")})
        target = made("/api/v1/targets", json={"name": "recorded", "type": "recorded", "spec": {"file": file}})
        audit = made("/api/v1/audits", json={"system_version": version, "kind": "fidelity", "target": target})
        world.until(lambda: client.get(f"/api/v1/audits/{audit}").json()["state"] == "succeeded")
    world.until(lambda: world.sql("SELECT count(*) FROM governance_waiting").strip() == "0")


@dataclass(frozen=True)
class Restored:
    """The environment of what was restored, where the backup lies, and what the commands said."""

    env: dict[str, str]
    backup: Path
    said: str


@pytest.fixture(scope="module")
def restored(world: World, engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restored]:
    """The running service, backed up and restored beside itself."""
    audited(world)
    folder = tmp_path_factory.mktemp("backup")
    kept = {"BACKUP": str(folder / "backup")}
    files = {"PROBANZA_FILES_DIR": str(Path(world.env["PROBANZA_STATE_DIR"]) / "files")}
    run(commands("Back up"), engines, {**world.env, **of_database(engines, world.database), **kept, **files})
    elsewhere = f"{world.database}_restored"
    engines.postgres.ensure_database(elsewhere, recreate=True)
    env = {**world.env, **of_database(engines, elsewhere), **kept, "PROBANZA_FILES_DIR": str(folder / "files")}
    yield Restored(env, folder / "backup", run(commands("Restore"), engines, env))
    engines.postgres.sql(f'DROP DATABASE "{elsewhere}" WITH (FORCE)')


def test_a_restored_ledger_has_the_size_and_root_that_the_backup_noted(restored: Restored) -> None:
    assert restored.said == (restored.backup / "ledger.txt").read_text()
    assert "1 payloads" in restored.said


def test_restored_files_open_with_the_keys(restored: Restored, engines: Engines) -> None:
    assert run(f"python manage.py shell -v 0 -c {shlex.quote(OPEN)}", engines, restored.env).split() == ["True"]


def test_a_backup_without_the_keys_tells_nobody_what_was_written(restored: Restored) -> None:
    kept = list(restored.backup.iterdir())
    assert len(kept) == 4
    assert [one for one in kept if WORDS.encode() in one.read_bytes() or one.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("change", ["UPDATE governance_entry SET kind = 'other'", "DELETE FROM governance_trailentry"])
def test_a_restored_database_refuses_to_change_what_is_sealed(restored: Restored, engines: Engines, change: str) -> None:
    run(f'psql -X -q "$DATABASE_URL" -c "{change}" && exit 1 || true', engines, restored.env)


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_a_database_of_an_earlier_release_is_upgraded_with_all_that_is_in_it(release: Path, engines: Engines) -> None:
    database = f"upgraded_{release.stem.replace('.', '_')}"
    engines.postgres.ensure_database(database, recreate=True)
    engines.postgres.sql(f"SET ROLE probanza_owner;\n{release.read_text()}", database=database)

    def rows(question: str) -> str:
        return engines.postgres.sql(question, database=database).strip()

    states = "SELECT state, count(*) FROM audits_run GROUP BY state ORDER BY state"
    items = "SELECT count(*), count(DISTINCT item) FROM audits_itemrecord"
    before = [rows(states), rows(items)]
    assert before[0].splitlines() == ["cancelled|1", "failed|1", "queued|1", "running|1", "succeeded|1"]
    env = {**of_database(engines, database), "PROBANZA_SECRET_KEY": "for-tests-only-" + "0" * 50}
    told = run(commands("Upgrade"), engines, env)
    assert "bench: the ledger holds: 1 entries" in told
    assert [rows(states), rows(items)] == before
    engines.postgres.sql(f'DROP DATABASE "{database}" WITH (FORCE)')

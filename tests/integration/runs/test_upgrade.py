"""Runs of the released schema go on in the new one."""

import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from governance.config.engines import Engines
from governance.config.processes import python_command, run_once

pytestmark = pytest.mark.slow
# The rows that a run refers to are of no matter here; those that a step refers to are there.
BEFORE = """
SET session_replication_role = replica;
INSERT INTO governance_organisation (id, name, slug, created_at) VALUES ('{organisation}', 'Old', 'old', now());
INSERT INTO audits_run (
  id, organisation_id, kind, system_version_id, target_id, parameters, seed, criteria, queue, state, fence, attempts,
  max_attempts, cancel_requested, sends, idempotency_key, body_digest, requested_by, created_at, done, cause, message,
  verdicts, code_version, planned)
SELECT gen_random_uuid(), '{organisation}', 'bias', gen_random_uuid(), gen_random_uuid(), '{{}}', 0, '[]', 'light', state, 7, 2,
  5, false, 0, '', '', 'Ana', now(), 3, '', '', '[]', '', 9
FROM unnest(ARRAY['queued', 'running', 'succeeded', 'failed', 'cancelled']) AS state;
"""


@pytest.fixture
def old(engines: Engines) -> Iterator[Any]:
    """A database as the first release left it, and a way to run a command on it."""
    database = f"upgrade_{os.getpid()}"
    engines.postgres.ensure_database(database, recreate=True)
    owner = engines.postgres.url(database, "probanza_owner")
    env = {"DATABASE_URL": owner, "DATABASE_OWNER_URL": owner, "DJANGO_SETTINGS_MODULE": "tests.settings"}

    def migrate(*what: str) -> None:
        done = run_once(python_command("migrate", *what, "--database=owner", "--verbosity=0"), env)
        assert done.returncode == 0, done.stdout + done.stderr

    migrate("audits", "0001")
    engines.postgres.sql(BEFORE.format(organisation=uuid4()), database=database)
    yield lambda script: engines.postgres.sql(script, database=database), migrate
    engines.postgres.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def test_runs_that_wait_or_are_half_done_plan_anew_and_ended_ones_stay(old: Any) -> None:
    sql, migrate = old
    migrate()
    steps = sql("""
        SELECT run.state, step.kind, step.number, step.state, step.queue, step.fence, step.attempts, step.lease_until IS NULL
        FROM audits_step step JOIN audits_run run ON run.id = step.run_id ORDER BY run.state""")
    assert steps.split() == ["queued|plan|0|open|light|7|0|t", "running|plan|0|open|light|7|0|t"]
    assert sql("SELECT count(*) FROM audits_run WHERE planned = 9 AND done = 3").strip() == "5"

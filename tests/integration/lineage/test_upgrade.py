"""Edges of a release that knew no nodes, after the upgrade."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from governance.config.engines import Engines
from tests.house.rooms import ROOT

RELEASE = ROOT / "tests/data/releases/0.1.sql"
DATABASE = "lineage_upgraded"
OLD = """
INSERT INTO governance_asset (id, kind, name, slug, owner, stage, created_at, organisation_id)
SELECT gen_random_uuid(), new, new, new, 'Ana', 'design', now(), organisation_id
FROM governance_asset, unnest(ARRAY['model', 'dataset']) AS new;
INSERT INTO governance_assetversion (id, number, spec, digest, note, created_by, created_at, asset_id, organisation_id)
SELECT gen_random_uuid(), new, '{}', 'sha256:' || new, '', 'Ana', now(), id, organisation_id
FROM governance_asset, generate_series(2, 4) AS new WHERE kind <> 'ai_system';
INSERT INTO lineage_edge (id, kind, valid_from, valid_to, stated_by, stated_at, note, organisation_id, source_id, target_id)
SELECT gen_random_uuid(), 'trained_on', '2026-01-01', CASE WHEN m.number = 2 THEN timestamptz '2026-02-01' END, 'Ana', now(),
  m.number || '-' || d.number, m.organisation_id, m.id, d.id
FROM governance_assetversion m JOIN governance_asset a ON a.id = m.asset_id AND a.kind = 'model',
  governance_assetversion d JOIN governance_asset b ON b.id = d.asset_id AND b.kind = 'dataset';
"""
EDGES = (
    "SELECT id, kind, valid_from, valid_to, stated_by, stated_at, note, organisation_id, source_id, target_id "
    "FROM lineage_edge ORDER BY id"
)
JOINED = (
    "SELECT count(*) FROM lineage_edge e JOIN lineage_node s ON s.id = e.source_id AND s.kind = 'model' AND s.version_id = s.id "
    "JOIN lineage_node t ON t.id = e.target_id AND t.kind = 'dataset' AND t.organisation_id = e.organisation_id "
    "WHERE e.stated_in = 0 AND e.ended_in IS NULL"
)
ASKED = """
from django.utils import timezone
from lineage.models import Edge
from lineage.services import graph
for edge in Edge.objects.filter(valid_to=None)[:1]:
    found = graph(organisation=edge.organisation_id, version_id=edge.source_id, as_of=timezone.now(), direction="upstream")
    print("reach", found.reach, "version", found.version)
"""


@pytest.fixture(scope="module")
def before(engines: Engines) -> Iterator[str]:
    """Nine edges of release 0.1, upgraded; told as they were before."""
    engines.postgres.ensure_database(DATABASE, recreate=True)
    engines.postgres.sql(f"SET ROLE probanza_owner;\n{RELEASE.read_text()}", database=DATABASE)
    engines.postgres.sql(f"SET ROLE probanza_owner;\n{OLD}", database=DATABASE)
    told = engines.postgres.sql(EDGES, database=DATABASE)
    _manage(engines, "migrate", "--database=owner", "--verbosity=0")
    yield told
    engines.postgres.sql(f'DROP DATABASE "{DATABASE}" WITH (FORCE)')


def _manage(engines: Engines, *words: str) -> str:
    urls = {
        "DATABASE_URL": engines.postgres.url(DATABASE, "probanza_app"),
        "DATABASE_OWNER_URL": engines.postgres.url(DATABASE, "probanza_owner"),
    }
    env = {**os.environ, **urls, "DJANGO_SETTINGS_MODULE": "governance.config.settings", "PROBANZA_SECRET_KEY": "x" * 60}
    done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_edge_is_there_as_it_was_and_joins_nodes(before: str, engines: Engines) -> None:
    assert len(before.split()) >= 9
    assert engines.postgres.sql(EDGES, database=DATABASE) == before
    assert engines.postgres.sql(JOINED, database=DATABASE).strip() == "9"


def test_the_graph_of_before_is_walked(before: str, engines: Engines) -> None:
    assert _manage(engines, "shell", "-v", "0", "-c", ASKED).strip() == "reach 3 version 0"


@pytest.mark.parametrize(
    "change", ["UPDATE lineage_edge SET kind = 'x'", "DELETE FROM lineage_edge", "UPDATE lineage_node SET kind = 'x'"]
)
def test_the_database_still_refuses_to_change_them(before: str, engines: Engines, change: str) -> None:
    with pytest.raises(AssertionError, match=r"append-only|permission denied"):
        _manage(engines, "shell", "-v", "0", "-c", f"from django.db import connection\nconnection.cursor().execute({change!r})")

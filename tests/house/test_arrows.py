"""The arrows go one way: what may import what."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.rooms import HEAVY, PURE, ROOT, below


def python(script: str) -> str:
    environment = {
        "PATH": "/usr/bin:/bin",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(ROOT),
        "PROBANZA_SECRET_KEY": "x" * 50,
    }
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_import_contract_is_kept() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_loads_without_django(room: str) -> None:
    names = below(room)
    assert names, f"{room} is gone: mend the list"
    light = [name for name in names if not name.endswith((".runner", "child"))]
    out = python(f"import importlib, sys\nfor name in {light!r}: importlib.import_module(name)\nprint('django' in sys.modules)")
    assert out.strip() == "False"


def test_the_web_process_loads_none_of_the_heavy_libraries() -> None:
    script = f"""
import sys
from governance.config.wsgi import application
from django.urls import get_resolver
def walk(patterns):
    for pattern in patterns:
        walk(pattern.url_patterns) if hasattr(pattern, "url_patterns") else pattern.callback
walk(get_resolver().url_patterns)
from audits.catalogue import kinds
assert len(kinds()) >= 4
from drf_spectacular.generators import SchemaGenerator
SchemaGenerator().get_schema(request=None, public=True)
print(sorted(name for name in {HEAVY!r} if name in sys.modules))
"""
    assert python(script).strip() == "[]"

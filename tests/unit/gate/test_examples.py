"""What the examples for build services call is what the command understands."""

import importlib
import shlex
import subprocess
import sys
import tomllib
from typing import Any

import pytest
import yaml

from probanza.cli import _parser, main
from tests.house.rooms import ROOT

FOLDER = ROOT / "examples/ci"
GITHUB = yaml.safe_load((FOLDER / "github-actions.yml").read_text())
GITLAB = yaml.safe_load((FOLDER / "gitlab-ci.yml").read_text())


def scripts() -> dict[str, str]:
    steps = GITHUB["jobs"]["gate"]["steps"]
    return {
        "github": next(step["run"] for step in steps if "probanza gate" in step.get("run", "")),
        "gitlab": next(line for line in GITLAB["probanza-gate"]["script"] if line.startswith("probanza gate")),
    }


@pytest.mark.parametrize("where", ["github", "gitlab"])
def test_its_command_is_understood_and_writes_what_is_picked_up(where: str) -> None:
    given = _parser().parse_args(shlex.split(scripts()[where])[1:])
    picked: Any = (FOLDER / f"{'github-actions' if where == 'github' else 'gitlab-ci'}.yml").read_text()
    for path in (given.json, given.junit, given.sarif):
        assert picked.count(str(path)) >= 2
    assert given.idempotency_key.startswith(where)


def test_no_script_pastes_what_an_outsider_could_name() -> None:
    assert "${{" not in scripts()["github"]


def test_the_findings_are_picked_up_when_the_gate_fails_too() -> None:
    later = GITHUB["jobs"]["gate"]["steps"][-2:]
    assert [step["if"] for step in later] == ["always()"] * 2
    assert GITLAB["probanza-gate"]["artifacts"]["when"] == "always"


def test_the_installed_command_is_the_one_that_is_tested() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    module, _, name = scripts["probanza"].partition(":")
    assert getattr(importlib.import_module(module), name) is main


def test_it_is_also_a_module_and_tells_its_exit_statuses() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "probanza", "gate", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert [number for number in range(5) if f"\n  {number}  " not in said] == []

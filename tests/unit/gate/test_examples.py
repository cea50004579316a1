"""What the examples for build services call is what the command understands."""

import shlex
from typing import Any

import pytest
import yaml

from probanza.cli import _parser
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

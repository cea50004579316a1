"""Every part of every case agrees."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from governance.classification.classify import classify
from governance.classification.outcome import short
from tests.unit.classification.dates import DATES

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "cases.yaml").read_text(encoding="utf-8"))
MORE = yaml.safe_load((HERE / "more_cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['title']}")
def test_a_case_has_the_outcome_that_its_source_gives(case: dict[str, Any]) -> None:
    found = short(classify(case["answers"], DATES))
    assert {name: found[name] for name in case["expect"]} == case["expect"]


@pytest.mark.parametrize("case", MORE, ids=lambda case: f"{case['id']} {case['title']}")
def test_a_combination_has_the_outcome_that_the_law_gives(case: dict[str, Any]) -> None:
    found = short(classify({"r_roles": ["develops_or_own_name"], **case["answers"]}, DATES))
    assert {name: found[name] for name in case["expect"]} == case["expect"]


def test_all_27_cases_are_here() -> None:
    assert [case["id"] for case in CASES] == [f"C{number:02d}" for number in range(1, 28)]

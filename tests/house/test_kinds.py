"""Each audit kind is one complete folder."""

import importlib

import pytest

from audits.catalogue import kinds
from tests.house.rooms import ROOT

FUNCTIONS = ("plan", "measure", "conclude", "open_file", "item_line")
CHAPTERS = ("measures", "## parameters", "## limits", "## item")


@pytest.mark.parametrize("name", sorted(kinds()))
class TestKind:
    def test_its_folder_is_complete(self, name: str) -> None:
        folder = ROOT / "audits/kinds" / name
        assert {"__init__.py", "runner.py", "section.py", "README.md"} <= {path.name for path in folder.iterdir()}
        assert list((folder / "tests").glob("test_*.py"))

    def test_its_runner_and_section_offer_what_the_contract_asks(self, name: str) -> None:
        kind = kinds()[name]
        runner = importlib.import_module(kind.runner)
        assert [function for function in FUNCTIONS if not callable(getattr(runner, function, None))] == []
        assert callable(importlib.import_module(kind.section).blocks)

    def test_its_readme_tells_formula_limits_and_format(self, name: str) -> None:
        text = (ROOT / "audits/kinds" / name / "README.md").read_text(encoding="utf-8").lower()
        assert [chapter for chapter in CHAPTERS if chapter not in text] == []
        assert [card.name for card in kinds()[name].measures if card.name not in text] == []


def test_the_first_cut_has_its_four_kinds() -> None:
    assert {"bias", "explainability", "pii", "fidelity"} <= set(kinds())

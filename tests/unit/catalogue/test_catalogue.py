import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from audits import catalogue
from audits.catalogue import BrokenKind, UnknownKind
from audits.contract import AuditKind

HEAVY = ("shap", "fairlearn", "presidio_analyzer", "spacy", "torch", "metadata", "pandas", "sklearn", "pyarrow", "onnxruntime")
CARD = """
from dataclasses import dataclass
from audits.contract import AuditKind

@dataclass(frozen=True)
class Parameters:
    pass

KIND = AuditKind("{name}", "Other", "1", "table", Parameters, "nowhere.runner", "nowhere.section", ())
"""


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installed package that offers the kind `other`."""
    (tmp_path / "elsewhere.py").write_text(CARD.format(name="other"))
    info = tmp_path / "elsewhere-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: elsewhere\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[probanza.kinds]\nother = elsewhere:KIND\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    catalogue.kinds.cache_clear()
    yield tmp_path
    catalogue.kinds.cache_clear()
    sys.modules.pop("elsewhere", None)


def test_a_folder_is_a_kind_and_its_card_carries_its_name() -> None:
    assert {"bias", "explainability", "fidelity", "pii"} <= set(catalogue.kinds())
    assert all(card.name == name for name, card in catalogue.kinds().items())


def test_measures_are_listed_by_kind() -> None:
    assert "selection_rate" in catalogue.measures()["bias"]


def test_an_unknown_kind_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownKind, match="bias") as unknown:
        catalogue.kind("astrology")
    assert "pii" in unknown.value.known


def test_another_package_brings_a_kind_by_its_entry_point(outside: Path) -> None:
    assert isinstance(catalogue.kind("other"), AuditKind)


def test_a_kind_that_calls_itself_otherwise_is_refused(outside: Path) -> None:
    (outside / "elsewhere.py").write_text(CARD.format(name="somebody"))
    with pytest.raises(BrokenKind, match="calls itself 'somebody'"):
        catalogue.kinds()


def test_a_kind_that_is_there_already_is_refused(outside: Path) -> None:
    (outside / "elsewhere.py").write_text(CARD.format(name="bias"))
    (outside / "elsewhere-1.0.dist-info" / "entry_points.txt").write_text("[probanza.kinds]\nbias = elsewhere:KIND\n")
    with pytest.raises(BrokenKind, match="two packages"):
        catalogue.kinds()


@pytest.mark.parametrize(("more", "words"), [("queue='fast'", "no queue 'fast'"), ("chunk=-1", "chunk must be")])
def test_a_card_that_no_worker_could_follow_is_refused(outside: Path, more: str, words: str) -> None:
    (outside / "elsewhere.py").write_text(CARD.format(name="other").replace('section", ())', f'section", (), {more})'))
    with pytest.raises(BrokenKind, match=words):
        catalogue.kinds()


def test_what_is_no_card_is_refused(outside: Path) -> None:
    (outside / "elsewhere.py").write_text("KIND = 'bias'\n")
    with pytest.raises(BrokenKind, match="must be an AuditKind"):
        catalogue.kinds()


def test_the_cards_bring_no_heavy_library_along() -> None:
    code = f"import sys; from audits.catalogue import kinds; kinds(); print([n for n in {HEAVY!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    assert done.stdout.strip() == "[]"

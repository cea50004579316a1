"""The verifier as one file: what the package runs, in an environment that has nothing but `cryptography`."""

import io
import subprocess
import sys
import venv
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from probanza import container
from probanza.single import MODULES, single_file

Made = Callable[..., bytes]
Parts = dict[str, bytes]
FILE = Path(__file__).parents[3] / "docs" / "verify_bundle.py"
NEEDED = ("cryptography", "cffi", "pycparser", "_cffi_backend")
GUARDED = """
import runpy, sys

def refuse(event, arguments):
    if event.startswith("socket."):
        raise RuntimeError(event)

sys.addaudithook(refuse)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment with `cryptography` and what that needs."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in NEEDED:
        spec = find_spec(name)
        if spec and spec.origin:
            found = Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin)
            (packages / found.name).symlink_to(found)
    return folder / "bin" / "python"


def run(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-I", "-c", GUARDED, str(FILE), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_file_is_what_the_package_says_now() -> None:
    assert FILE.read_text(encoding="utf-8") == single_file(), "python -m probanza.single > docs/verify_bundle.py"


def test_the_modules_of_the_file_are_all_that_the_verifier_imports() -> None:
    script = "import sys, probanza.verify; print(sorted(m for m in sys.modules if m.startswith('probanza.')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(sorted(f"probanza.{name}" for name in MODULES))


def test_the_environment_has_neither_our_package_nor_any_other(bare: Path) -> None:
    script = (
        "import importlib.util as u; print([n for n in ('probanza', 'httpx', 'django', 'pip', 'cryptography') if u.find_spec(n)])"
    )
    done = subprocess.run([str(bare), "-I", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['cryptography']"


def test_a_bundle_is_verified_there_without_a_network(bare: Path, report: Parts, made: Made, tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(made(report))
    done = run(bare, str(tmp_path / "bundle.zip"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 entries stand unchanged" in done.stdout


def test_a_changed_a_cut_and_a_foreign_file_end_there_as_they_do_here(
    bare: Path, report: Parts, made: Made, tmp_path: Path
) -> None:
    content = made(report)
    (tmp_path / "changed.zip").write_bytes(content.replace(b"not_assessed", b"not_assesseD"))
    (tmp_path / "cut.zip").write_bytes(content[:-30])
    (tmp_path / "note.txt").write_bytes(b"hello")
    ended = {name: run(bare, str(tmp_path / name)).returncode for name in ("changed.zip", "cut.zip", "note.txt", "missing")}
    assert ended == {"changed.zip": 1, "cut.zip": 1, "note.txt": 2, "missing": 2}


def test_a_file_that_claims_to_be_small_and_unfolds_is_never_unfolded(archive: Callable[[Parts], bytes]) -> None:
    honest = archive({container.ENVELOPE: b"{}"})
    claimed = honest.replace((2).to_bytes(4, "little"), (2**32 - 2).to_bytes(4, "little"))
    with pytest.raises(container.Damaged, match="not as it was written"):
        container.read(io.BytesIO(claimed))

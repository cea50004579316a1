"""`make demo ARGS=--once`: the whole route, with real parts, ends well and leaves what it promises."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from probanza.proofs import leaf_hash
from tests.house.rooms import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shown() -> Iterator[tuple[str, Path]]:
    """What the demo printed, and where it wrote."""
    state = Path(tempfile.mkdtemp(prefix="probanza-demo-"))
    state.chmod(0o755)
    unset = {"DATABASE_URL", "REDIS_URL", "PROBANZA_SECRET_KEY", "PROBANZA_MASTER_KEYS", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    command = [sys.executable, "-m", "examples.demo", "--once", "--port=8765"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**environment, "PROBANZA_STATE_DIR": str(state)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    log = state / "demo/log.txt"
    assert done.returncode == 0, done.stdout + done.stderr + (log.read_text()[-6000:] if log.exists() else "")
    yield done.stdout, state / "demo"
    shutil.rmtree(state, ignore_errors=True)


def verdict_of(output: str, kind: str) -> str:
    row = next(line for line in output.splitlines() if re.match(rf"\s+{kind}\s+\S+.*\[", line) and "#" not in line)
    return row.split()[-1]


def test_the_planted_bias_is_found(shown: tuple[str, Path]) -> None:
    assert verdict_of(shown[0], "bias") == "not_met"


def test_at_least_one_of_the_five_answers_is_said_to_be_unsupported(shown: tuple[str, Path]) -> None:
    facts = facts_of(shown[1], "fidelity")
    measure = next(one for one in facts["measures"] if one["name"] == "unsupported_answers")
    assert measure["n"] == 5
    assert float(measure["value"]) >= 0.2


def test_the_contact_page_s_personal_data_is_found_and_never_shown(shown: tuple[str, Path]) -> None:
    page = (ROOT / "examples/reference_rag/knowledge/contact.md").read_text()
    values = re.findall(r"[\w.]+@[\w.]+\.\w+|ES\d{2}[\d ]{20,}", page)
    assert len(values) >= 2
    facts = facts_of(shown[1], "pii")
    assert next(one for one in facts["measures"] if one["name"] == "texts_with_finding")["value"] != "0"
    for form in ("json", "html"):
        text = (shown[1] / f"report.{form}").read_text()
        assert [value for value in values if value.strip() in text] == []


def test_the_report_is_written_in_its_three_forms(shown: tuple[str, Path]) -> None:
    assert (shown[1] / "report.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert "Not assessed" in (shown[1] / "report.html").read_text()
    assert json.loads((shown[1] / "report.json").read_text())


def test_the_ledger_was_verified(shown: tuple[str, Path]) -> None:
    assert re.search(r"verif|holds|sound", shown[0], re.IGNORECASE)


def facts_of(place: Path, kind: str) -> dict:
    """The sealed facts of one kind, out of the evidence that the PDF carries."""
    with pikepdf.open(place / "report.pdf") as pdf:
        lines = pdf.attachments["evidence.jsonl"].get_file().read_bytes().splitlines()
        report = json.loads(pdf.attachments["report.json"].get_file().read_bytes())
    named = [one["digest"] for one in report["evidence"]]
    assert [f"sha256:{leaf_hash(line).hex()}" for line in lines] == named
    attached = [json.loads(line) for line in lines]
    found = [one["facts"] for one in attached if one["kind"] == kind]
    assert found, f"no facts of {kind} in {len(attached)} attachments"
    return found[0]

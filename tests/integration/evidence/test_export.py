"""Bundles out of the real ledger, checked by the offline verifier."""

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from governance.access.policies import Forbidden
from governance.evidence.services import NothingToExport, NotSequenced, export_bundle, sequence
from governance.keys.services import public_keys, renew
from governance.trail.models import TrailEntry
from probanza import proofs, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(desk: Any) -> list[Any]:
    entries = []
    for number in range(9):
        entries.append(desk.seal(f"words {number}", kind="pii" if number % 2 else "bias"))
        if number in {3, 8}:
            sequence(desk.now)
    return entries


def made(desk: Any, **given: Any) -> verify.Outcome:
    target = io.BytesIO()
    export_bundle(actor=desk.actor, target=target, now=desk.now, **given)
    return verify.verify_stream(target)


def test_the_whole_ledger_verifies_offline(desk: Any, ledger: list[Any]) -> None:
    outcome = made(desk)
    assert outcome.problems == []
    assert (outcome.entries, outcome.sizes) == (9, (9,))
    assert TrailEntry.objects.get(action="evidence.export").detail == {"entries": 9, "head": 9}


def test_chosen_entries_verify_together_with_an_earlier_head(desk: Any, ledger: list[Any]) -> None:
    outcome = made(desk, entries=[ledger[2].id, ledger[7].id], since=4)
    assert outcome.problems == []
    assert (outcome.entries, outcome.sizes) == (2, (4, 9))


def test_a_bundle_over_a_changed_signing_key_holds_and_shows_both(desk: Any, ledger: list[Any]) -> None:
    renew(actor=desk.actor, now=desk.now, signing=True)
    outcome = made(desk)
    assert outcome.problems == []
    assert set(outcome.fingerprints.values()) == {
        proofs.fingerprint(key) for key in public_keys(desk.actor.organisation).values()
    }
    assert len(outcome.fingerprints) == 2


def test_an_entry_that_waits_is_not_left_out_silently(desk: Any, ledger: list[Any]) -> None:
    with pytest.raises(NotSequenced):
        made(desk, entries=[ledger[0].id, desk.seal().id])
    with pytest.raises(NotSequenced):
        made(desk, entries=[uuid4()])


def test_nothing_chosen_and_unknown_heads_are_told(desk: Any, ledger: list[Any]) -> None:
    with pytest.raises(NothingToExport, match="No entry fits"):
        made(desk, entries=[])
    with pytest.raises(NothingToExport, match="no head over 5 entries"):
        made(desk, since=5)


def test_an_empty_ledger_has_no_bundle(desk: Any) -> None:
    with pytest.raises(NothingToExport, match="seal something first"):
        made(desk)


def test_exporting_needs_the_scope(desk: Any, ledger: list[Any]) -> None:
    desk.actor = replace(desk.actor, scopes=frozenset({"audits:read"}))
    with pytest.raises(Forbidden):
        made(desk)


def test_the_command_writes_a_bundle_that_the_verifier_accepts(desk: Any, ledger: list[Any], tmp_path: Path) -> None:
    target = tmp_path / "bundle.zip"
    call_command("export_bundle", str(target), organisation="banco", kind=["pii"], since=4)
    done = subprocess.run([sys.executable, "-m", "probanza.verify", str(target)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 entries stand unchanged under the signed head over 9 entries" in done.stdout


def test_the_command_overwrites_nothing_and_leaves_no_broken_file(desk: Any, ledger: list[Any], tmp_path: Path) -> None:
    target = tmp_path / "bundle.zip"
    with pytest.raises(CommandError, match="No entry fits"):
        call_command("export_bundle", str(target), organisation="banco", kind=["nothing"])
    assert not target.exists()
    target.write_text("mine")
    with pytest.raises(CommandError, match="exists already"):
        call_command("export_bundle", str(target), organisation="banco")
    assert target.read_text() == "mine"


def test_a_big_bundle_looks_its_proofs_up_in_chunks(desk: Any) -> None:
    for number in range(203):
        desk.seal(str(number))
    sequence(desk.now)
    outcome = made(desk)
    assert outcome.problems == []
    assert outcome.entries == 203

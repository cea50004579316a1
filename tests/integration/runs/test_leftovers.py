"""What a killed worker or an interrupted upload leaves is removed; what is in use stays."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from audits.intake.models import UploadedFile
from audits.intake.orphans import remove_orphans
from audits.intake.services import keep_file
from audits.intake.uploads import Intake
from audits.runs.leftovers import clear_leftovers, private_folder

HOLDER = """
import sys, time, uuid
from audits.runs.leftovers import private_folder
with private_folder(uuid.UUID(sys.argv[1])) as folder:
    (folder / "decrypted").write_text("words")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def age(path: Path, seconds: float) -> None:
    moment = time.time() - seconds
    os.utime(path, (moment, moment))


def test_the_folder_of_a_killed_worker_goes_and_that_of_a_living_one_stays(temporary: Path) -> None:
    environ = {**os.environ, "TMPDIR": str(temporary)}
    run = uuid4()
    command = [sys.executable, "-c", HOLDER, str(run)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as holder:
        assert holder.stdout is not None
        folder = Path(holder.stdout.readline().strip())
        with private_folder(run) as beside:  # another worker's part of the same run
            assert beside != folder
        assert (folder / "decrypted").exists()
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
    with private_folder(uuid4()):
        assert not folder.exists()


def test_a_folder_that_was_just_made_is_left_to_its_maker(temporary: Path) -> None:
    (temporary / "probanza-new-x").mkdir()
    assert clear_leftovers() == 0


@pytest.mark.parametrize("name", ["probanza-rows-x", "probanza-model-x"])
def test_what_a_child_left_goes_after_a_day(temporary: Path, name: str) -> None:
    (temporary / name).mkdir()
    age(temporary / name, 3600)
    assert clear_leftovers() == 0
    age(temporary / name, 90_000)
    assert clear_leftovers() == 1


def test_nothing_of_anybody_else_is_touched(temporary: Path) -> None:
    other, link = temporary / "somebody-elses", temporary / "probanza-run-link"
    other.mkdir()
    link.symlink_to(other)
    (temporary / "probanza-run-file").write_text("x")
    for path in (other, temporary / "probanza-run-file"):
        age(path, 90_000)
    assert clear_leftovers() == 0
    assert len(list(temporary.iterdir())) == 3


def half_sent(actor: Any) -> Intake:
    intake = Intake(organisation=actor.organisation, name="rows.csv", media_type="text/csv", limit=1000)
    intake.take(b"a,b\n1,2\n")
    return intake


@pytest.mark.django_db
def test_an_interrupted_upload_is_removed_after_a_day_and_a_kept_one_never(actor: Any, files: Path, now: datetime) -> None:
    kept = keep_file(actor=actor, received=half_sent(actor).finish(), now=now)
    half_sent(actor)
    foreign = files / str(uuid4()) / str(uuid4())
    foreign.parent.mkdir()
    foreign.write_bytes(b"of another database")
    assert remove_orphans(now=now) == 0
    assert remove_orphans(now=now + timedelta(days=2)) == 1
    assert (files / UploadedFile.objects.get(id=kept.id).path).exists()
    assert foreign.exists()

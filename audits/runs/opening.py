"""Opens a run's target: files decrypted into a private folder for as long as they are needed."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from audits.intake.services import file_of, secrets_of, unpack
from audits.runs.models import Run
from audits.targets.doors import open_target
from audits.targets.specs import read_spec
from governance.outbound.policy import Policy, read_policy


@contextmanager
def opened_target(run: Run) -> Iterator[Any]:
    """The target of a run, as its kind needs it. Raises `TargetError`."""
    with _private_folder(run) as folder:

        def path_of(file_id: str) -> Path:
            return unpack(file_of(run.organisation_id, file_id), folder)

        spec = read_spec(run.target.type, run.target.spec)
        yield open_target(spec, files=path_of, secrets=secrets_of(run.target), policy=outbound_policy())


def outbound_policy() -> Policy:
    """What this installation's workers may call."""
    return read_policy(settings.PROBANZA_ALLOWED_TARGETS, allow_loopback=settings.PROBANZA_ALLOW_LOOPBACK)


@contextmanager
def _private_folder(run: Run) -> Iterator[Path]:
    prefix = f"probanza-run-{run.id}-"
    # Whoever held the run before us on this machine was killed or is fenced off: what it left must not stay.
    for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)

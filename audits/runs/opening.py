"""Opens a run's target: files decrypted into a private folder for as long as they are needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from audits.intake.services import file_of, secrets_of, unpack
from audits.runs.judging import judge_means
from audits.runs.leftovers import private_folder
from audits.runs.models import Run
from audits.targets.doors import open_target
from audits.targets.specs import SERVES, read_spec
from governance.access.destinations import policy_of


@contextmanager
def opened_target(run: Run) -> Iterator[Any]:
    """The target of a run, as its kind needs it. Raises `TargetError`, `ShapeError`."""
    with private_folder(run.id) as folder:

        def path_of(file_id: str) -> Path:
            return unpack(file_of(run.organisation_id, file_id), folder)

        spec, secrets, policy = (
            read_spec(run.target.type, run.target.spec),
            secrets_of(run.target),
            policy_of(run.organisation_id),
        )
        target: Any = open_target(spec, files=path_of, secrets=secrets, policy=policy)
        if "rag" in SERVES[run.target.type]:
            target.judge_means = judge_means(run, policy, secrets)
        yield target

"""Private folders of decrypted files.

Each is held under a lock that dies with its process, so that what a killed worker left is told from what is in use.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from uuid import UUID

from audits.targets.confined import CHILD

RUN = "probanza-run-"
WITHOUT_LOCK = ("probanza-rows-", "probanza-model-")  # of the kinds and of their confined children
YOUNG_S = 60  # a folder is locked right after it is made
OLD_S = 86_400  # no child works that long
MOST = 1000  # folders looked at in one go


@contextmanager
def private_folder(run_id: UUID) -> Iterator[Path]:
    """A folder that only this process's user may enter, gone at the end."""
    prefix = f"{RUN}{run_id}-"
    # Whoever held the run before us on this machine was killed or is fenced off: what it left must not stay.
    for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    clear_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def clear_leftovers() -> int:
    """Remove what killed workers of this user, or their confined children, left on this machine. How many folders there were."""
    ours = (path for path in Path(tempfile.gettempdir()).iterdir() if path.name.startswith((RUN, *WITHOUT_LOCK)))
    return sum(_cleared(path) for path in islice(ours, MOST))


def _cleared(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False  # gone meanwhile, or none of ours
    try:
        if not _is_left(path.name, handle):
            return False
        shutil.rmtree(path, ignore_errors=True)
        return True
    finally:
        os.close(handle)


def _is_left(name: str, handle: int) -> bool:
    about = os.fstat(handle)
    age = time.time() - about.st_mtime
    if about.st_uid not in {os.geteuid(), CHILD} or age < (YOUNG_S if name.startswith(RUN) else OLD_S):
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

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
NEW = "probanza-new-"  # not locked yet
WITHOUT_LOCK = (NEW, "probanza-rows-", "probanza-model-")  # the latter of the kinds and of their confined children
OLD_S = 86_400  # no child works that long
MOST = 1000  # folders looked at in one go


@contextmanager
def private_folder(run_id: UUID) -> Iterator[Path]:
    """A folder that only this process's user may enter, gone at the end. Other workers on this machine have their own."""
    clear_leftovers()
    made = Path(tempfile.mkdtemp(prefix=NEW))
    handle = os.open(made, os.O_RDONLY | os.O_DIRECTORY)
    folder = made.with_name(f"{RUN}{run_id}-{made.name.removeprefix(NEW)}")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        made.rename(folder)  # whatever has this name and no lock belonged to somebody who was killed
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
    if about.st_uid not in {os.geteuid(), CHILD} or (age < OLD_S and not name.startswith(RUN)):
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

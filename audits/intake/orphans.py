"""Encrypted files that no row points to: what an interrupted upload left on the disk."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from audits.intake.models import UploadedFile
from audits.intake.uploads import files_dir
from governance.access.models import Organisation
from governance.access.tenancy import as_uuid

log = logging.getLogger(__name__)
AFTER = timedelta(days=1)  # no upload takes that long
_BATCH = 500


def remove_orphans(*, now: datetime) -> int:
    """Remove files older than a day without a row, in the folders of this database's organisations. How many there were."""
    removed = 0
    for organisation in Organisation.objects.values_list("id", flat=True):
        old = _old_files(files_dir() / str(organisation), now - AFTER)
        while some := dict(islice(old, _BATCH)):
            removed += sum(_removed(path) for path in _without_row(organisation, some))
    if removed:
        log.info("files: %s left by interrupted uploads were removed", removed)
    return removed


def _old_files(folder: Path, before: datetime) -> Iterator[tuple[UUID, Path]]:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        file_id = as_uuid(path.name)
        if file_id is not None and path.lstat().st_mtime < before.timestamp():
            yield file_id, path


def _without_row(organisation: UUID, files: dict[UUID, Path]) -> list[Path]:
    known = set(UploadedFile.objects.of(organisation).filter(id__in=files).values_list("id", flat=True))
    return [path for file_id, path in files.items() if file_id not in known]


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except OSError as error:
        log.warning("files: an interrupted upload could not be removed (%s)", error.strerror)
        return False
    return True

"""Takes an upload as it streams in: counted, hashed, checked and encrypted piece by piece."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _

from audits.intake.content import HEAD, check_head, is_archive
from audits.intake.vault import Writer
from governance.keys import services as keys
from governance.shapes import ShapeError
from governance.trail.ids import uuid7

PURPOSE = "file"
_MEDIA_TYPE = re.compile(r"(?=.{3,120}\Z)[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")


class TooLarge(ValueError):  # noqa: N818 - reads as what happened
    """The upload is over the limit, in bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(_("The file is larger than %(limit)s bytes, the limit of this installation.") % {"limit": limit})


@dataclass(frozen=True, slots=True)
class Received:
    """An upload that lies encrypted on disk and has no row yet."""

    id: UUID
    path: str
    name: str
    media_type: str
    size: int
    sha256: str
    archive: bool

    def close(self) -> None:
        """Django closes what a handler gives back; there is nothing open."""


class Intake:
    """One upload on its way to the disk.

    Raises:
        TooLarge: as soon as the limit is passed.
        UnsafeContent: as soon as the first bytes tell.
    """

    def __init__(self, *, organisation: UUID, name: str, media_type: str, limit: int) -> None:
        self.id = uuid7()
        self._organisation = organisation
        self._name = name
        self._media_type = media_type
        self._limit = limit
        self._head = b""
        self._checked = False
        self._size = 0
        self._hash = hashlib.sha256()
        self._path = f"{organisation}/{self.id}"
        self._writer = Writer(files_dir() / self._path, str(self.id), self._seal)

    def take(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._limit:
            raise TooLarge(self._limit)
        if not self._checked:
            self._head += piece[: HEAD - len(self._head)]
            self._check(complete=False)
        self._hash.update(piece)
        self._writer.write(piece)

    def finish(self) -> Received:
        self._check(complete=True)
        self._writer.close()
        return Received(
            id=self.id,
            path=self._path,
            name=self._name,
            media_type=self._media_type,
            size=self._size,
            sha256=self._hash.hexdigest(),
            archive=is_archive(self._head),
        )

    def discard(self) -> None:
        """Take everything back."""
        self._writer.discard()

    def _check(self, *, complete: bool) -> None:
        if not self._checked and (complete or len(self._head) == HEAD):
            check_head(self._name, self._head)
            self._checked = True

    def _seal(self, row: str, content: bytes) -> bytes:
        return keys.encrypt(organisation=self._organisation, purpose=PURPOSE, row=row, plain=content)


class SealingHandler(FileUploadHandler):
    """Django's upload handler that leaves nothing plain behind. `discard` takes back what no row points to."""

    def __init__(self, organisation: UUID) -> None:
        super().__init__()
        self._organisation = organisation
        self._open: list[Intake] = []

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        limit: int = settings.PROBANZA_MAX_UPLOAD
        name = (self.file_name or "")[-255:]
        media_type = self.content_type or "application/octet-stream"
        if not _MEDIA_TYPE.fullmatch(media_type):
            raise ShapeError("file", _("its Content-Type is no media type; write one like text/csv, or leave it out."))
        self._open.append(Intake(organisation=self._organisation, name=name, media_type=media_type, limit=limit))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._open[-1].take(raw_data)

    def file_complete(self, file_size: int) -> Received:  # type: ignore[override]
        return self._open[-1].finish()

    def discard(self, *, but: frozenset[UUID]) -> None:
        """Remove every upload of this request but those that have a row now."""
        for one in self._open:
            if one.id not in but:
                one.discard()


def files_dir() -> Path:
    """Where encrypted uploads lie."""
    return Path(settings.PROBANZA_FILES_DIR)

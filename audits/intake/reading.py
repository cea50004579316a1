"""Opens stored uploads as plain bytes."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from audits.intake.models import UploadedFile
from audits.intake.uploads import PURPOSE, files_dir
from audits.intake.vault import Reader
from governance.keys import services as keys


def reader_of(file: UploadedFile) -> Reader:
    """The plain bytes as a stream. Raises `OSError` when the stored file is gone, `Damaged` when it was changed."""

    def unseal(row: str, content: bytes) -> bytes:
        return keys.decrypt(organisation=file.organisation_id, purpose=PURPOSE, row=row, sealed=content)

    return Reader(files_dir() / file.path, str(file.id), file.size, unseal)


@contextmanager
def opened(file: UploadedFile) -> Iterator[BinaryIO]:
    """The plain bytes as a seekable stream whose reads are never short of what is there. Raises as `reader_of`."""
    with reader_of(file) as reader, io.BufferedReader(reader) as stream:
        yield cast("BinaryIO", stream)


def head_of(file: UploadedFile, most: int) -> bytes:
    """The first `most` plain bytes at most. Raises as `reader_of`."""
    with opened(file) as stream:
        return stream.read(most)

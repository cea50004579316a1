"""Uploaded bytes on disk, encrypted in chunks; nothing plain is ever written outside a worker's private folder.

A file is a row of frames, each `length (4 bytes, big-endian) | sealed chunk`. Every chunk but the last holds
1 MiB of plain bytes. A chunk is bound to its file, its place and whether it is the last, so that chunks
cannot be swapped, dropped or cut off unseen.
"""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK = 1024 * 1024
_LENGTH = 4


class Damaged(OSError):  # noqa: N818 - reads as what happened
    """The stored bytes are not what was written."""


class Seal(Protocol):
    """Encrypts or decrypts `content` for the place `row`."""

    def __call__(self, row: str, content: bytes) -> bytes: ...


class Writer:
    """Takes plain bytes in pieces of any size and writes sealed chunks. `close()` makes the file count."""

    def __init__(self, path: Path, file_id: str, seal: Seal) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = path
        self._file_id = file_id
        self._seal = seal
        self._pending = bytearray()
        self._index = 0
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._stream: BinaryIO = os.fdopen(handle, "wb")

    def write(self, piece: bytes) -> None:
        self._pending += piece
        while len(self._pending) > CHUNK:  # the last chunk is known only at the end
            self._put(bytes(self._pending[:CHUNK]), last=False)
            del self._pending[:CHUNK]

    def close(self) -> None:
        """Write what is left and bring it to the disk."""
        self._put(bytes(self._pending), last=True)
        self._pending.clear()
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()

    def discard(self) -> None:
        """Take the file back."""
        self._stream.close()
        self.path.unlink(missing_ok=True)

    def _put(self, chunk: bytes, *, last: bool) -> None:
        sealed = self._seal(_row(self._file_id, self._index, last=last), chunk)
        self._stream.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)
        self._index += 1


class Reader(io.RawIOBase):
    """A stored file as a plain, seekable stream; holds one decrypted chunk at a time."""

    def __init__(self, path: Path, file_id: str, size: int, unseal: Seal) -> None:
        super().__init__()
        self._stream = path.open("rb")
        self._file_id = file_id
        self._size = size
        self._unseal = unseal
        self._frames = list(_frames(self._stream))
        self._at = 0
        self._open: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: object, /) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        if self._at >= self._size:
            return 0
        index, within = divmod(self._at, CHUNK)
        piece = self._chunk(index)[within : within + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        super().close()

    def _chunk(self, index: int) -> bytes:
        if self._open[0] != index:
            if index >= len(self._frames):
                raise Damaged("a stored file is cut short")
            start, length = self._frames[index]
            self._stream.seek(start)
            last = index == len(self._frames) - 1
            sealed = self._stream.read(length)
            self._open = (index, self._unseal(_row(self._file_id, index, last=last), sealed))
        return self._open[1]


def copy_out(reader: Reader, to: Path, *, spent: Callable[[bytes], object]) -> None:
    """Write the plain bytes to a new file that only its owner may read; `spent` sees every piece."""
    handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        while piece := reader.read(CHUNK):
            spent(piece)
            out.write(piece)


def _frames(stream: BinaryIO) -> Iterator[tuple[int, int]]:
    """(start, length) of each sealed chunk."""
    end = stream.seek(0, os.SEEK_END)
    at = 0
    while at < end:
        stream.seek(at)
        length = int.from_bytes(stream.read(_LENGTH), "big")
        if at + _LENGTH + length > end:
            raise Damaged("a stored file is cut short")
        yield at + _LENGTH, length
        at += _LENGTH + length


def _row(file_id: str, index: int, *, last: bool) -> str:
    return f"{file_id}:{index}:{'last' if last else 'more'}"

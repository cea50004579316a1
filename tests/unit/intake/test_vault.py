from pathlib import Path

import pytest

from audits.intake.vault import CHUNK, Damaged, Reader, Writer, copy_out


def seal(row: str, content: bytes) -> bytes:
    return row.encode() + b"|" + content[::-1]


def unseal(row: str, content: bytes) -> bytes:
    found, plain = content.split(b"|", 1)
    if found.decode() != row:
        raise Damaged(f"{found.decode()} stands where {row} should")
    return plain[::-1]


def stored(path: Path, content: bytes, piece: int = 70_000) -> Path:
    writer = Writer(path / "one", "f", seal)
    for start in range(0, len(content), piece):
        writer.write(content[start : start + piece])
    writer.close()
    return path / "one"


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7])
def test_what_is_read_back_is_what_was_written(tmp_path: Path, size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    reader = Reader(stored(tmp_path, content), "f", size, unseal)
    seen: list[bytes] = []
    copy_out(reader, tmp_path / "out", spent=seen.append)
    assert (tmp_path / "out").read_bytes() == b"".join(seen) == content


def test_a_reader_goes_to_any_place(tmp_path: Path) -> None:
    content = bytes(number % 251 for number in range(CHUNK + 100))
    reader = Reader(stored(tmp_path, content), "f", len(content), unseal)
    reader.seek(-50, 2)
    assert reader.read(10) == content[-50:-40]
    reader.seek(CHUNK - 3)
    assert reader.read(3) == content[CHUNK - 3 : CHUNK]


def test_a_file_cut_off_at_a_chunk_is_noticed(tmp_path: Path) -> None:
    path = stored(tmp_path, b"x" * (2 * CHUNK + 5))
    whole = path.read_bytes()
    first = 4 + int.from_bytes(whole[:4], "big")
    path.write_bytes(whole[:first])
    with pytest.raises(Damaged):
        Reader(path, "f", 2 * CHUNK + 5, unseal).read(10)


def test_a_file_cut_off_inside_a_chunk_is_noticed(tmp_path: Path) -> None:
    path = stored(tmp_path, b"x" * 500)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Damaged):
        Reader(path, "f", 500, unseal)


def test_a_discarded_file_is_gone(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "one", "f", seal)
    writer.write(b"x")
    writer.discard()
    assert not (tmp_path / "one").exists()


def test_only_the_owner_may_read_a_stored_file(tmp_path: Path) -> None:
    assert stored(tmp_path, b"x").stat().st_mode & 0o077 == 0

"""What people may write in a statement, and which documents they may put beside it. Pure."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from governance.shapes import ShapeError

LONGEST_WORDS = 4000
LONGEST_ROLE = 200
LONGEST_REFERENCE = 400
LONGEST_NAME = 200
MOST_CITES = 50
LONGEST_WAIVER = timedelta(days=366)
# How a file of each type begins; a text has no beginning of its own.
_TYPES: dict[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    "odt": ("application/vnd.oasis.opendocument.text", b"PK\x03\x04"),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", b"PK\x03\x04"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "txt": ("text/plain", b""),
    "md": ("text/markdown", b""),
    "csv": ("text/csv", b""),
}
TYPES = tuple(_TYPES)


@dataclass(frozen=True, slots=True)
class Document:
    """A document beside a statement."""

    name: str
    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        """`sha256:` and the hash of its bytes."""
        return f"sha256:{hashlib.sha256(self.content).hexdigest()}"


def check_document(name: str, content: bytes, most: int) -> Document:
    """The document, when it is of a type that is taken and no larger than `most` bytes. Raises `ShapeError`."""
    if not content:
        raise ShapeError("document", "is empty; an attestation rests on a document.")
    if len(content) > most:
        raise ShapeError("document", f"has {len(content)} bytes; this installation takes at most {most}.")
    clean = _name(name)
    stem, _dot, ending = clean.lower().rpartition(".")
    if not stem or ending not in _TYPES:
        raise ShapeError("document.name", "must end with a type that is taken.", TYPES)
    media_type, head = _TYPES[ending]
    if not content.startswith(head) or (not head and not _is_text(content)):
        raise ShapeError("document", f"is no .{ending} file by its content; name it by what it is.")
    return Document(clean, media_type, content)


def _name(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2].strip()
    if not 1 <= len(last) <= LONGEST_NAME or any(unicodedata.category(letter)[0] == "C" for letter in last):
        raise ShapeError("document.name", f"must have 1 to {LONGEST_NAME} printable characters.")
    return last


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


def check_words(field: str, words: str, longest: int = LONGEST_WORDS, *, needed: bool = True) -> str:
    """The words without blanks around them. Raises `ShapeError` where they are missing, too long or not storable."""
    clean = words.strip()
    if needed and not any(unicodedata.category(letter)[0] in "LN" for letter in clean):
        raise ShapeError(field, "is required: say it in words.")
    if len(clean) > longest or "\x00" in clean or any("\ud800" <= letter <= "\udfff" for letter in clean):
        raise ShapeError(field, f"must have at most {longest} characters, no NUL and no half of a surrogate pair.")
    return clean


def check_expiry(expires_on: date, today: date) -> date:
    """The last day of a waiver: after today, and at most a year ahead. Raises `ShapeError`."""
    if not today < expires_on <= today + LONGEST_WAIVER:
        raise ShapeError("expires_on", f"must be after {today} and at most {LONGEST_WAIVER.days} days ahead.")
    return expires_on


def check_due(due: date | None, today: date) -> date | None:
    """The day by which somebody sees to a duty: today or later, within 20 years. Raises `ShapeError`."""
    if due is not None and not today <= due <= today + timedelta(days=20 * 366):
        raise ShapeError("due", f"must be {today} or later, and within 20 years.")
    return due

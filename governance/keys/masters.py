"""Master keys: from the setting PROBANZA_MASTER_KEYS, or from a file that is made at the first start. No Django.

The setting is `id:base64,id:base64,...`; the first is current, the others only open what they wrapped. The file has the same
form, one key a line, mode 600, in a directory of its own of mode 700. It is made whole or not at all, and by one process only.
"""

import base64
import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from governance.keys.envelope import KEY_BYTES, CannotOpen, new_key, unwrap, wrap

SETTING = "PROBANZA_MASTER_KEYS"
KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")


class MasterKeyError(Exception):
    """A master key is missing, malformed or the wrong one. The message names the setting and the fix."""


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """Master keys by id; `current` wraps, all open."""

    keys: dict[str, bytes] = field(repr=False)
    current: str

    def wrap(self, plain: bytes, where: bytes) -> tuple[str, bytes]:
        """The id of the current key and what it wrapped."""
        return self.current, wrap(self.keys[self.current], plain, where)

    def unwrap(self, master: str, wrapped: bytes, where: bytes) -> bytes:
        """The reverse. Raises `MasterKeyError` when that key is not here or is not the one that wrapped."""
        if master not in self.keys:
            known = ", ".join(self.keys)
            raise MasterKeyError(f"{SETTING} lacks the master key {master!r} (it has {known}); add it behind the first one.")
        try:
            return unwrap(self.keys[master], wrapped, where)
        except CannotOpen:
            raise MasterKeyError(f"The master key {master!r} in {SETTING} is not the one that wrapped this data key.") from None


def parse(text: str, source: str = SETTING) -> MasterKeys:
    """Master keys of a text `id:base64,...`; commas and line ends part them. Raises `MasterKeyError`."""
    keys: dict[str, bytes] = {}
    for entry in filter(None, (one.strip() for one in re.split(r"[,\n]", text))):
        name, colon, encoded = entry.partition(":")
        if not colon or not KEY_ID.fullmatch(name):
            raise MasterKeyError(f"{source} must be id:base64 pairs parted by commas; ids have letters, digits, '.', '_', '-'.")
        if name in keys:
            raise MasterKeyError(f"{source} has the master key {name!r} twice.")
        keys[name] = _decode(encoded, name, source)
    if not keys:
        raise MasterKeyError(f"{source} holds no master key; give id:base64 of {KEY_BYTES} random bytes.")
    return MasterKeys(keys, next(iter(keys)))


def _decode(encoded: str, name: str, source: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise MasterKeyError(f"{source}: the master key {name!r} must be {KEY_BYTES} bytes in base64.")
    return key


def load(setting: str, path: Path, *, may_create: bool) -> MasterKeys:
    """The master keys of this installation: the setting's, else the file's, else of a file made now.

    may_create: False when wrapped keys exist already; a new master key could not open them.

    Raises:
        MasterKeyError: there is none and none may be made, the file is open to others, or it is malformed.
    """
    if setting.strip():
        return parse(setting)
    try:
        return _from_file(path, may_create=may_create)
    except OSError as error:
        raise MasterKeyError(f"The master keys in {path} cannot be read or made ({error.strerror}); or set {SETTING}.") from error


def _from_file(path: Path, *, may_create: bool) -> MasterKeys:
    if not path.exists():
        if not may_create:
            raise MasterKeyError(f"There is no master key: set {SETTING}, or bring back the file {path}.")
        _create(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise MasterKeyError(f"{path} is open to other users; run chmod 600 on it, or set {SETTING}.")
    return parse(path.read_text("utf-8", "replace"), str(path))


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    line = f"file-{secrets.token_hex(4)}:{base64.b64encode(new_key()).decode()}\n"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        # A link never replaces: of two processes at their first start one wins, and both read its key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)

"""A ZIP file that has one spelling: uncompressed, fixed order, fixed attributes. Pure.

Compressed bytes depend on the library that made them; stored ones do not, so the same files give the same bytes anywhere.
"""

import io
from collections.abc import Mapping
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = 0o100644 << 16


def stored(files: Mapping[str, bytes]) -> bytes:
    """Name -> content, in the given order, as the bytes of a ZIP file."""
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(_info(name), content)
    return target.getvalue()


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, _EPOCH)
    info.create_system, info.external_attr = _UNIX, _MODE
    return info

"""Drawings as pictures: word processors read SVG differently, and all of them read PNG."""

import json
import struct
from collections.abc import Sequence
from functools import cache
from typing import Any

import typst

from governance.reports.glyphs import FOLDER

DENSITY = 144  # dots an inch: twice a screen's
_PAGES = b"""#set page(width: auto, height: auto, margin: 0pt, fill: white)
#for (index, drawing) in json(bytes(sys.inputs.drawings)).enumerate() {
  if index > 0 { pagebreak() }
  image(bytes(drawing), format: "svg")
}"""


def pictures(drawings: Sequence[str]) -> list[bytes]:
    """SVG drawings as PNG, in the same order. The same drawing gives the same bytes."""
    if not drawings:
        return []
    made: Any = typst.compile(  # a list for several pages, whatever its stub says
        _PAGES,
        format="png",
        ppi=DENSITY,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"drawings": json.dumps(drawings)},
    )
    found: list[bytes] = [made] if isinstance(made, bytes) else list(made)
    if len(found) != len(drawings):
        raise TypeError("typst gave another number of pictures")
    return found


def size(picture: bytes) -> tuple[int, int]:
    """Width and height of a PNG in dots."""
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER])

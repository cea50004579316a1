"""Which characters the shipped fonts can print. What they cannot becomes its code point, and is remembered."""

from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from governance.charts.svg import clean

FOLDER = Path(__file__).parent / "fonts"
REGULAR = ("NotoSans-Regular.ttf", "DejaVuSans.ttf")
BOLD = ("NotoSans-Bold.ttf", "DejaVuSans-Bold.ttf")


@cache
def covered() -> frozenset[int]:
    """Code points that both the regular and the bold fonts have a glyph for."""
    return frozenset(_of(REGULAR) & _of(BOLD))


def _of(names: tuple[str, ...]) -> set[int]:
    found: set[int] = set()
    for name in names:
        with TTFont(FOLDER / name, lazy=True) as font:
            found |= set(font.getBestCmap())
    return found


class Glyphs:
    """Makes words printable. `missing` counts, by character, how often a glyph was lacking."""

    def __init__(self) -> None:
        self.missing: dict[str, int] = {}

    def write(self, words: str) -> str:
        """`words` with control characters visible and unprintable ones as `U+XXXX`."""
        words = clean(words)
        if words.isascii():
            return words
        return "".join(character if ord(character) in covered() else self._named(character) for character in words)

    def _named(self, character: str) -> str:
        self.missing[character] = self.missing.get(character, 0) + 1
        return f"U+{ord(character):04X}"

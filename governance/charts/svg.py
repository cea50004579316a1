"""The few SVG elements our drawings need, as text. Everything that came from outside is escaped here."""

import re
import unicodedata
from collections.abc import Mapping
from html import escape as escape_markup

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_NO_CHARACTERS = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_BIDI = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# All that `_clean_character` may change; most words hold none of it and are looked through at once.
_UNCLEAN = re.compile(f"[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff{''.join(sorted(_BIDI))}{_NO_CHARACTERS}]")


def clean(words: str) -> str:
    """`words` without what XML forbids (as U+FFFD) and with bidirectional overrides made visible."""
    return _UNCLEAN.sub(lambda found: _clean_character(found[0]), words)


def _clean_character(character: str) -> str:
    code = ord(character)
    if character in _BIDI:
        return f"U+{code:04X}"
    if character in "\t\n\r":
        return " "
    if code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE:
        return "\N{REPLACEMENT CHARACTER}"
    return character


def escape(words: str) -> str:
    """`words` as XML text or as the value of an attribute."""
    return escape_markup(clean(words), quote=True)


def element(tag: str, attributes: Mapping[str, str | float], content: str = "") -> str:
    """One element. `content` is markup already; attribute values are escaped here."""
    written = "".join(f' {name}="{_value(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def text(words: str, x: float, y: float, **attributes: str | float) -> str:
    """A line of text; underscores in attribute names become hyphens."""
    given = {name.replace("_", "-"): value for name, value in attributes.items()}
    return element("text", {"x": x, "y": y, **given}, escape(words))


def line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1) -> str:
    """A straight line."""
    return element("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "stroke": stroke, "stroke-width": width})


def hatch(x: float, y: float, width: float, height: float, stroke: str, gap: float = 7) -> str:
    """45-degree lines over a rectangle, clipped by arithmetic so that no id is needed in the page."""
    strokes: list[str] = []
    start = x - height + gap
    while start < x + width:
        left = max(start, x)
        right = min(start + height, x + width)
        if right > left and height > 0:
            strokes.append(
                f"M{_value(left)} {_value(y + height - (left - start))}L{_value(right)} {_value(y + height - (right - start))}"
            )
        start += gap
    return element("path", {"d": "".join(strokes), "stroke": stroke, "stroke-width": 1, "fill": "none"}) if strokes else ""


def document(width: float, height: float, name: str, description: str, font: str, content: str) -> str:
    """The whole drawing with its accessible name and description."""
    head = element("title", {}, escape(name) or " ") + element("desc", {}, escape(description) or " ")
    attributes: dict[str, str | float] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "chart",
        "role": "img",
        "aria-label": name,
        "viewBox": f"0 0 {_value(width)} {_value(height)}",
        "width": width,
        "height": height,
        "font-family": font,
    }
    return element("svg", attributes, head + content)


def columns(words: str) -> int:
    """How many narrow characters wide `words` are; wide East Asian ones count twice, combining ones not at all."""
    return sum(_width(character) for character in words)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def shorten(words: str, most: int) -> str:
    """At most `most` columns of `words`; what was cut shows as an ellipsis."""
    words = " ".join(clean(words).split())
    if columns(words) <= most:
        return words
    kept, used = "", 1
    for character in words:
        used += _width(character)
        if used > most:
            break
        kept += character
    return kept.rstrip() + ELLIPSIS


def wrap(words: str, most: int, lines: int) -> list[str]:
    """`words` in at most `lines` lines of at most `most` columns; the last one is shortened."""
    rows: list[str] = []
    rest = " ".join(clean(words).split())
    while rest and len(rows) < lines - 1 and columns(rest) > most:
        cut = _break(rest, most)
        rows.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*rows, shorten(rest, most)] if rest else rows


def _break(words: str, most: int) -> int:
    used, space = 0, 0
    for index, character in enumerate(words):
        if character == " ":
            space = index
        used += _width(character)
        if used > most:
            return space or max(index, 1)
    return len(words)


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return escape(value)
    return f"{value:.2f}".rstrip("0").rstrip(".")

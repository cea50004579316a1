"""Foreign words made harmless: what a service says may come from a model, a document or an attacker. Pure."""

import re
import unicodedata

MOST = 300  # characters of one foreign text that a line shows


def plain(text: object, most: int = MOST) -> str:
    """One line without control, formatting, surrogate, private or unassigned characters: safe in a terminal and in XML.

    So no escape sequence, no carriage return, no reversed writing; each run of them becomes one space.
    """
    kept = "".join(letter if _is_harmless(letter) else " " for letter in str(text)[: 4 * most])
    line = " ".join(kept.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def told(text: object, most: int = MOST) -> str:
    """`plain`, and without what a build's log reads as a command (`::error::`, `##[group]`, `##vso[...]`)."""
    return re.sub(r"(?<=:):", " :", re.sub(r"(?<=#)#", " #", plain(text, most)))


def _is_harmless(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

"""Slips of the pen that a rule can tell without a parser, in English and Spanish. Pure.

What only a reader can tell is not looked for: agreement, tense, word order, the wrong word spelled right, sense.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from audits.judges.words import listed

FAULTS = ("doubled_word", "space_before_mark", "no_space_after_mark", "unbalanced", "opening_mark_missing", "article", "cut_off")
LOOKED_AT = 50_000  # characters of an answer
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|\S+@\S+", re.DOTALL)
_DOUBLED = re.compile(r"\b([^\W\d_]{2,})[ \t]+\1\b", re.IGNORECASE)
_MAY_DOUBLE = listed("had that very so no long far many bye blah muy nos tan más poco casi ja ha sí hong beri")
_SPACE = re.compile(r"(?<=\w)[ \t]+([,;.](?=\s|$)|[,;](?=\w))")
_NO_SPACE = re.compile(r"[^\W\d_]{2,}(?:,[^\W\d_]{2,}|[.!?;][A-ZÁÉÍÓÚÑ¿¡][^\W\d_]+)")
_QUESTION = re.compile(r"[^.!?¿¡\n]*[!?]+")
_A = re.compile(r"\ba\s+([aeiou][a-z]+)", re.IGNORECASE)
_AN = re.compile(r"\ban\s+([b-df-hj-np-tv-z][a-z]+)", re.IGNORECASE)
_A_TOO = re.compile(r"(?:uni(?!n|m)|us[aeiu]|util|ufo|ubiq|eu|ewe|one|once|u[rt]e|uran|usb)", re.IGNORECASE)
_AN_TOO = re.compile(r"(?:hour|hono|honest|heir|herb|hist|hotel|x-|mba|sms|sql|html|http|ngo|f[a-z]\b)", re.IGNORECASE)
_ENDS = re.compile(r"[.!?…:;][\"'»”’)\]*_]*\s*$")
_PAIRS = {")": "(", "]": "[", "»": "«", "”": "“"}
_LIST_MARK = re.compile(r"(?:^|(?<=\s))\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})\)")
LEAST_CUT = 6  # words of a last line that is taken for a sentence


@dataclass(frozen=True, slots=True)
class Fault:
    """Characters [start, end) of the answer, and one of `FAULTS`."""

    start: int
    end: int
    name: str


def faults(answer: str, language: str) -> tuple[Fault, ...]:
    """All slips in the order of their place. Code, addresses and what follows the first 50,000 characters are left alone."""
    text = _CODE.sub(lambda match: " " * len(match.group()), answer[:LOOKED_AT])
    found = [Fault(start, end, name) for name, rule in _RULES.items() for start, end in rule(text, language)]
    return tuple(sorted(found, key=lambda fault: (fault.start, fault.end, fault.name)))


def _doubled(text: str, language: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _DOUBLED.finditer(text) if match[1].casefold() not in _MAY_DOUBLE)


def _space_before(text: str, language: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _SPACE.finditer(text))


def _no_space_after(text: str, language: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _NO_SPACE.finditer(text))


def _unbalanced(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Closing marks without an opening one, then opening ones that are never closed."""
    listed = {match.end() - 1 for match in _LIST_MARK.finditer(text) if not match.group().startswith("(")}
    still_open: list[tuple[str, int]] = []
    for place, letter in enumerate(text):
        if letter in _PAIRS.values():
            still_open.append((letter, place))
        elif letter in _PAIRS and still_open and still_open[-1][0] == _PAIRS[letter]:
            still_open.pop()
        elif letter in _PAIRS and place not in listed and not _is_smile(text, place):
            yield place, place + 1
    yield from ((place, place + 1) for _letter, place in still_open if not _is_smile(text, place))


def _opening_missing(text: str, language: str) -> Iterator[tuple[int, int]]:
    if language == "es":
        for match in _QUESTION.finditer(text):
            before = text[: match.start()].rstrip()[-1:]
            if before not in {"¿", "¡"} and len(match.group().split()) > 1:
                yield match.end() - 1, match.end()


def _article(text: str, language: str) -> Iterator[tuple[int, int]]:
    if language == "en":
        yield from (match.span() for match in _A.finditer(text) if match[1].islower() and not _A_TOO.match(match[1]))
        yield from (match.span() for match in _AN.finditer(text) if match[1].islower() and not _AN_TOO.match(match[1]))


def _cut_off(text: str, language: str) -> Iterator[tuple[int, int]]:
    """The last line reads like a sentence and has no end."""
    last = text.rstrip().rsplit("\n", 1)[-1]
    is_list = re.match(r"\s*(?:[-*•–|#]|\d+[.)])", last) is not None
    if len(last.split()) >= LEAST_CUT and not is_list and not _ENDS.search(last):
        end = len(text.rstrip())
        yield end - 1, end


def _is_smile(text: str, place: int) -> bool:
    return bool(re.search(r"[:;]-?$", text[max(0, place - 2) : place]))


_RULES: dict[str, Callable[[str, str], Iterator[tuple[int, int]]]] = {
    "doubled_word": _doubled,
    "space_before_mark": _space_before,
    "no_space_after_mark": _no_space_after,
    "unbalanced": _unbalanced,
    "opening_mark_missing": _opening_missing,
    "article": _article,
    "cut_off": _cut_off,
}

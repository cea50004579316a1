"""Words that no dictionary knows, in English and Spanish. Needs the wheel `simplemma`, which brings its dictionaries.

A word is left alone where a dictionary could only be wrong: names (a capital), short words, figures, addresses, code, and
every word of the question and of the passages, whose terms the answer is right to use.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

LANGUAGES = ("en", "es")
LEAST = 4  # letters; shorter words are abbreviations as often as mistakes
_TOKEN = re.compile(r"`[^`]*`|\S+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NO_WORDS = re.compile(r"[\d@/\\_=<>{}|~^]|\w[.:]\w|^`")
_CLITICS = re.compile(r"(?:me|te|se|nos|os|lo|la|los|las|le|les)$")

Known = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Word:
    """Characters [start, end) of a text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Spelled:
    """checked: how many words were looked up. unknown: those that no dictionary has."""

    checked: int
    unknown: tuple[Word, ...]


def dictionary(language: str) -> Known | None:
    """Whether a word in lower case is known; None for a language or on a machine without a dictionary."""
    lookup = _lookup() if language in LANGUAGES else None
    if lookup is None:
        return None
    return lambda word: any(lookup(form, language) for form in _forms(word, language))


def dictionary_name() -> str:
    """What the words were looked up in, with its version; empty on a machine without it."""
    return f"simplemma {version('simplemma')}" if _lookup() else ""


def spelled(text: str, given: Iterable[str], known: Known) -> Spelled:
    """The unknown words of `text`. given: texts whose words are right because they stand there."""
    terms = {match.group().casefold() for one in given for match in _WORD.finditer(one)}
    looked_up = [word for word in _words(text) if word.text.casefold() not in terms]
    return Spelled(len(looked_up), tuple(word for word in looked_up if not known(word.text.casefold())))


def _words(text: str) -> list[Word]:
    """Words of small letters only, outside code, addresses and whatever has figures or signs in it."""
    found = []
    for token in _TOKEN.finditer(text):
        if _NO_WORDS.search(token.group()):
            continue
        for match in _WORD.finditer(token.group()):
            word = match.group()
            if len(word) >= LEAST and word == word.lower():
                found.append(Word(token.start() + match.start(), token.start() + match.end(), word))
    return found


def _forms(word: str, language: str) -> set[str]:
    """The word and what is left of it without what is written onto it: `system's`, `pedirla`, `inténtelo`."""
    plain = word.replace("’", "'")
    if language == "en":
        return {plain, plain.removesuffix("'s").removesuffix("'")}
    once = _CLITICS.sub("", plain)
    stems = {stem for stem in (once, _CLITICS.sub("", once)) if len(stem) >= LEAST}
    return {plain, *stems, *map(_unaccented, stems)}


def _unaccented(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", decomposed.replace("\u0301", ""))


@cache
def _lookup() -> Callable[[str, str], bool] | None:
    try:
        from simplemma import is_known
    except ModuleNotFoundError:
        return None
    return lambda word, language: bool(is_known(word, lang=language))

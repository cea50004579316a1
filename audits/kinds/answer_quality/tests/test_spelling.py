"""Unknown words, and how good the dictionaries are on text that is known to be right."""

import random
import re
from pathlib import Path

import pytest

from audits.kinds.answer_quality.spelling import dictionary, spelled

pytest.importorskip("simplemma", reason="the wheel with the dictionaries is not installed")
ROOT = Path(__file__).parents[4]


def unknown(text: str, language: str = "en", *given: str) -> list[str]:
    known = dictionary(language)
    assert known is not None
    return [word.text for word in spelled(text, given, known).unknown]


def test_a_slip_is_found_with_its_place() -> None:
    known = dictionary("en")
    assert known is not None
    (found,) = spelled("You will recieve it.", (), known).unknown
    assert (found.start, found.end, found.text) == (9, 16, "recieve")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The organisation's colours and the organization's color.", "en"),
        ("Don't send `foobarr` to qwert@example.org or https://exampel.org/xyzzy.", "en"),
        ("Xyzzy Ltd has 3x4 abc-123 snake_case v1.2.3b items.", "en"),
        ("Las empresas podrán pedirla; inténtelo, envíelo y devuélvalo sin problemas.", "es"),
    ],
)
def test_what_is_right_or_no_word_is_left_alone(text: str, language: str) -> None:
    assert unknown(text, language) == []


def test_an_accent_that_is_missing_is_found() -> None:
    assert unknown("La devolucion tambien es gratis.", "es") == ["devolucion", "tambien"]


def test_words_of_the_passages_are_right_to_use() -> None:
    assert unknown("The frobnicator is ready.", "en", "A frobnicator froths.") == []


def test_there_is_no_dictionary_for_other_languages() -> None:
    assert dictionary("fr") is None


def texts(language: str) -> str:
    if language == "es":
        said = re.findall(r'^msgstr "(.*)"', (ROOT / "locale/es/LC_MESSAGES/django.po").read_text(encoding="utf-8"), re.M)
        return re.sub(r"%\(\w+\)[sd]|\\n|<[^>]+>", " ", " ".join(said))
    english = (path for path in sorted((ROOT / "docs").glob("*/*.md")) if not path.name.endswith(".es.md"))
    pages = "\n".join(path.read_text(encoding="utf-8") for path in english)
    return re.sub(r"```.*?```", " ", pages, flags=re.S)


@pytest.mark.parametrize("language", ["en", "es"])
def test_clean_text_is_seldom_flagged_and_slips_are_mostly_found(language: str) -> None:
    text, known, rng = texts(language), dictionary(language), random.Random(5)
    assert known is not None
    looked = spelled(text, (), known)
    flagged = 1000 * len(looked.unknown) / looked.checked
    right = [word for word in re.findall(r"\b[a-záéíóúñü]{5,}\b", text) if known(word)]
    swapped = [(word, word[:2] + word[3] + word[2] + word[4:]) for word in rng.sample(right, 600)]
    slips = [slip for word, slip in swapped if slip != word]
    assert flagged < 20
    assert sum(not known(slip) for slip in slips) / len(slips) > 0.85

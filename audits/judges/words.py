"""Words of a text for comparison: folded, without function words, by stem; and which language it is. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Literal

Language = Literal["en", "es", ""]


def listed(words_in_a_row: str) -> frozenset[str]:
    """The words of one text as a set."""
    return frozenset(words_in_a_row.split())


EN = listed(
    "a an the and or but if then than as of at by for with about into through from to in on off over under out up down "
    "is are was were be been being am do does did done doing have has had having will would shall should can could may "
    "might must it its this that these those there here he she they we you i me him her them us my your his our their "
    "who whom whose which what when where why how all any both each few more most other some such only own same so too "
    "very just also not no nor n't never without between during while because until again once"
)
ES = listed(
    "el la los las un una unos unas y e o u pero si como de del al a ante con contra desde en entre hacia hasta para por "
    "según sin sobre tras es son era eran fue fueron ser sido está están estaba estar ha han había haber hay he se su sus "
    "lo le les me te nos mi tu nuestro nuestra este esta estos estas ese esa esos esas eso esto aquel aquella que quien "
    "quién quiénes cual cuál cuales cuyo donde dónde cuando cuándo qué cómo más menos muy también tampoco ya no ni nunca "
    "todo toda todos todas otro otra otros otras cada mientras porque durante puede pueden debe deben tiene tienen "
    "nuestros nuestras además"
)
_SHARED = EN & ES
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA"})  # one text mixes them
_WORD = re.compile(r"\w+(?:['’]\w+)?")


def fold(text: str) -> str:
    """Lower case without accents: `Ríos` -> `rios`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


_STOP = frozenset(fold(word) for word in EN | ES)


def words(text: str) -> list[str]:
    """All words in order, in lower case with their accents."""
    return [match.group().casefold() for match in _WORD.finditer(text)]


def content_words(text: str) -> list[str]:
    """Folded words that carry content; figures and single letters are left out, they have checks of their own."""
    folded = (fold(re.split(r"['’]", word)[0]) for word in words(text))
    return [word for word in folded if len(word) > 1 and word not in _STOP and not word[0].isdigit()]


def stem(word: str) -> str:
    """A crude stem of a folded word: the plural and common endings off, at most seven letters kept."""
    for ending in ("ies", "ing", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:7]


def cognate(word: str) -> str:
    """The first five letters with `ph`, `y`, doubled and mute letters made alike: `logistics` and `logística` meet."""
    plain = word.replace("ph", "f").replace("th", "t").replace("y", "i").replace("qu", "c").replace("k", "c").replace("h", "")
    return re.sub(r"(.)\1", r"\1", plain)[:5]


def stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in content_words(text))


def cognates(text: str) -> frozenset[str]:
    return frozenset(cognate(word) for word in content_words(text) if len(word) >= 4)


def covered(wanted: frozenset[str], present: Iterable[str]) -> float:
    """Share of `wanted` that is present, 0 to 1; 1 when nothing is wanted."""
    return len(wanted.intersection(present)) / len(wanted) if wanted else 1.0


def script_of(text: str) -> str:
    """The writing most letters of the first 2,000 characters belong to, as Unicode names it; empty without letters."""
    named = (unicodedata.name(letter, "").split(" ")[0] for letter in text[:2000] if letter.isalpha())
    counted = Counter("CJK" if name in _EAST_ASIAN else name for name in named)
    return counted.most_common(1)[0][0] if counted else ""


def language_of(text: str) -> Language:
    """`en` or `es` by function words and Spanish letters; empty when neither clearly prevails."""
    found = words(text)
    english = sum(word in EN and word not in _SHARED for word in found)
    spanish = sum(word in ES and word not in _SHARED for word in found) + sum(text.count(sign) for sign in "¿¡ñ")
    if english == spanish or max(english, spanish) < max(1, len(found) // 20):
        return ""
    return "en" if english > spanish else "es"

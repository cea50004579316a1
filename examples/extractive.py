"""In the place of a language model: quotes what shares most words with the question. The same question gives the same answer.

Where nothing does, it says what it remembers, as language models do; no passage holds that, and an audit finds it.
"""

import re
import zlib
from collections.abc import Sequence

_WORD = re.compile(r"\w+")
_EMPTY = frozenset(
    _WORD.findall("a an and are at by did do does for from how in is it its of on or the to was were what when where which who")
)
MEMORY = "The capital of France is Paris, a city of 2 million people on the Seine."
SIZE = 1_024


def words(text: str) -> list[str]:
    """The words of a text in lower case without those that carry nothing, cut to six letters so that endings do not matter."""
    return [word[:6] for word in _WORD.findall(text.lower()) if word not in _EMPTY]


def sentences(text: str) -> list[str]:
    """The lines of a passage that are sentences; the knowledge base has one a line."""
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def quote(question: str, passages: Sequence[str]) -> str:
    """The two sentences that share most words with the question, the first of equals; `MEMORY` where none shares any."""
    asked = set(words(question))
    found = [sentence for passage in passages for sentence in sentences(passage)]
    ranked = sorted(found, key=lambda sentence: -len(asked & set(words(sentence))))
    return " ".join(ranked[:2]) if ranked and asked & set(words(ranked[0])) else MEMORY


def vector(text: str) -> list[float]:
    """A text as counts of its words in 1,024 places, of length 1: an embedding that needs no model."""
    counts = [0.0] * SIZE
    for word in words(text):
        counts[zlib.crc32(word.encode()) % SIZE] += 1.0
    length = sum(count * count for count in counts) ** 0.5 or 1.0
    return [count / length for count in counts]

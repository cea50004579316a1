"""Whether a text speaks to its judge: orders to ignore rules, to say YES, to give a verdict. Pure.

A tripwire, not a wall: it knows how such orders are usually put, in English and Spanish, and somebody who knows it can
write around it. What it finds only ever takes a "supported" away, never an "unsupported", so that nobody gains by it.
"""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 500_000  # characters that are looked at, of all texts together
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0001-\U000e007f]")
_ORDER = re.compile(
    r"""
    \b(?:ignor(?:e|ing|a|ad|e[ns])|disregard|forget|override|bypass|olvid[ae]\w*|descarta|omite)\b[^.!?\n]{0,60}
        \b(?:rules?|instructions?|prompts?|above|previous|passages?|context|reglas?|instrucciones|anterior(?:es)?|pasajes?|contexto)\b
    |\b(?:answer|respond|reply|say|output|print|responde|contesta|di|escribe)\b[^.!?\n]{0,30}\b(?:yes|sí|"?supported"?|solo|only)\b
    |\b(?:verdicts?|veredictos?)\b[^.!?\n]{0,60}\b(?:supported|respaldad[oa]s?|is|must|es|debe)\b
    |"verdicts?"\s*:
    |\b(?:mark|rate|label|judge|classify|marca|califica|clasifica)\b[^.!?\n]{0,60}\b(?:supported|respaldad[oa]s?|correct[oa]?s?|true)\b
    |\b(?:language\s+model|modelo\s+de\s+lenguaje|you\s+are\s+now|new\s+instructions|test\s+mode|ahora\s+eres)\b
    |^\W*(?:system|assistant|sistema)\s*:
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)


def has_order(texts: Iterable[str]) -> bool:
    """Whether any of the texts holds one. Invisible characters do not hide it."""
    left = LONGEST
    for text in texts:
        if _ORDER.search(visible(text[:left])):
            return True
        left = max(0, left - len(text))
    return False


def visible(text: str) -> str:
    """The text in compatibility form (NFKC) without format characters, so that letters apart by a zero width are one word."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))

"""Splits an answer into statements with exact offsets. Pure.

Four sorts of sentence are told apart: claims, which are judged; abstentions ("the documents do not
say"), which state nothing about the world; bare answers ("Yes."), which cannot be read without their
question; and talk (greetings, questions, headings), which states nothing.
English and Spanish are known; sentences of other languages are claims.
"""

import re
from dataclasses import dataclass

from audits.contract import Claim
from audits.judges.words import listed

_ABBREVIATIONS = listed(
    "mr mrs ms dr prof sr jr st vs etc e.g i.e cf inc ltd co corp no nos fig vol approx dept est art p pp "
    "sra srta dra ing lic d da avda tel pág págs núm ej p.ej aprox ee.uu s.a s.l a.m p.m cía ud uds"
)
_END = re.compile(r"[.!?…]+[\"'»”’)\]]*(?=\s|$)")
_BREAK = re.compile(r"(?<![ \t])[ \t]*\n\s*")
_BULLET = re.compile(r"(?:[-*•–—·▪]|\(?\d{1,2}[.)]|\(?[a-z]\))[ \t]+")
_OPENERS = "¿¡\"'«“‘([*-•–"

_ABSTENTION = re.compile(
    r"""
    \b(?:i|we)\s+(?:do\s*n[o']t|don’t|can\s*not|can['’]?t|could\s*n[o']t|couldn’t|am\s+(?:not|un)|was\s+unable|are\s+unable)\s*
        (?:\w+\s+){0,2}?(?:know|find|answer|say|tell|determine|sure|able|have\s+(?:\w+\s+){0,3}information|provide)
    |\b(?:unable|not\s+able)\s+to\s+(?:answer|find|determine|provide)
    |\b(?:context|documents?|passages?|sources?|knowledge\s+base|text|information)\b[^.!?]{0,60}
        \b(?:do(?:es)?\s*n[o']t|doesn’t|don’t|do(?:es)?\s+not|not)\s+
        (?:say|state|mention|contain|include|provide|specify|cover|answer|give|have)
    |\b(?:there\s+is\s+)?no\s+(?:relevant\s+)?(?:information|mention|answer)\b[^.!?]{0,40}
        \b(?:available|provided|found|given|in\s+the|about|on|to)\b
    |\bno\s+(?:lo\s+)?(?:sé|sabemos|puedo|podemos|encuentro|encontramos|dispongo|disponemos|tengo|tenemos)\b[^.!?]{0,40}
        (?:información|respuesta|responder|contestar|datos|decir|encontrar|saber|documentos|$)
    |^\s*no\s+(?:lo\s+)?(?:sé|sabemos)\b
    |\b(?:contexto|documentos?|textos?|fuentes?|pasajes?|base|información)\b[^.!?]{0,60}
        \bno\s+(?:lo\s+|la\s+|se\s+)?(?:dicen?|mencionan?|contienen?|incluyen?|indican?|especifican?|recogen?|responden?|
        aparecen?|proporcionan?|permiten?)
    |\bno\s+(?:hay|existe|se\s+(?:dispone|menciona|indica|proporciona|encuentra|encontró))\b[^.!?]{0,30}
        (?:información|datos|respuesta|mención|documentos|contexto)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TALK = re.compile(
    r"""^\W*(?:
    (?:hi|hello|hey|dear|thanks|thank\s+you|sure|certainly|of\s+course|great\s+question|you['’]?re\s+welcome|good\s+\w+)
        (?:\s+(?:there|you|all|so\s+much|for\s+(?:asking|your\s+\w+)|everyone|question))*
    |hola|buenos\s+días|buenas(?:\s+(?:tardes|noches))?|gracias(?:\s+por\s+(?:su|tu|la)\s+\w+)?|claro(?:\s+que\s+sí)?|de\s+nada
    |por\s+supuesto|un\s+saludo|saludos|estimad[oa]s?\s+\w+
    |(?:i\s+hope\s+(?:this|that)\s+helps|let\s+me\s+know\b.*|feel\s+free\b.*|please\s+(?:let|feel|contact|ask)\b.*|happy\s+to\s+help\b.*)
    |(?:espero\s+que\s+(?:esto|te|le)\b.*|no\s+dudes?\s+en\b.*|quedo\s+a\s+\w+\s+disposición\b.*)
    |(?:here\s+(?:is|are)|based\s+on|according\s+to|aquí\s+(?:está|tiene)n?|según)\b.*:
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_BARE = re.compile(r"^\W*(?:yes|no|yeah|nope|correct|true|false|sí|si|verdadero|falso|correcto|cierto)\W*$", re.IGNORECASE)
_WORDLIKE = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Split:
    """The sentences of an answer by sort, each in order of appearance."""

    claims: tuple[Claim, ...]
    abstentions: tuple[Claim, ...]
    bare: tuple[Claim, ...]
    talk: tuple[Claim, ...]


def split(answer: str) -> Split:
    """Sort the sentences of `answer`. Every `Claim` satisfies `answer[claim.start:claim.end] == claim.text`."""
    sorts: dict[str, list[Claim]] = {"claim": [], "abstention": [], "bare": [], "talk": []}
    for sentence in sentences(answer):
        sorts[sort_of(sentence.text)].append(sentence)
    return Split(*(tuple(sorts[name]) for name in ("claim", "abstention", "bare", "talk")))


def sort_of(sentence: str) -> str:
    """`claim`, `abstention`, `bare` or `talk`."""
    if _BARE.match(sentence):
        return "bare"
    if not _WORDLIKE.search(sentence) or _TALK.match(sentence) or _is_frame(sentence):
        return "talk"
    return "abstention" if _abstains(sentence) else "claim"


def sentences(text: str) -> list[Claim]:
    """All sentences of `text` with their offsets, bullets and outer white space left out.

    A sentence ends at `.`, `!`, `?` or `…` before white space, unless the full stop belongs to an
    abbreviation, an initial or a number; and at a line break before a bullet, an empty line or a capital.
    """
    found: list[Claim] = []
    start = 0
    for cut in [*_cuts(text), len(text)]:
        begin, end = _trim(text, start, cut)
        if begin < end:
            found.append(Claim(begin, end, text[begin:end]))
        start = cut
    return found


def _cuts(text: str) -> list[int]:
    ends = {match.end() for match in _END.finditer(text) if _ends_here(text, match)}
    return sorted(ends | {match.start() for match in _BREAK.finditer(text) if _breaks_here(text, match)})


def _ends_here(text: str, match: re.Match[str]) -> bool:
    rest = text[match.end() : match.end() + 3].lstrip()
    if match.group() != ".":
        return not rest or not rest[0].islower()
    before = text[max(0, match.start() - 20) : match.start()].split()
    word = before[-1].lstrip("([\"'«“").lower() if before else ""
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and rest):
        return False
    if word.isdigit() and len(word) <= 2 and _starts_line(text, match.start() - len(word)):
        return False  # the number of a list entry
    return not rest or rest[0].isupper() or rest[0].isdigit() or rest[0] in _OPENERS


def _starts_line(text: str, index: int) -> bool:
    return not text[max(text.rfind("\n", 0, index) + 1, index - 100) : index].strip()


def _breaks_here(text: str, match: re.Match[str]) -> bool:
    rest = text[match.end() : match.end() + 6]
    return (
        match.group().count("\n") > 1
        or _BULLET.match(rest) is not None
        or text[: match.start()].endswith((":", ";"))
        or rest[:1].isupper()
        or rest[:1] in _OPENERS
    )


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    bullet = _BULLET.match(text, start, end)
    if bullet:
        start = bullet.end()
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_frame(sentence: str) -> bool:
    stripped = sentence.rstrip("\"'»”’)*_ ")
    return stripped.endswith("?") or (stripped.endswith(":") and len(stripped.split()) <= 12)


def _abstains(sentence: str) -> bool:
    """Whether the sentence only says that it cannot be said.

    A sentence that goes on after "but" or "pero" states something and stays a claim.
    """
    match = _ABSTENTION.search(sentence)
    return match is not None and not re.search(r"\b(?:but|however|pero|aunque)\b", sentence[match.end() :], re.IGNORECASE)

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
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'»”’)\]]*+(?=\s|$)")
_BREAK = re.compile(r"(?<![ \t])[ \t]*\n\s*")
_BULLET = re.compile(r"(?:[-*•–—·▪]|\(?\d{1,2}[.)]|\(?[a-z]\))[ \t]+")
_OPENERS = "¿¡\"'«“‘([*-•–"

# What the speaker or the documents know, and no more: "we cannot provide refunds" is policy, and a claim.
_ABSTENTION = re.compile(
    r"""
    \b(?:i|we)(?:\s+(?:do\s*n[o']t|don’t|can\s*not|can['’]?t|could\s*n[o']t|couldn’t|(?:am|are|was|were)\s+(?:not|unable))
        |['’](?:m|re)\s+(?:not|unable))\s+
        (?:\w{1,20}\s+){0,2}?(?:
            know|determine|say|tell|sure
            |have\s+(?:\w{1,20}\s+){0,3}(?:information|details|answer|knowledge|data)
            |answer(?:\s+(?:this|that|it|from|based|with|using|(?:the|your|these|such|any)\s+questions?)\b|\W*$)
            |find\b[^.!?]{0,60}\b(?:information|answers?|mention|details|reference|documents?|context|passages?|sources|text)
            |(?:provide|give)\s+(?:\w{1,20}\s+){0,3}(?:information|answers?|details|response)
            |(?:provide|give)\s+(?:this|that|it)\W*$
        )\b
    |^\W*+(?:unable|not\s+able)\s+to\s+(?:answer|find|determine|provide)\b
    |(?:^\W*+|[,;:]\s|\b(?:that|because|since|as|and|unfortunately|however|sorry)\s)\W{0,5}
        (?:(?:the|these|this|those|our|my|any)\s+)?(?:
        (?:\w{1,20}\s+)??(?:context|documents?|documentation|passages?|sources?|knowledge\s+base|text|information)\b
            (?!\s+(?:code|message|field))[^.!?,]{0,60}
            \bdo(?:es)?(?:\s*n[o'’]t|\s+not)\s+(?:\w{1,20}ly\s+)?(?:say|state|mention|specify|answer|tell)
        |(?:\w{1,20}\s+)??(?:context|documents?|documentation|passages?|sources|knowledge\s+base|text)
            (?:\s+(?:above|provided|given|available|supplied|retrieved))?
            \s+do(?:es)?(?:\s*n[o'’]t|\s+not)\s+(?:\w{1,20}ly\s+)?(?:contain|include|provide|cover|give|have)
        |(?:(?:provided|given|available|supplied|retrieved)\s+information|information\s+(?:provided|given|available|supplied|retrieved))
            \s+do(?:es)?(?:\s*n[o'’]t|\s+not)\s+(?:\w{1,20}ly\s+)?(?:contain|include|provide|cover|give|have)
        )\b
    |\bno\s+(?:relevant\s+)?(?:information(?!\s+(?:desk|point|board|cent(?:re|er)|office|stand))|mention)\b[^.!?]{0,40}
        \b(?:available|provided|found|given|in\s+the|about|on|to)\b
    |\bno\s+(?:relevant\s+)?answer\b[^.!?]{0,40}\b(?:available|provided|found|given|in\s+the|to\s+(?:this|that|the|your)\s+question)\b
    |\bno\s+(?:lo\s+)?(?:sé|sabemos)\b
    |\bno\s+(?:puedo|podemos)\s+(?:\w{1,20}\s+){0,2}?(?:responder|contestar|decir|encontrar|saber|determinar)\w*
    |\bno\s+(?:puedo|podemos)\s+(?:dar|proporcionar|facilitar|ofrecer)\w*\s+(?:\w{1,20}\s+){0,2}?(?:información|respuesta|datos)\b
    |\bno\s+(?:tengo|tenemos|dispongo|disponemos)\s+(?:(?:de|la|una|esa|más|ninguna|suficientes?|acceso|a|los|esos)\s+){0,3}
        (?:información|respuesta|datos|documentos)\b
    |\bno\s+(?:lo\s+|la\s+)?(?:encuentro|encontramos)\b[^.!?]{0,40}(?:información|respuesta|datos|documentos|contexto|$)
    |(?:^\W*+|[,;:]\s|\b(?:que|porque|y|lamentablemente)\s)\W{0,5}(?:en\s+)?(?:(?:el|la|los|las|este|esta|estos|estas|mis?|nuestros?)\s+)?(?:
        (?:contexto|documentos?|documentación|textos?|fuentes?|pasajes?|base\s+(?:de|documental)|información)\b[^.!?,]{0,60}
            \bno\s+(?:lo\s+|la\s+|se\s+)?(?:dicen?|mencionan?|indican?|especifican?|responden?|permiten?\s+(?:saber|responder|contestar|determinar|conocer))
        |(?:contexto|documentos?|documentación|textos?|fuentes|pasajes?|base\s+(?:de\s+\w{1,20}|documental)
            |información\s+(?:proporcionada|disponible|facilitada|recuperada))
            (?:\s+(?:proporcionad[oa]s?|disponibles?|facilitad[oa]s?|recuperad[oa]s?))?
            \s+no\s+(?:lo\s+|la\s+|se\s+)?(?:contienen?|incluyen?|recogen?|aparecen?|proporcionan?)
        )\b
    |\bno\s+(?:hay|existe)\s+(?:\w{1,20}\s+){0,2}?(?:información|mención|respuesta|datos\s+(?:sobre|acerca|suficientes|disponibles))\b
    |\bno\s+se\s+(?:dispone|menciona|indica|proporciona|encuentran?|encontró|encontraron)\b[^.!?]{0,30}
        (?:información|datos|respuesta|mención|documentos|contexto)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TALK = re.compile(
    r"""^\W*+(?:
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
LONGEST_TALK = 400  # characters; matching talk takes time that grows with the square of the length


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
    if not _WORDLIKE.search(sentence) or _is_talk(sentence) or _is_frame(sentence):
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
        or text.endswith((":", ";"), 0, match.start())
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


def _is_talk(sentence: str) -> bool:
    return len(sentence) <= LONGEST_TALK and _TALK.match(sentence) is not None


def _is_frame(sentence: str) -> bool:
    stripped = sentence.rstrip("\"'»”’)*_ ")
    return stripped.endswith("?") or (stripped.endswith(":") and len(stripped.split()) <= 12)


def _abstains(sentence: str) -> bool:
    """Whether the sentence only says that it cannot be said.

    A sentence that goes on after "but" or "pero" states something and stays a claim.
    """
    match = _ABSTENTION.search(sentence)
    return match is not None and not re.search(r"\b(?:but|however|pero|aunque)\b", sentence[match.end() :], re.IGNORECASE)

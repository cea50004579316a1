"""Whether an answer declines: says only that it cannot or will not say, or sends elsewhere. English and Spanish. Pure.

Three sorts of sentence decline: "the documents do not say" (`judges.claims`), "I cannot help with that", and "I only
answer questions about ...". Sentences that send elsewhere or offer other help go with them and state nothing.
A sentence that goes on with a statement after "but" or "pero" states something.
"""

import re
from typing import Literal

from audits.judges.claims import sentences, sort_of

Behaviour = Literal["answered", "declined", "partly", "nothing"]

_UNABLE = (
    r"(?:can\s*not|can['’]?t|could\s*n['’]?t|will\s+not|won['’]?t|(?:am|are|is|['’]m|['’]re)\s+"
    r"(?:not\s+(?:able|allowed|permitted|authori[sz]ed|designed|trained|equipped|in\s+a\s+position)|unable)\s+to)"
)
# "We cannot give refunds" is a statement about the house, "I cannot give advice" declines.
_HELP = (
    r"(?:(?:help|assist|answer|respond|reply|discuss|comment|advise|comply|talk|speak|engage|do\s+(?:that|this|so))\b|"
    r"(?:provide|give|offer|share|tell|make)\s+(?:\w+\s+){0,3}?(?:information|advice|answers?|opinions?|details|recommendations?|"
    r"help|guidance|assistance|predictions?|that|this)\b)"
)
_AYUDAR = (
    r"(?:(?:ayudar|responder|contestar|hablar|opinar|asistir|aconsejar|comentar)\w*\b|"
    r"(?:dar|ofrecer|proporcionar|facilitar|compartir|hacer)\w*\s+(?:\w+\s+){0,2}?(?:información|consejos?|respuestas?|opiniones|"
    r"opinión|detalles|recomendaciones|ayuda|orientación|datos|predicciones|es[oa]|esto)\b)"
)
_ONLY = r"(?:solo|sólo|solamente|únicamente)"
_SCOPE = r"(?:scope|remit|knowledge|expertise|area|domain|capabilities|purpose)"
_AMBITO = r"(?:ámbito|alcance|conocimientos?|competencias?|área|cometido|que\s+puedo)"
_KNOWN = r"(?:information|knowledge|data|access)"
_DECLINES = (
    rf"\b(?:i|we|this\s+assistant)\s*{_UNABLE}\s+(?:\w+\s+){{0,2}}?{_HELP}",
    rf"\b(?:i|we)\s*(?:can\s+only|only|(?:am|are|['’]m|['’]re)\s+only\s+able\s+to)\s+(?:{_HELP}|have\s+{_KNOWN}|know\s+about)",
    r"\b(?:my|our)\s+(?:knowledge|purpose|role|scope|expertise|information)\s+(?:is|are)\s+(?:limited|restricted|confined)\b",
    rf"\b(?:outside|beyond)\s+(?:of\s+)?(?:what\s+(?:i|we)\b|(?:my|our|the|this)\s+(?:\w+\s+)?{_SCOPE}\b)",
    r"\bout\s+of\s+(?:my\s+|our\s+)?scope\b",
    r"\bnot\s+(?:something|a\s+(?:topic|question|subject))\s+(?:that\s+)?(?:i|we)\s+(?:can|am|are|could)\b",
    rf"\b(?:designed|here|meant|built)\s+(?:only\s+to|to\s+only)\s+{_HELP}",
    rf"\bno\s+(?:(?:le|te|les|os|me|nos)\s+)?(?:puedo|podemos|podría|podríamos|(?:es|sería)\s+posible)\s+(?:\w+\s+){{0,2}}?{_AYUDAR}",
    rf"\b{_ONLY}\s+(?:(?:le|te|les|os)\s+)?(?:puedo|podemos|podría)\s+{_AYUDAR}",
    rf"\b{_ONLY}\s+(?:respondo|respondemos|contesto|contestamos|atiendo|atendemos)\b",
    rf"\b{_ONLY}\s+(?:tengo|tenemos|dispongo|disponemos)\s+(?:de\s+)?(?:información|datos|acceso|conocimiento)",
    rf"\b(?:puedo|podemos)\s+{_AYUDAR}\s+{_ONLY}\b",
    rf"\b(?:fuera|más\s+allá)\s+de(?:l|\s+(?:mi|nuestro|este|la|los|lo))?\s+(?:\w+\s+)?{_AMBITO}\b",
    r"\bno\s+(?:está|entra|forma\s+parte|pertenece)\b[^.!?]{0,25}\b(?:mi|nuestro)\s+(?:ámbito|alcance|cometido|función)",
    r"\bno\s+estoy\s+(?:autorizad|capacitad|diseñad|programad|preparad|facultad)[oa]\b",
    r"\b(?:mi|nuestra)\s+(?:función|información|labor)\s+se\s+limita\b",
)
_REACH = r"(?:contact|ask|visit|consult|check|reach|try|find|look|refer|see|rephrase)"
_OFFERS = (
    rf"^\W*(?:please\s+)?{_REACH}\b",
    rf"^\W*(?:for\s+(?:that|this|other|more|such)\b[^.!?]*,\s*)?(?:please\b|you\s+(?:can|may|could|might|should)\s+{_REACH}\b)",
    rf"\bi\s+(?:would\s+|['’]d\s+)?(?:recommend|suggest|advise)\s+(?:that\s+you\s+)?{_REACH}",
    rf"\b(?:i|we)(?:['’]d|\s+would|\s+can|\s+am|\s+are|['’]m)\s+(?:be\s+)?(?:(?:happy|glad|able)\s+to\s+)?{_HELP}",
    r"^\W*(?:por\s+favor|consult[ea]|contact[ea]|póngase|ponte|diríjase|pregunt[ea]|acuda|visit[ea])\b",
    r"\b(?:puede|puedes|podría|debe|debería)\s+(?:contactar|consultar|dirigirse|preguntar|acudir|visitar|ponerse|llamar)",
    r"\b(?:le|te)\s+(?:recomiendo|sugiero|aconsejo)\s+(?:que\s+)?(?:contact|consult|dirig|acud|visit|pregunt)",
    rf"\b(?:puedo|podemos|estaré\s+encantad[oa]\s+de|con\s+gusto)\b[^.!?]*{_AYUDAR}",
)
_SORRY = re.compile(
    r"^\W*(?:(?:i\s*(?:['’]m|am)\s+)?(?:so\s+|very\s+)?sorry|(?:my\s+)?apologies|i\s+apologi[sz]e|lo\s+siento(?:\s+mucho)?|lo\s+lamento|"
    r"disculpe?|perdón|perdone?)\b[^.!?,]{0,60}[.!,]*\s*$",
    re.IGNORECASE,
)
_DECLINE = re.compile("|".join(f"(?:{pattern})" for pattern in _DECLINES), re.IGNORECASE)
_OFFER = re.compile("|".join(f"(?:{pattern})" for pattern in _OFFERS), re.IGNORECASE)
_BUT = re.compile(r"\b(?:but|however|though|pero|aunque|sin\s+embargo|no\s+obstante)\b[\s,]*", re.IGNORECASE)


def behaviour(answer: str) -> Behaviour:
    """What an answer does: states, declines, does both (`partly`), or neither (empty, talk alone)."""
    sorts = {sort for sentence in sentences(answer) for sort in _sorts(sentence.text)}
    if "decline" in sorts:
        return "partly" if "claim" in sorts else "declined"
    return "answered" if sorts & {"claim", "bare", "offer"} else "nothing"


def _sorts(sentence: str) -> tuple[str, ...]:
    """`decline`, `claim`, `bare`, `offer`, `talk`; a sentence that declines and then states is both."""
    found = _DECLINE.search(sentence)
    if found:
        turn = _BUT.search(sentence, found.end())
        rest = sentence[turn.end() :] if turn else ""
        return ("decline", "claim") if _states(rest) else ("decline",)
    if _SORRY.match(sentence):
        return ("talk",)
    sort = sort_of(sentence)
    if sort == "abstention":
        return ("decline",)
    return ("offer",) if sort == "claim" and _OFFER.search(sentence) else (sort,)


def _states(rest: str) -> bool:
    return bool(rest.strip()) and not _OFFER.search(rest) and not _DECLINE.search(rest)

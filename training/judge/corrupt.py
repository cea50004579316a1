"""Made-up mistakes with exact places, and made-up answers that are right though worded otherwise.

Every maker takes a supported answer and its context and gives an `Example`, or None where it finds nothing to change. What a
mistake puts in must not stand in the context in that place; the makers check what can be checked by words and leave out the rest.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from audits.judges.checks import names
from audits.judges.claims import sentences
from audits.judges.figures import figures
from audits.judges.words import covered, fold, stems

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """spans: unsupported characters of the answer, empty where all of it is supported. how: which maker made it."""

    question: str
    context: str
    answer: str
    spans: Spans
    how: str


@dataclass(frozen=True, slots=True)
class Seed:
    """A supported answer to start from. others: lines of other documents, for what does not belong."""

    question: str
    context: str
    answer: str
    others: Sequence[str]


_PAIRS = """
increased decreased|increase decrease|increases decreases|rose fell|rising falling|rise fall|higher lower|more less|most least|
before after|first last|largest smallest|larger smaller|north south|northern southern|east west|eastern western|won lost|win lose|
open closed|opened closed|male female|men women|early late|earlier later|major minor|positive negative|success failure|
accepted rejected|approved denied|allowed forbidden|allows prevents|includes excludes|including excluding|gained lost|best worst|
older younger|oldest youngest|inside outside|above below|maximum minimum|long short|longer shorter|cheap expensive|easy difficult|
public private|born died|bought sold|buy sell|joined left|started ended|begins ends|strong weak|hot cold|up down|over under|
father mother|son daughter|brother sister|husband wife|king queen|present absent|necessary unnecessary|likely unlikely|
legal illegal|able unable|agreed refused|supports opposes|supported opposed|reduces increases|reduced increased|improves worsens|
aumentó disminuyó|más menos|antes después|primero último|mayor menor|norte sur|este oeste|ganó perdió|abierto cerrado|mejor peor
"""
_SCOPE = """
some all|many all|most all|often always|sometimes always|usually always|may must|can must|could will|may will|might will|
several all|rarely often|never always|only also|partly entirely|algunos todos|puede debe
"""
_UNITS = """
percent points|million billion|billion million|thousand million|km miles|kilometres miles|kilometers miles|miles kilometers|
hours days|days weeks|weeks months|months years|years months|minutes hours|seconds minutes|kg pounds|pounds dollars|
euros dollars|dollars euros|
meters feet|feet meters|horas días|días semanas|meses años|euros dólares
"""
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_SAME = """
about approximately|approximately around|bought purchased|began started|started began|large big|many numerous|also additionally|
said stated|stated said|because since|however nevertheless|shows demonstrates|help assist|helps assists|use utilize|used utilized|
movie film|film movie|kids children|children kids|near close\tto|almost nearly|nearly almost|whole entire|entire whole|
often frequently|frequently often|called named|
named called|made created|created made|located situated|situated located|get obtain|needs requires|
requires needs|quickly rapidly|rapidly quickly|important significant|main primary|primary main|while whereas|over more\tthan|
ended finished|wrote authored|died passed\taway|includes contains|contains includes|becomes turns\tinto
"""
_WORDS_OF = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 12: "twelve"}
_AUX = re.compile(r"\b(is|are|was|were|can|could|will|would|should|has|have|had|does|do|did|may|might|must)\b(?! not|n't)")
_NOT = re.compile(r"\b(?:not|never)\s+", re.IGNORECASE)
_TAIL = re.compile(r"\s(?:in|on|at|by|for|from|during|since|after|before|with|according to|because of)\s[^,.;()]{4,40}(?=[.;]?$)")
_ASIDE = re.compile(r"\s*\([^()]{1,60}\)|,\s(?:which|who|where)\s[^,.;]{3,80}(?=,)")


def _table(text: str, both: bool) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in text.replace("\n", "").split("|"):
        if len(pair.split(" ")) < 2:
            continue
        first, second = (part.replace("\t", " ") for part in pair.strip().split(" ", 1))
        found.setdefault(first, []).append(second)
        if both:
            found.setdefault(second, []).append(first)
    return found


OPPOSITES, SCOPES, UNITS, SAME = _table(_PAIRS, True), _table(_SCOPE, False), _table(_UNITS, False), _table(_SAME, False)


def _put(seed: Seed, start: int, end: int, words: str, how: str) -> Example:
    answer = seed.answer[:start] + words + seed.answer[end:]
    return Example(seed.question, seed.context, answer, ((start, start + len(words)),), how)


def number(seed: Seed, rng: random.Random) -> Example | None:
    """Another number: one of the passage's own, or one nearby that the passage does not hold."""
    found = [one for one in figures(seed.answer) if one.sort == "number" and not one.spelled]
    if not found:
        return None
    one = rng.choice(found)
    old = seed.answer[one.start : one.end]
    digits = re.search(r"\d[\d,.]*\d|\d", old)
    if not digits:
        return None
    own = [
        match
        for match in re.findall(r"\d[\d,.]*\d|\d", seed.context)
        if match != digits.group() and len(match) == len(digits.group())
    ]
    new = rng.choice(own) if own and rng.random() < 0.5 else _nearby(digits.group(), rng)
    if new == digits.group() or (new in seed.answer):
        return None
    return _put(seed, one.start + digits.start(), one.start + digits.end(), new, "number")


def _nearby(written: str, rng: random.Random) -> str:
    places = [index for index, letter in enumerate(written) if letter.isdigit()]
    if len(places) == 4 and written.isdigit() and written[0] in "12":  # a year stays one
        return str(int(written) + rng.choice([-12, -7, -5, -3, -2, -1, 1, 2, 3, 5, 8, 11]))
    index = rng.choice(places)
    digit = rng.choice([d for d in "123456789" if d != written[index]])
    return written[:index] + digit + written[index + 1 :]


def calendar(seed: Seed, rng: random.Random) -> Example | None:
    """Another month or day of the week."""
    found = [
        (match, group) for group in (_MONTHS, _DAYS) for match in re.finditer(r"\b(?:" + "|".join(group) + r")\b", seed.answer)
    ]
    if not found:
        return None
    match, group = rng.choice(found)
    new = rng.choice([one for one in group if one != match.group()])
    return _put(seed, match.start(), match.end(), new, "date")


def unit(seed: Seed, rng: random.Random) -> Example | None:
    """Another unit or power of ten."""
    return _swap(seed, rng, UNITS, "unit", after=r"\d\s?$")


def opposite(seed: Seed, rng: random.Random) -> Example | None:
    """The opposite word."""
    return _swap(seed, rng, OPPOSITES, "opposite")


def scope(seed: Seed, rng: random.Random) -> Example | None:
    """More than was said: some -> all, may -> must."""
    return _swap(seed, rng, SCOPES, "scope")


def _swap(seed: Seed, rng: random.Random, table: dict[str, list[str]], how: str, after: str = "") -> Example | None:
    found = [
        match
        for match in re.finditer(r"\b[^\W\d_]+\b", seed.answer)
        if match.group().lower() in table and (not after or re.search(after, seed.answer[: match.start()]))
    ]
    if not found:
        return None
    match = rng.choice(found)
    new = rng.choice(table[match.group().lower()])
    return _put(seed, match.start(), match.end(), new.capitalize() if match.group()[0].isupper() else new, how)


def negation(seed: Seed, rng: random.Random) -> Example | None:
    """`not` put in or taken out."""
    there = _NOT.search(seed.answer)
    if there:
        follows = re.match(r"\S+", seed.answer[there.end() :])
        return _put(
            seed, there.start(), there.end() + (follows.end() if follows else 0), follows.group() if follows else "", "negation"
        )
    found = list(_AUX.finditer(seed.answer))
    if not found:
        return None
    match = rng.choice(found)
    return _put(seed, match.start(), match.end(), f"{match.group()} not", "negation")


def entities(text: str) -> list[tuple[int, int]]:
    """Names of one or more words, as places in the text."""
    found: list[tuple[int, int]] = []
    for start, end in names(text):
        if found and text[found[-1][1] : start] == " ":
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return [(start, end) for start, end in found if end - start > 2]


def entity(seed: Seed, rng: random.Random) -> Example | None:
    """Another name: one of the passage's own, or one of another document."""
    own = entities(seed.answer)
    if not own:
        return None
    start, end = rng.choice(own)
    old = seed.answer[start:end]
    inside = rng.random() < 0.7
    pool = seed.context if inside else " ".join(rng.sample(list(seed.others), min(12, len(seed.others))))
    said = fold(seed.answer)
    near = {
        pool[a:b]
        for a, b in entities(pool)
        if abs(len(pool[a:b].split()) - len(old.split())) <= 1
        and fold(pool[a:b]) not in said
        and fold(old) not in fold(pool[a:b])
    }
    if not near:
        return None
    return _put(seed, start, end, rng.choice(sorted(near)), "entity" if inside else "foreign_entity")


def roles(seed: Seed, rng: random.Random) -> Example | None:
    """Two names of one sentence trade places; lists and pairs joined by `and` mean the same both ways and are left alone."""
    for sentence in rng.sample(sentences(seed.answer), len(sentences(seed.answer))):
        found = [(a + sentence.start, b + sentence.start) for a, b in entities(sentence.text)]
        pairs = [(one, two) for one in found for two in found if one[1] < two[0]]
        rng.shuffle(pairs)
        for one, two in pairs:
            between = seed.answer[one[1] : two[0]]
            if len(between.split()) < 2 or re.search(r"^\s*(?:,|and\b|or\b|&|y\b|o\b)|\b(?:and|or)\s*$", between):
                continue
            first, second = seed.answer[slice(*one)], seed.answer[slice(*two)]
            answer = seed.answer[: one[0]] + second + between + first + seed.answer[two[1] :]
            shift = one[0] + len(second) + len(between)
            spans = ((one[0], one[0] + len(second)), (shift, shift + len(first)))
            return Example(seed.question, seed.context, answer, spans, "roles")
    return None


def addition(seed: Seed, rng: random.Random) -> Example | None:
    """A phrase of another document hung on to a sentence."""
    tails = [
        match.group().rstrip(".;")
        for line in rng.sample(list(seed.others), min(20, len(seed.others)))
        if (match := _TAIL.search(line))
    ]
    body = seed.answer.rstrip(".!? ")
    if not tails or not body:
        return None
    tail = rng.choice(tails)
    if covered(stems(tail), stems(seed.context)) > 0.5:
        return None
    answer = body + tail + "."
    return Example(seed.question, seed.context, answer, ((len(body) + 1, len(body + tail)),), "addition")


def foreign(seed: Seed, rng: random.Random) -> Example | None:
    """A whole sentence from another document, the most alike of some; after the answer, before it, or instead of it."""
    pool = [line for line in rng.sample(list(seed.others), min(60, len(seed.others))) if 30 < len(line) < 220]
    if not pool:
        return None
    wanted = stems(seed.answer) | stems(seed.question)
    line = max(pool, key=lambda one: (len(wanted & stems(one)), one))
    if covered(stems(line), stems(seed.context)) > 0.6:
        return None
    place = rng.random()
    if place < 0.4:
        return Example(seed.question, seed.context, line, ((0, len(line)),), "foreign")
    if place < 0.7:
        return Example(seed.question, seed.context, f"{line} {seed.answer}", ((0, len(line)),), "foreign")
    start = len(seed.answer) + 1
    return Example(seed.question, seed.context, f"{seed.answer} {line}", ((start, start + len(line)),), "foreign")


def removed(seed: Seed, rng: random.Random) -> Example | None:
    """The answer stays and what it stands on is taken out of the context: what a retriever that missed looks like."""
    lines = sentences(seed.context)
    wanted = stems(seed.answer)
    if len(lines) < 4 or len(wanted) < 3:
        return None
    shares = [covered(wanted, stems(line.text)) for line in lines]
    kept = [line.text for line, share in zip(lines, shares, strict=True) if share < 0.34]
    left = " ".join(kept)
    if len(kept) < 2 or len(kept) == len(lines) or covered(wanted, stems(left)) > 0.6:
        return None
    return Example(seed.question, left, seed.answer, ((0, len(seed.answer)),), "removed")


def sentence_removed(seed: Seed, rng: random.Random) -> Example | None:
    """A sentence of the context becomes the answer, without its context: alike in everything and unsupported."""
    lines = [line for line in sentences(seed.context) if 40 < len(line.text) < 250]
    if len(lines) < 4:
        return None
    line = rng.choice(lines)
    left = seed.context[: line.start] + seed.context[line.end :]
    if covered(stems(line.text), stems(left)) > 0.6:
        return None
    return Example("", left, line.text, ((0, len(line.text)),), "sentence_removed")


def reworded(seed: Seed, rng: random.Random) -> Example | None:
    """Supported: other words for the same."""
    answer = seed.answer
    for match in reversed(list(re.finditer(r"\b[^\W\d_]+\b", answer))):
        if match.group() in SAME and rng.random() < 0.8:
            answer = answer[: match.start()] + rng.choice(SAME[match.group()]) + answer[match.end() :]
    answer = re.sub(r"(\d)\s?%", r"\1 percent", answer) if rng.random() < 0.5 else answer
    answer = (
        re.sub(r"\b(?:[2-9]|1[02])\b(?![.,:%]\d)", lambda m: _WORDS_OF.get(int(m.group()), m.group()), answer)
        if rng.random() < 0.3
        else answer
    )
    return Example(seed.question, seed.context, answer, (), "reworded") if answer != seed.answer else None


def shortened(seed: Seed, rng: random.Random) -> Example | None:
    """Supported: an aside or the last phrase left out of the answer or of a sentence of the context."""
    lines = [line.text for line in sentences(seed.context) if 50 < len(line.text) < 300]
    text = rng.choice(lines) if lines and rng.random() < 0.6 else seed.answer
    if _NOT.search(text):
        return None
    short = _ASIDE.sub("", text)
    short = _TAIL.sub("", short) if rng.random() < 0.6 else short
    return Example(seed.question, seed.context, short, (), "shortened") if 20 < len(short) < len(text) else None


def gathered(seed: Seed, rng: random.Random) -> Example | None:
    """Supported: two sentences from different places of the context together."""
    lines = [line.text for line in sentences(seed.context) if 40 < len(line.text) < 200 and line.text[-1] in ".!"]
    if len(lines) < 3:
        return None
    return Example("", seed.context, " ".join(rng.sample(lines, 2)), (), "gathered")


def pruned(seed: Seed, rng: random.Random) -> Example | None:
    """Supported: part of what the answer does not need is taken out, so that a short context is no sign of a mistake."""
    lines = sentences(seed.context)
    wanted = stems(seed.answer)
    shares = [covered(wanted, stems(line.text)) for line in lines]
    kept = [line.text for line, share in zip(lines, shares, strict=True) if share >= 0.2 or rng.random() < 0.4]
    if len(lines) < 4 or len(kept) == len(lines) or not wanted:
        return None
    left = " ".join(kept)
    if covered(wanted, stems(left)) < covered(wanted, stems(seed.context)):
        return None
    return Example(seed.question, left, seed.answer, (), "pruned")


WRONG: tuple[tuple[Callable[[Seed, random.Random], Example | None], float], ...] = (
    (number, 2.0), (calendar, 1.5), (unit, 1.5), (opposite, 1.5), (scope, 0.8), (negation, 1.0), (entity, 2.5), (roles, 1.5),
    (addition, 0.7), (foreign, 0.7), (removed, 3.0), (sentence_removed, 0.7),
)  # fmt: skip
RIGHT: tuple[tuple[Callable[[Seed, random.Random], Example | None], float], ...] = (
    (reworded, 1.5), (shortened, 1.0), (gathered, 0.4), (pruned, 1.5),
)  # fmt: skip


def make(seed: Seed, rng: random.Random, wrong: int, right: int) -> list[Example]:
    """Up to `wrong` mistakes and `right` good answers, each by another maker, drawn by the makers' weights."""
    return [*_draw(WRONG, seed, rng, wrong), *_draw(RIGHT, seed, rng, right)]


def _draw(
    makers: Sequence[tuple[Callable[[Seed, random.Random], Example | None], float]], seed: Seed, rng: random.Random, most: int
) -> list[Example]:
    order = sorted(makers, key=lambda one: rng.random() ** (1 / one[1]), reverse=True)
    found: list[Example] = []
    for maker, _ in order:
        example = maker(seed, rng) if len(found) < most else None
        if example is not None:
            found.append(example)
    return found

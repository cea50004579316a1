"""Numbers, units, times, dates and weekdays of a text, in English and Spanish writing. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from audits.judges.words import fold

Sort = Literal["number", "time", "date", "weekday"]

_MONTHS = {
    name: index
    for index, names in enumerate(
        (
            "january jan enero ene", "february feb febrero", "march mar marzo", "april apr abril abr", "may mayo",
            "june jun junio", "july jul julio", "august aug agosto ago", "september sep sept septiembre setiembre",
            "october oct octubre", "november nov noviembre", "december dec diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DAYS = {
    name: index
    for index, names in enumerate(
        ("monday lunes", "tuesday martes", "wednesday miercoles", "thursday jueves", "friday viernes",
         "saturday sabado sabados", "sunday domingo domingos")
    )
    for name in (*names.split(), names.split()[0] + "s")
}  # fmt: skip
_SPELLED = {
    name: value
    for value, names in {
        2: "two dos both ambos twice", 3: "three tres", 4: "four cuatro", 5: "five cinco", 6: "six seis", 7: "seven siete",
        8: "eight ocho", 9: "nine nueve", 10: "ten diez", 11: "eleven once", 12: "twelve doce dozen docena",
        13: "thirteen trece", 14: "fourteen catorce", 15: "fifteen quince", 16: "sixteen dieciseis",
        17: "seventeen diecisiete", 18: "eighteen dieciocho", 19: "nineteen diecinueve", 20: "twenty veinte",
        30: "thirty treinta", 40: "forty cuarenta", 50: "fifty cincuenta", 60: "sixty sesenta", 70: "seventy setenta",
        80: "eighty ochenta", 90: "ninety noventa", 100: "hundred cien ciento", 1000: "thousand mil", 1: "one uno una un",
        0: "zero cero",
    }.items()
    for name in names.split()
}  # fmt: skip
_UNQUOTED = frozenset({"once", "both", "un", "una", "uno", "one", "mil", "ambos"})  # words with another everyday meaning
_UNITS = {
    name: unit
    for unit, names in {
        "%": "% percent pct por_ciento porcentaje", "eur": "€ eur euro euros", "usd": "$ usd dollar dollars dolar dolares",
        "gbp": "£ gbp pound pounds libra libras", "second": "second seconds segundo segundos sec secs",
        "minute": "minute minutes minuto minutos min mins", "hour": "hour hours hora horas hr hrs h",
        "day": "day days dia dias", "week": "week weeks semana semanas", "month": "month months mes meses",
        "year": "year years ano anos", "km": "km kilometre kilometres kilometer kilometers kilometro kilometros",
        "m": "metre metres meter meters metro metros", "kg": "kg kilo kilos kilogram kilograms kilogramo kilogramos",
        "celsius": "°c celsius", "mb": "mb megabyte megabytes", "gb": "gb gigabyte gigabytes",
    }.items()
    for name in names.split()
}  # fmt: skip
_SCALES = {"thousand": 3, "mil": 3, "k": 3, "million": 6, "millions": 6, "millon": 6, "millones": 6, "m": 6, "billion": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = (
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})\b"),
    re.compile(r"\b(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<y>\d{4})\b"),
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|º)?\s+(?:of\s+|de\s+)?(?P<n>{_MONTH})\b\.?(?:,?\s+(?:de\s+|del\s+)?(?P<y>\d{{4}}))?"
    ),
    re.compile(rf"\b(?P<n>{_MONTH})\b\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,?\s+(?P<y>\d{{4}}))?"),
    re.compile(rf"\b(?P<n>{_MONTH})\b\.?,?\s+(?:of\s+|de\s+|del\s+)?(?P<y>\d{{4}})\b"),
)
_TIME = re.compile(
    r"(?<![\w.,])(?P<h>\d{1,2})(?:(?P<mark>[:.h])(?P<m>[0-5]\d)(?!\d|[.,:]\d|\s*%))?(?:\s*(?P<half>[ap]\.?\s?m\b\.?|h\b|o'clock))?"
)
_NUMBER = re.compile(r"(?<![\w.,])[-−+]?(?P<money>[€$£]\s?)?(?P<n>\d+(?:[.,' \u00a0\u202f]\d{3})*(?:[.,]\d+)?|\d+)(?![\d])")
_AFTER = re.compile(r"\s*(?:-\s*)?(?:de\s+|of\s+)?(?P<w>%|€|\$|£|°c|por\s+ciento|[a-z]+)")
_WORD = re.compile(r"[a-z]+")
_RANGE = re.compile(r"\b(?P<a>{0})\s*(?:to|through|until|-|–|a|al|hasta)\s*(?:el\s+)?(?P<b>{0})\b".format("|".join(_DAYS)))


LONGEST = 40  # digits: longer ones are codes and keys, no quantities
# "from 9 to 18", "a las 7", "entre las 9 y las 14": a bare number that tells the hour.
_BEFORE_HOUR = re.compile(
    r"(?:\b(?:at|from|to|until|till|after|before|between|and|by|through|las?|a|de|desde|hasta|entre|y)|\d\s*[-–])\s*$"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: characters [start, end) of its text, and what it may stand for.

    values: `1.000` is one thousand or one, depending on who writes: all readings are kept. A date is
    (year, month, day) with 0 for what is not said; a time is its minute of the day. hour: a number without a unit of its
    own that stands where an hour is told.
    """

    sort: Sort
    start: int
    end: int
    values: frozenset[Decimal | int | tuple[int, int, int]]
    unit: str = ""
    spelled: bool = False
    hour: bool = False


def figures(text: str) -> list[Figure]:
    """All figures of `text`: dates first, then times, weekdays and numbers in what is left; by position."""
    # Folding letter by letter keeps every offset: no letter may become two.
    plain = "".join(folded if len(folded := fold(letter)) == 1 else letter for letter in text)
    found: list[Figure] = []
    taken = bytearray(len(text))
    for reader in (_dates, _times, _weekdays, _numbers, _spelled):
        for figure in reader(plain):
            if not any(taken[figure.start : figure.end]):
                taken[figure.start : figure.end] = b"\x01" * (figure.end - figure.start)
                found.append(figure)
    return sorted(found, key=lambda figure: figure.start)


def _dates(text: str) -> Iterator[Figure]:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            values = frozenset(day for day in _readings(match.groupdict()) if day[1] <= 12 and day[2] <= 31)
            if values:
                yield Figure("date", match.start(), match.end(), values)


def _readings(parts: dict[str, str | None]) -> list[tuple[int, int, int]]:
    year = int(parts.get("y") or 0)
    if parts.get("a"):
        first, second = int(parts["a"] or 0), int(parts["b"] or 0)
        return [(year, second, first), (year, first, second)]
    month = _MONTHS[parts["n"] or ""] if parts.get("n") else int(parts.get("m") or 0)
    return [(year, month, int(parts.get("d") or 0))]


def _times(text: str) -> Iterator[Figure]:
    for match in _TIME.finditer(text):
        hour, half, mark = int(match["h"]), (match["half"] or "")[:1], match["mark"]
        # A bare "24 h" is a duration as often as a time, and "9.30" is a number unless an h follows.
        clock = mark in {":", "h"} or half in {"a", "p", "o"} or (mark == "." and half == "h")
        if clock and hour <= 24:
            base = hour % 12 + (12 if half == "p" else 0) if half in {"a", "p"} else hour
            yield Figure("time", match.start(), match.end(), frozenset({base * 60 + int(match["m"] or 0)}))


def _weekdays(text: str) -> Iterator[Figure]:
    for match in _RANGE.finditer(text):
        first, last = _DAYS[match["a"]], _DAYS[match["b"]]
        yield Figure("weekday", match.start(), match.end(), frozenset((first + i) % 7 for i in range((last - first) % 7 + 1)))
    for match in _WORD.finditer(text):
        if match.group() in _DAYS:
            yield Figure("weekday", match.start(), match.end(), frozenset({_DAYS[match.group()]}))


def _numbers(text: str) -> Iterator[Figure]:
    for match in _NUMBER.finditer(text):
        written = re.sub(r"[' \u00a0\u202f]", "", match["n"])
        if len(written) > LONGEST:
            continue
        unit, scale, end = _unit_after(text, match.end("n"))
        money = _UNITS.get((match["money"] or "").strip(), "")
        values = frozenset(value.scaleb(scale) for value in readings(written))
        start = match.start("money") if money else match.start("n")
        hour = not money and unit in {"", "hour"} and _BEFORE_HOUR.search(text, max(0, start - 12), start) is not None
        yield Figure("number", start, end, values, money or unit, hour=hour)


def readings(written: str) -> set[Decimal]:
    """What `1.234`, `1,234.5` or `12,5` may mean; separators are `.` and `,`."""
    if not re.search(r"[.,]", written):
        return {Decimal(written)}
    last = max(written.rfind("."), written.rfind(","))
    whole, mark, rest = written[:last], written[last], written[last + 1 :]
    found = set()
    if mark not in whole:  # the last mark may be the decimal one only where it stands once
        found.add(Decimal(f"{re.sub(r'[.,]', '', whole)}.{rest}"))
    if len(rest) == 3 and not (set(whole) & ({".", ","} - {mark})):
        found.add(Decimal(re.sub(r"[.,]", "", written)))
    return found or {Decimal(re.sub(r"[.,]", "", written))}


def _unit_after(text: str, index: int) -> tuple[str, int, int]:
    """(unit, power of ten, end) of the words that follow a number."""
    scale, end = 0, index
    for _ in range(2):
        match = _AFTER.match(text, end)
        word = re.sub(r"\s+", "_", match["w"]) if match else ""
        if match and word in _SCALES and not scale and (len(word) > 1 or match.start("w") == end):
            scale, end = _SCALES[word], match.end()
            continue
        if match and word in _UNITS:
            return _UNITS[word], scale, match.end()
        break
    return "", scale, end


def _spelled(text: str) -> Iterator[Figure]:
    for match in _WORD.finditer(text):
        value = _SPELLED.get(match.group())
        if value is not None:
            unit, scale, _ = _unit_after(text, match.end())
            doubtful = match.group() in _UNQUOTED or value < 2
            values = frozenset({Decimal(value).scaleb(scale), Decimal(value)})
            yield Figure("number", match.start(), match.end(), values, "" if doubtful else unit, spelled=True)

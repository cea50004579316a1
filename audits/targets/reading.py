"""Single values of somebody else's JSON: ids, counts, numbers, timed stages. Pure.

Each is None or empty where the system does not tell, and a `TargetError` naming the place where it is something else.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Literal

from audits.contract import TargetError
from audits.targets.paths import clean_text, kind_of
from governance.evidence.facts import decimal_text

MAX_ID = 200  # characters
MAX_TOKENS = 10**12
MAX_STAGES = 20
MAX_NAME = 100  # characters of a model's or a stage's name
_MAX_EXPONENT = 30


def identifier(value: object, place: str) -> str:
    """An id or a name as text; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TargetError("wrong_shape", f"{place}: {kind_of(value)} stands there, but text or a number is expected.")
    return clean_text(str(value))[:MAX_ID]


def count_tokens(value: object, place: str) -> int | None:
    """A count of tokens, or None where the system does not tell."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_TOKENS:
        raise TargetError("wrong_shape", f"{place}: a whole number of tokens from 0 is expected there.")
    return value


def decimal(value: object, place: str) -> str | None:
    """A finite number as decimal text."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise TargetError("wrong_shape", f"{place}: {kind_of(value)} stands there, but a number is expected.")
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):
        raise TargetError("wrong_shape", f"{place}: text stands there that is no number.") from None
    if not number.is_finite() or (number and abs(number.adjusted()) > _MAX_EXPONENT):
        raise TargetError("wrong_shape", f"{place}: the number there is not finite or beyond any real one.")
    return decimal_text(number) if number else "0"


def stages(value: object, place: str, unit: Literal["ms", "s"] = "ms") -> tuple[tuple[str, str], ...]:
    """An object `{stage: time}` as (name, milliseconds) in its own order; empty where there is none."""
    if value is None:
        return ()
    if not isinstance(value, Mapping) or len(value) > MAX_STAGES:
        raise TargetError("wrong_shape", f"{place}: an object of at most {MAX_STAGES} names and times is expected there.")
    return tuple(_stage(name, time, place, unit) for name, time in value.items())


def _stage(name: str, time: object, place: str, unit: str) -> tuple[str, str]:
    named = clean_text(str(name))
    if not 1 <= len(named) <= MAX_NAME:
        raise TargetError("wrong_shape", f"{place}: a stage's name must have 1 to {MAX_NAME} characters.")
    found = decimal(time, f"{place}, stage {named[:40]!r}")
    if found is None or found.startswith("-"):
        raise TargetError("wrong_shape", f"{place}, stage {named[:40]!r}: a time of at least 0 is expected there.")
    return named, found if unit == "ms" else decimal_text(Decimal(found) * 1000) or "0"

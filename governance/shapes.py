"""Reads plain mappings into frozen dataclasses and names what does not fit.

One reader for everything users type: asset specifications, audit parameters, target
settings. A shape is a frozen dataclass whose field types are `str`, `int`, `bool`,
`Decimal`, a `Literal`, a `tuple[X, ...]`, a `dict[str, str]`, another shape, any of these
with `| None`, or one of several scalars (`str | int | bool | Decimal`).
"""

import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

MOST_DIGITS = 400  # every float as it is printed has fewer; `1e-999999999` would be a gigabyte of zeros


class ShapeError(ValueError):
    """One field does not fit. `field` is its dotted path, `allowed` what would fit.

    problem_type: the kind of problem that REST tells, where it is not the usual one.
    """

    def __init__(self, field: str, problem: str, allowed: tuple[str, ...] = (), problem_type: str = "") -> None:
        self.problem_type = problem_type
        self.field = field
        self.problem = problem
        self.allowed = allowed
        hint = f" Allowed: {', '.join(allowed)}." if allowed else ""
        super().__init__(f"{field or 'body'}: {problem}{hint}")


Shape = TypeVar("Shape")


def read(shape: type[Shape], value: object, path: str = "") -> Shape:
    """`value` as a `shape`. Unknown, missing and ill-typed fields raise `ShapeError` by name."""
    if not isinstance(value, Mapping):
        raise ShapeError(path, f"must be an object, not {_name(value)}.")
    known = {field.name: field for field in fields(shape)}  # type: ignore[arg-type]
    for name in value:
        if name not in known:
            raise ShapeError(_join(path, str(name)), "unknown field.", tuple(sorted(known)))
    hints = _hints(cast(Hashable, shape))
    given: dict[str, Any] = {}
    for name, field in known.items():
        if name in value:
            given[name] = _convert(hints[name], value[name], _join(path, name))
        elif _required(field):
            raise ShapeError(_join(path, name), "is required.")
    try:
        return shape(**given)
    except ShapeError as error:  # raised by a shape's own __post_init__
        raise ShapeError(_join(path, error.field), error.problem, error.allowed) from None


def plain(value: object) -> Any:
    """The reverse of `read`: a shape as JSON-ready plain data; `Decimal` becomes text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return format(value, "f") if isinstance(value, Decimal) else value


@cache  # reading annotations anew takes longer than the rest of a small shape
def _hints(shape: type[Any]) -> dict[str, Any]:
    return get_type_hints(shape)


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name


def _name(value: object) -> str:
    words = {dict: "an object", list: "a list", str: "text", bool: "true/false", type(None): "null"}
    return words.get(type(value), "a number")


def _convert(hint: Any, value: object, path: str) -> Any:
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return _optional(hint, value, path)
    if origin is Literal:
        return _choice(get_args(hint), value, path)
    if origin is tuple:
        return _sequence(get_args(hint)[0], value, path)
    if origin is dict:
        return _mapping(get_args(hint)[1], value, path)
    if is_dataclass(hint) and isinstance(hint, type):
        return read(hint, value, path)
    return scalar(hint, value, path)


def _optional(hint: Any, value: object, path: str) -> Any:
    """The option of the value's own type, else the first; null only where it is one of them."""
    options = get_args(hint)
    if value is None and type(None) in options:
        return None
    own = Decimal if type(value) is float else type(value)
    return _convert(own if own in options else options[0], value, path)


def _choice(options: tuple[Any, ...], value: object, path: str) -> Any:
    if not any(value == option and type(value) is type(option) for option in options):
        raise ShapeError(path, "is not one of the known values.", tuple(map(str, options)))
    return value


def _sequence(inner: Any, value: object, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ShapeError(path, f"must be a list, not {_name(value)}.")
    return tuple(_convert(inner, one, f"{path}[{index}]") for index, one in enumerate(value))


def _mapping(inner: Any, value: object, path: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ShapeError(path, f"must be an object, not {_name(value)}.")
    return {str(key): _convert(inner, one, _join(path, str(key))) for key, one in value.items()}


def scalar(hint: Any, value: object, path: str) -> Any:
    """`value` where it is of the type `hint`: `str`, `int`, `bool`, or what makes a `Decimal`. Raises `ShapeError`."""
    read_scalar = _SCALARS.get(hint)
    if read_scalar is None:
        raise TypeError(f"{path}: a shape cannot have the type {hint!r}")
    return read_scalar(value, path)


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise ShapeError(path, f"must be text, not {_name(value)}.")
    if "\x00" in value:
        raise ShapeError(path, "must not contain a NUL character.")
    return value


def _whole(value: object, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ShapeError(path, f"must be a whole number, not {_name(value)}.")
    return value


def _truth(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise ShapeError(path, f"must be true or false, not {_name(value)}.")
    return value


def _decimal(value: object, path: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ShapeError(path, f"must be a number, not {_name(value)}.")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ShapeError(path, "must be a number.") from None
    if not number.is_finite():
        raise ShapeError(path, "must be a finite number.")
    _, digits, exponent = number.as_tuple()
    if len(digits) + abs(int(exponent)) > MOST_DIGITS:
        raise ShapeError(path, f"must have at most {MOST_DIGITS} digits when it is written out.")
    return number


_SCALARS: dict[Any, Callable[[object, str], Any]] = {str: _text, int: _whole, bool: _truth, Decimal: _decimal}

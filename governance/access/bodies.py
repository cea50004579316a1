"""What may come in at the REST door: JSON of sane size and depth, and no fields that nobody reads."""

import json
from collections import Counter
from collections.abc import Mapping
from functools import cache, cached_property
from math import isfinite
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.utils.serializer_helpers import BindingDict

from governance.shapes import ShapeError, scalar

DEEPEST = 32


class TooDeep(ParseError):  # noqa: N818 - reads as the answer it becomes
    """The JSON is nested deeper than anything here needs."""

    problem_type = "too-deep"

    def __init__(self) -> None:
        super().__init__(f"The JSON is nested deeper than {DEEPEST} levels.")


class JSONBody(BaseParser):
    """Strict JSON: UTF-8, finite numbers, no name twice, at most 32 levels and DATA_UPLOAD_MAX_MEMORY_SIZE bytes.

    Texts that the database cannot hold (NUL, lone surrogates) are refused by the path where they stand.
    """

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """The body as Python data. Raises `ParseError`, `ShapeError`, `RequestDataTooBig`."""
        most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        content = stream.read(most + 1)
        if len(content) > most:
            raise RequestDataTooBig(f"The body is larger than {most} bytes.")
        return parse_json(content)


def parse_json(content: bytes) -> Any:
    """Strict JSON as Python data; see `JSONBody`."""
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_once)
    except RecursionError:
        raise TooDeep from None
    except UnicodeDecodeError:
        raise ParseError("The body is not UTF-8.") from None
    except ValueError as error:
        raise ParseError(f"The body is not JSON: {error}") from None
    _check(value, "", DEEPEST)
    return value


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text} is too large")
    return number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        times = Counter(name for name, _ in pairs)
        twice = next(name for name, count in times.items() if count > 1)
        raise ValueError(f"the name {twice!r} stands twice in one object")
    return found


def _check(value: Any, path: str, levels: int) -> None:
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, dict | list) and not levels:
        raise TooDeep
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_text(name, path)
            _check(inner, f"{path}.{name}" if path else name, levels - 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _check(inner, f"{path}[{index}]", levels - 1)


def _check_text(text: str, path: str) -> None:
    if "\x00" in text:
        raise ShapeError(path, "must not contain a NUL character.")
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ShapeError(path, "must not contain half a surrogate pair.")


class Body(serializers.Serializer[Any]):
    """A request body of exactly the documented types, whose unknown fields are refused by name.

    Its fields keep nothing of a request, so that all requests share them: copying them for each took longer than reading it.
    """

    typed = True

    @cached_property
    def fields(self) -> BindingDict:
        """The fields by name, of the class."""
        return _fields_of(type(self))

    def to_internal_value(self, data: Any) -> Any:
        """Raises `ShapeError` for the first field that nobody reads, or that is of another type."""
        if self.root is self:
            _check_shape(self, data, "", typed=self.typed)
        return super().to_internal_value(data)


class Query(Body):
    """What an address asks, where every value is text; names that nobody reads are refused."""

    typed = False


# The framework would take 5 for a text, "5" for a number and "off" for false.
_TYPES: tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], type], ...] = (
    (serializers.BooleanField, bool),
    (serializers.IntegerField, int),
    (serializers.CharField, str),
    (serializers.UUIDField, str),
)


def _check_shape(field: Any, value: Any, path: str, *, typed: bool = True) -> None:
    if isinstance(field, Body) and isinstance(value, Mapping):
        for name, inner in value.items():
            here = f"{path}.{name}" if path else str(name)
            if name not in field.fields:
                raise ShapeError(here, "unknown field.", tuple(sorted(field.fields)))
            _check_shape(field.fields[name], inner, here, typed=typed)
    elif isinstance(field, serializers.ListSerializer | serializers.ListField) and isinstance(value, list):
        for index, inner in enumerate(value):
            _check_shape(field.child, inner, f"{path}[{index}]")
    elif typed and value is not None:
        expected = next((plain for kind, plain in _TYPES if isinstance(field, kind)), None)
        if expected is not None:
            scalar(expected, value, path)


@cache
def _fields_of(body: type[Body]) -> BindingDict:
    one = body()
    bound = BindingDict(one)
    for name, field in one.get_fields().items():
        bound[name] = field
    return bound

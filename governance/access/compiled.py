"""Queries that are asked at nearly every request: Django builds and compiles them once a process, and not once a request.

Putting a query together takes Django two to four times as long as asking the database, and the text is always the same.
"""

import copy
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, ForeignObject, Lookup, Model, QuerySet

Asked = ParamSpec("Asked")
Row = TypeVar("Row")


if TYPE_CHECKING:
    _Lookup = Lookup[Any]
else:  # it takes no type while it runs
    _Lookup = Lookup


@Field.register_lookup
@ForeignObject.register_lookup
class AnyOf(_Lookup):
    """`column__any_of=[...]`: as `in`, but the list is one value, so that the text does not change with its length."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The condition and its values."""
        column, values = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*values, self.rhs]


def compiled(*kinds: type) -> Callable[[Callable[Asked, QuerySet[Any, Row]]], Callable[Asked, list[Row]]]:
    """Turn a function that builds a queryset from values into one that answers its rows.

    kinds: the types of the values, in order: `UUID`, `str`, `int`, `datetime` or `list` (of UUIDs, for `any_of`). The query
    must be the same whatever they are; values are given by position and are never None.

    Raises, at its first call:
        TypeError: for a value that the query does not hand to the database as it came in.
    """

    def wrap(build: Callable[Asked, QuerySet[Any, Row]]) -> Callable[Asked, list[Row]]:
        kept: list[_Known] = []

        @wraps(build)
        def ask(*values: Asked.args, **_none: Asked.kwargs) -> list[Row]:
            if not kept:  # two threads at once compile it twice, and either is right
                kept.append(_compile(build, kinds))
            return kept[0].rows(values)

        return ask

    return wrap


def _moment() -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=secrets.randbits(50))


_STAND_INS: dict[type, Callable[[], Any]] = {
    UUID: uuid4,
    str: lambda: secrets.token_hex(16),
    int: lambda: secrets.randbits(31),
    datetime: _moment,
    list: lambda: [uuid4()],
}


@dataclass(frozen=True, slots=True)
class _Known:
    """A queryset with its compiler as it was after compiling; places: of each value of the text, whose place it is, or -1."""

    queryset: QuerySet[Any, Any]
    compiler: Any
    text: str
    values: tuple[Any, ...]
    places: tuple[int, ...]
    converters: Any

    def rows(self, given: Sequence[Any]) -> list[Any]:
        """What the database answers, read as Django reads it."""
        values = tuple(given[place] if place >= 0 else own for place, own in zip(self.places, self.values, strict=True))
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]  # itself, not the proxy, which every use would look up again
        compiler.as_sql = lambda *_args, **_named: (self.text, values)
        compiler.get_converters = lambda _columns: self.converters
        query = _twin(self.queryset.query)
        query.get_compiler = lambda *_args, **_named: compiler
        queryset = _twin(self.queryset)
        queryset._query = query
        return list(queryset)


def _compile(build: Callable[..., QuerySet[Any, Any]], kinds: Sequence[type]) -> _Known:
    stand_ins = [_STAND_INS[kind]() for kind in kinds]
    queryset = build(*stand_ins)
    compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
    text, values = compiler.as_sql()
    places = tuple(stand_ins.index(value) if value in stand_ins else -1 for value in values)
    if missing := set(range(len(kinds))) - set(places):
        raise TypeError(f"{build.__name__}: the query takes value {min(missing) + 1} otherwise than it came in.")
    converters = compiler.get_converters([column for column, *_ in compiler.select])
    return _Known(queryset, compiler, text, tuple(values), places, converters)


def _twin(thing: Any) -> Any:
    """A shallow copy. `copy.copy` would fetch a queryset's rows first."""
    twin = object.__new__(type(thing))
    twin.__dict__.update(thing.__dict__)
    return twin


def first(rows: Sequence[Row]) -> Row | None:
    """The first of them, if there is one."""
    return rows[0] if rows else None


def with_related(row: Model, name: str, related: list[Any]) -> None:
    """Note what a reverse relation of a row holds, as `prefetch_related` does."""
    manager: Any = getattr(row, name)
    known = manager.all()
    known._result_cache, known._prefetch_done = related, True
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = known

"""Rows that come into being together: one statement, so one round trip, and all of them or none."""

from collections.abc import Sequence
from contextlib import nullcontext
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Field, Model

_PLACE = "%s"


def insert_together(*rows: Model, notify: tuple[str, str]) -> None:
    """Insert these new rows and, once they are committed, tell those who LISTEN: (channel, word).

    Outside a transaction the statement is one of its own, and has been committed when this returns; inside one it leaves the
    transaction usable when it fails.

    Raises:
        IntegrityError: a row breaks a constraint. None of them is there then.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    tables, values = [], []
    for row in rows:
        told = [(column, column.pre_save(row, True)) for column in _columns(type(row))]
        # What is NULL is left out: the driver remembers statements of up to 50 values and reads longer ones anew each time.
        tables.append((type(row), tuple(column.attname for column, value in told if value is None)))
        values += [column.get_db_prep_save(value, connection) for column, value in told if value is not None]
    with transaction.atomic() if connection.in_atomic_block else nullcontext(), connection.cursor() as cursor:
        cursor.execute(_statement(tuple(tables)), [*values, *notify])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@cache
def _statement(tables: tuple[tuple[type[Model], tuple[str, ...]], ...]) -> str:
    parts = ", ".join(f"row_{number} AS ({_insert(*table)})" for number, table in enumerate(tables))
    return f"WITH {parts} SELECT pg_notify({_PLACE}, {_PLACE})"


def _insert(model: type[Model], left_out: tuple[str, ...]) -> str:
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    names = [quoted(str(column.column)) for column in _columns(model) if column.attname not in left_out]
    places = ", ".join([_PLACE] * len(names))
    return f"INSERT INTO {quoted(model._meta.db_table)} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 - our own names


@cache
def _columns(model: type[Model]) -> "Sequence[Field[Any, Any]]":
    columns = model._meta.local_concrete_fields
    if any(column.generated or column.has_db_default() for column in columns):
        raise TypeError(f"{model.__name__} has columns that the database fills in; insert it by itself.")
    return columns

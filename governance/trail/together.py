"""Rows that come into being together: one statement, so one round trip, and all of them or none."""

from collections.abc import Sequence
from contextlib import nullcontext
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Field, Model


def insert_together(*rows: Model, notify: tuple[str, str]) -> None:
    """Insert these new rows and, once they are committed, tell those who LISTEN: (channel, word).

    Outside a transaction the statement is one of its own, and has been committed when this returns; inside one it leaves the
    transaction usable when it fails.

    Raises:
        IntegrityError: a row breaks a constraint. None of them is there then.
    """
    values = [value for row in rows for value in _values(row)]
    with transaction.atomic() if connection.in_atomic_block else nullcontext(), connection.cursor() as cursor:
        cursor.execute(_statement(tuple(type(row) for row in rows)), [*values, *notify])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@cache
def _statement(models: tuple[type[Model], ...]) -> str:
    parts = ", ".join(f"row_{number} AS ({_insert(model)})" for number, model in enumerate(models))
    return f"WITH {parts} SELECT pg_notify(%s, %s)"


def _insert(model: type[Model]) -> str:
    columns = [connection.ops.quote_name(str(field.column)) for field in _fields(model)]
    table = connection.ops.quote_name(model._meta.db_table)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608 - names of our own tables


@cache
def _fields(model: type[Model]) -> "Sequence[Field[Any, Any]]":
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def _values(row: Model) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, True), connection) for field in _fields(type(row))]

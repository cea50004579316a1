"""The second wall between organisations: row-level security under the tenant filter of every query.

Each connection carries the organisation whose rows it may see and write, in the setting `probanza.organisation` of its
session. The web process begins closed (no rows at all) and the door opens it for one organisation (`entering`); worker,
dispatcher and commands begin with `*`, all organisations, and narrow themselves with `inside`. It holds back a query that
forgot its filter; it does not hold back whoever can run statements of their own, because those can set the setting too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import psycopg
from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper

EVERYWHERE = "*"
_SET = "SELECT set_config('probanza.organisation', %s, false)"
_RESET = "RESET probanza.organisation"
_inside: ContextVar[str | None] = ContextVar("probanza_organisation", default=None)


@contextmanager
def inside(organisation: UUID) -> Iterator[None]:
    """See and write the rows of one organisation only; afterwards again what was seen before."""
    with _standing(str(organisation)):
        yield


@contextmanager
def everywhere() -> Iterator[None]:
    """See the rows of all organisations: for the few questions that come before an organisation is known."""
    with _standing(EVERYWHERE):
        yield


@contextmanager
def _standing(where: str) -> Iterator[None]:
    before = _inside.get()
    _inside.set(where)
    try:
        if connection.connection is not None:  # a connection that is taken later begins there by itself
            _put(where)
        yield
    finally:
        _inside.set(before)
        _back(before)


def entered(organisation: UUID) -> None:
    """Note that the database has just opened the wall for this organisation; a connection taken later begins there too."""
    _inside.set(str(organisation))


def leave(**_: Any) -> None:
    """At the end of a request: forget where it stood. A receiver of `request_finished`."""
    _inside.set(None)
    _back(None)


def restore(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """A new connection in the midst of a request or a run stands where the one before stood. For `connection_created`."""
    where = _inside.get()
    if where is not None and connection.alias == "default":
        with connection.cursor() as cursor:
            cursor.execute(_SET, [where])


def _put(where: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, [where])


def _back(where: str | None) -> None:
    # A transaction that is to be rolled back takes the setting with it.
    if connection.connection is None or connection.needs_rollback:
        return
    try:
        if where is None:
            connection.connection.execute(_RESET)
        else:
            _put(where)
    except (Error, psycopg.Error):
        connection.close()  # the next connection begins as it should

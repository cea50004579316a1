"""The database itself refuses to change what is there for good.

After each migrate (`protect` hangs on `post_migrate`) every model marked append-only gets a trigger that refuses UPDATE and
DELETE for everybody, the owner of the tables too, and the application role gets only the privileges it needs: without UPDATE,
DELETE or TRUNCATE on those tables. TRUNCATE stays with the owner, whom the running application never signs in as.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from psycopg import sql

# restrict_violation (23001): drivers tell it as an integrity error.
FUNCTION = """
CREATE OR REPLACE FUNCTION probanza_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_NARGS > 0 THEN
    IF to_jsonb(NEW) - TG_ARGV::text[] = to_jsonb(OLD) - TG_ARGV::text[] THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: only % may change', TG_TABLE_NAME, array_to_string(TG_ARGV, ', ')
      USING ERRCODE = 'restrict_violation';
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation', HINT = 'Rows of this table are added and never changed or deleted.';
END $body$
"""


def changeable(model: type[Model]) -> tuple[str, ...]:
    """Database columns of an append-only model that may change. Raises `KeyError` on a wrong name."""
    names: Sequence[str] = getattr(model, "append_only_but", ())
    columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
    return tuple(columns[name] for name in names)


def is_append_only(model: type[Model]) -> bool:
    """Whether rows of this model are added and never changed (but for `append_only_but`)."""
    return bool(getattr(model, "append_only", False) or getattr(model, "append_only_but", ()))


def managed_models() -> list[type[Model]]:
    """All installed models that own a table, each table once."""
    owned = (model for model in apps.get_models(include_auto_created=True) if model._meta.managed)
    return [model for model in owned if not model._meta.proxy]


def append_only_models() -> list[type[Model]]:
    """All installed models whose rows are there for good."""
    return [model for model in managed_models() if is_append_only(model)]


def protect(*, using: str, **_: Any) -> None:
    """Install triggers and privileges in the database that was just migrated; may run any number of times."""
    with connections[using].cursor() as cursor:
        present = set(connections[using].introspection.table_names(cursor))
        models = [model for model in managed_models() if model._meta.db_table in present]
        cursor.execute(FUNCTION)
        _install_triggers(cursor, filter(is_append_only, models))
        role: str = settings.PROBANZA_APP_ROLE
        if role:
            _grant(cursor, role, models)


def _install_triggers(cursor: CursorWrapper, models: Iterable[type[Model]]) -> None:
    # ALWAYS: also in a session that plays back replicated changes.
    statement = sql.SQL(
        "CREATE OR REPLACE TRIGGER probanza_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION probanza_refuse_change({columns}); "
        "ALTER TABLE {table} ENABLE ALWAYS TRIGGER probanza_append_only"
    )
    for model in models:
        columns = sql.SQL(", ").join(map(sql.Literal, changeable(model)))
        _run(cursor, statement.format(table=sql.Identifier(model._meta.db_table), columns=columns))


def _grant(cursor: CursorWrapper, role: str, models: Iterable[type[Model]]) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    if cursor.fetchone() is None:
        raise ImproperlyConfigured(f"PROBANZA_APP_ROLE names the database role {role!r}, which does not exist.")
    cursor.execute("SELECT current_schema(), current_user")
    schema, owner = cursor.fetchone()
    if owner == role:
        return  # one role for everything: it owns the tables, so the triggers alone guard them
    to = {"role": sql.Identifier(role), "schema": sql.Identifier(schema)}
    _run(cursor, sql.SQL("GRANT USAGE ON SCHEMA {schema} TO {role}").format(**to))
    _run(cursor, sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}").format(**to))
    _run(cursor, sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}").format(**to))
    for model in models:
        _run(cursor, _grants_on(model, role))


def _grants_on(model: type[Model], role: str) -> sql.Composed:
    table, grantee = sql.Identifier(model._meta.db_table), sql.Identifier(role)
    if not is_append_only(model):
        return sql.SQL("GRANT INSERT, UPDATE, DELETE ON {} TO {}").format(table, grantee)
    withdraw = sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {0} FROM {1}; GRANT INSERT ON {0} TO {1}")
    columns = sql.SQL(", ").join(map(sql.Identifier, changeable(model)))
    partly = sql.SQL("; GRANT UPDATE ({}) ON {} TO {}").format(columns, table, grantee)
    return withdraw.format(table, grantee) + (partly if changeable(model) else sql.SQL(""))


def _run(cursor: CursorWrapper, statement: sql.Composed) -> None:
    cursor.execute(statement.as_string(cursor.connection))

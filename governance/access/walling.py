"""Builds the wall: policies on every table of an organisation, and the functions that open it. Hangs on `post_migrate`.

The functions run with the rights of the tables' owner, who sees all rows; the application's role may call them and nothing
else. Whoever owns the tables is not held back by policies, so an installation with one role for everything has no wall.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from psycopg import sql

from governance.trail.protection import managed_models

# Sub-selects are worked out once a statement, not once a row. `*` is no UUID and must never be read as one.
_POLICY = """
DROP POLICY IF EXISTS probanza_wall ON {table};
CREATE POLICY probanza_wall ON {table} USING (
  {column} = (SELECT NULLIF(NULLIF(current_setting('probanza.organisation', true), ''), '*')::uuid)
  OR (SELECT current_setting('probanza.organisation', true) = '*')
);
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY
"""

# Not logged and not flushed: after a crash of the server every window begins anew. Half-empty pages keep updates in place.
_WINDOWS = """
CREATE UNLOGGED TABLE IF NOT EXISTS probanza_window (key uuid PRIMARY KEY, opened timestamptz NOT NULL, used integer NOT NULL)
WITH (fillfactor = 20)
"""

# One more request of `p_key`, if there is room; its row stays locked until the transaction ends, so the count is exact.
# A window lies in the future when the server's clock was put back: it is over.
_COUNT = """
CREATE OR REPLACE FUNCTION probanza_count(p_key uuid, p_limit integer, p_at timestamptz, OUT used integer, OUT opened timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $body$
#variable_conflict use_column
DECLARE
  early timestamptz := p_at - interval '1 minute';
  late timestamptz := p_at + interval '1 minute';
BEGIN
  INSERT INTO probanza_window AS w VALUES (p_key, p_at, 1)
  ON CONFLICT (key) DO UPDATE SET
    opened = CASE WHEN w.opened > early AND w.opened <= late THEN w.opened ELSE p_at END,
    used = CASE WHEN w.opened > early AND w.opened <= late THEN w.used + 1 ELSE 1 END
  WHERE w.used < p_limit OR w.opened <= early OR w.opened > late
  RETURNING w.used, w.opened INTO used, opened;
  IF NOT FOUND THEN
    SELECT NULL, w.opened INTO used, opened FROM probanza_window w WHERE w.key = p_key;
  END IF;
END $body$
"""

# Who shows this token: found, counted and let in, in one round trip. The digest is compared here: it is a hash of 192 random
# bits, so the time that a comparison takes tells nothing. Without a row to answer every column is null.
_ENTER = """
CREATE OR REPLACE FUNCTION probanza_enter(
  p_prefix text, p_digest text, p_now timestamptz, p_per_token integer, p_per_organisation integer,
  OUT token uuid, OUT name text, OUT organisation uuid, OUT role text, OUT scopes jsonb,
  OUT token_used integer, OUT token_opened timestamptz,
  OUT organisation_used integer, OUT organisation_opened timestamptz, OUT at timestamptz
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $body$
#variable_conflict use_column
DECLARE
  last_used timestamptz;
BEGIN
  at := COALESCE(p_now, clock_timestamp());
  SELECT t.id, t.name, t.organisation_id, COALESCE(m.role, t.role), t.scopes, t.last_used_at
  INTO token, name, organisation, role, scopes, last_used
  FROM governance_apitoken t
  LEFT JOIN governance_membership m ON m.id = t.owner_id
  LEFT JOIN governance_user u ON u.id = m.user_id
  WHERE t.prefix = p_prefix AND t.digest = p_digest AND t.revoked_at IS NULL
    AND (t.expires_at IS NULL OR t.expires_at > at) AND (t.owner_id IS NULL OR (u.is_active AND m.role <> ''));
  IF token IS NULL THEN
    RETURN;
  END IF;
  IF last_used IS NULL OR last_used <= at - interval '1 minute' THEN
    UPDATE governance_apitoken t SET last_used_at = at
    WHERE t.id = token AND (t.last_used_at IS NULL OR t.last_used_at <= at - interval '1 minute');
  END IF;
  IF p_per_token > 0 THEN
    SELECT c.used, c.opened INTO token_used, token_opened FROM probanza_count(token, p_per_token, at) c;
    IF token_used IS NULL THEN
      RETURN;
    END IF;
  END IF;
  IF p_per_organisation > 0 THEN
    SELECT c.used, c.opened INTO organisation_used, organisation_opened
    FROM probanza_count(organisation, p_per_organisation, at) c;
    IF organisation_used IS NULL THEN
      UPDATE probanza_window w SET used = w.used - 1 WHERE w.key = token;
      RETURN;
    END IF;
  END IF;
  PERFORM set_config('probanza.organisation', organisation::text, false);
END $body$
"""

# The memberships of a person who is signed in (of `p_only`, a slug, alone where it is given); the wall opens for the chosen
# one, or for the only one. A membership without a role has ended.
_SEAT = """
CREATE OR REPLACE FUNCTION probanza_seat(p_user uuid, p_chosen uuid, p_only text)
RETURNS TABLE (member jsonb, organisation jsonb, taken boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $body$
#variable_conflict use_column
DECLARE
  mine uuid[];
  seat uuid;
BEGIN
  mine := ARRAY(
    SELECT m.organisation_id FROM governance_membership m
    JOIN governance_user u ON u.id = m.user_id
    JOIN governance_organisation o ON o.id = m.organisation_id
    WHERE m.user_id = p_user AND u.is_active AND m.role <> '' AND p_only IN ('', o.slug)
  );
  seat := CASE WHEN p_chosen = ANY (mine) THEN p_chosen WHEN cardinality(mine) = 1 THEN mine[1] END;
  IF seat IS NOT NULL THEN
    PERFORM set_config('probanza.organisation', seat::text, false);
  END IF;
  RETURN QUERY
  SELECT to_jsonb(m), to_jsonb(o), o.id IS NOT DISTINCT FROM seat
  FROM governance_membership m JOIN governance_organisation o ON o.id = m.organisation_id
  WHERE m.user_id = p_user AND m.organisation_id = ANY (mine) ORDER BY o.name, o.id;
END $body$
"""

# A new master key may be made only where no organisation at all has a key that another one opens.
_ANY_KEY = """
CREATE OR REPLACE FUNCTION probanza_any_data_key() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $body$ SELECT EXISTS (SELECT FROM governance_datakey) $body$
"""
FUNCTIONS = {
    "probanza_count(uuid, integer, timestamptz)": _COUNT,
    "probanza_enter(text, text, timestamptz, integer, integer)": _ENTER,
    "probanza_seat(uuid, uuid, text)": _SEAT,
    "probanza_any_data_key()": _ANY_KEY,
}


def walled_models() -> dict[type[Model], str]:
    """Every model whose rows belong to one organisation, and the column that says to which."""
    columns = {model: {field.column for field in model._meta.concrete_fields} for model in managed_models()}
    found = {model: "organisation_id" for model, names in columns.items() if "organisation_id" in names}
    return {apps.get_model("governance", "Organisation"): "id", **found}


def build_wall(*, using: str, **_: Any) -> None:
    """Install policies and functions in the database that was just migrated; may run any number of times."""
    with connections[using].cursor() as cursor:
        present = set(connections[using].introspection.table_names(cursor))
        for model, column in walled_models().items():
            if model._meta.db_table in present:
                names = {"table": sql.Identifier(model._meta.db_table), "column": sql.Identifier(column)}
                _run(cursor, sql.SQL(_POLICY).format(**names))
        cursor.execute(_WINDOWS)
        _install_functions(cursor)


def _install_functions(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT current_schema(), current_user")
    schema, owner = cursor.fetchone()
    role: str = settings.PROBANZA_APP_ROLE
    for signature, body in FUNCTIONS.items():
        _run(cursor, sql.SQL(body).format(schema=sql.Identifier(schema)))
        _run(cursor, sql.SQL(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC"))
        if role and role != owner:
            _run(cursor, sql.SQL(f"GRANT EXECUTE ON FUNCTION {signature} TO {{}}").format(sql.Identifier(role)))


def _run(cursor: CursorWrapper, statement: sql.Composed | sql.SQL) -> None:
    cursor.execute(statement.as_string(cursor.connection))

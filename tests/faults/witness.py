"""What is watched from outside the product: the log of the units, and triggers of our own in the audited database.

The triggers belong to the superuser and write what happened, when on the database's clock, and in which transaction.
They know the product's tables and nothing of its code; `oracles` judges by what they wrote.
"""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

INSTALL = """
CREATE SCHEMA faults;
CREATE TABLE faults.moves (run uuid, old text, new text, xid xid8, at timestamptz);
CREATE TABLE faults.acts (run text, action text, xid xid8, at timestamptz);
CREATE TABLE faults.claims (run uuid, step uuid, fence bigint, rescue boolean, xid xid8, at timestamptz);
CREATE TABLE faults.results (run uuid, fence bigint, newest bigint, at timestamptz);
CREATE TABLE faults.units (at bigint, pid bigint, number bigint, event text, attempt text, item text);
CREATE FUNCTION faults.moved() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO faults.moves VALUES (
    NEW.id, CASE TG_OP WHEN 'UPDATE' THEN OLD.state END, NEW.state, pg_current_xact_id(), clock_timestamp());
  RETURN NULL; END $$;
CREATE TRIGGER faults_born AFTER INSERT ON audits_run FOR EACH ROW EXECUTE FUNCTION faults.moved();
CREATE TRIGGER faults_moved AFTER UPDATE ON audits_run FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION faults.moved();
CREATE FUNCTION faults.acted() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO faults.acts VALUES (NEW.subject_id, NEW.action, pg_current_xact_id(), clock_timestamp());
  RETURN NULL; END $$;
CREATE TRIGGER faults_acted AFTER INSERT ON governance_trailentry FOR EACH ROW
  WHEN (NEW.subject = 'run') EXECUTE FUNCTION faults.acted();
CREATE FUNCTION faults.claimed() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO faults.claims VALUES (
    NEW.run_id, NEW.id, NEW.fence, OLD.lease_until IS NOT NULL, pg_current_xact_id(), clock_timestamp());
  RETURN NULL; END $$;
CREATE TRIGGER faults_claimed AFTER UPDATE ON audits_step FOR EACH ROW
  WHEN (OLD.fence IS DISTINCT FROM NEW.fence AND NEW.state = 'open') EXECUTE FUNCTION faults.claimed();
CREATE FUNCTION faults.concluded() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO faults.results
  SELECT NEW.run_id, NEW.fence, max(fence), clock_timestamp() FROM audits_step WHERE run_id = NEW.run_id AND kind = 'conclude';
  RETURN NULL; END $$;
CREATE TRIGGER faults_concluded AFTER INSERT ON audits_result FOR EACH ROW EXECUTE FUNCTION faults.concluded();
"""


class Observer:
    """Asks the database as its superuser, and waits while it is away."""

    def __init__(self, connection: str, patience_s: float = 60.0) -> None:
        self._where = connection
        self._patience_s = patience_s
        self._open: psycopg.Connection | None = None

    def ask(self, statement: str, values: Any = None) -> list[tuple[Any, ...]]:
        """Rows of one statement that may be repeated without harm."""
        deadline = time.monotonic() + self._patience_s
        while True:
            try:
                if self._open is None:
                    self._open = psycopg.connect(self._where, autocommit=True, connect_timeout=5)
                found = self._open.execute(statement, values)
                return found.fetchall() if found.description else []
            except psycopg.OperationalError:
                self.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def one(self, statement: str, values: Any = None) -> Any:
        return self.ask(statement, values)[0][0]

    def copy_in(self, path: Path) -> None:
        """The log of the units as a table."""
        lines = path.read_bytes() if path.exists() else b""
        self.ask("TRUNCATE faults.units")
        assert self._open is not None
        with self._open.cursor() as cursor, cursor.copy("COPY faults.units FROM STDIN (FORMAT csv)") as copy:
            copy.write(lines)

    def close(self) -> None:
        with suppress(psycopg.Error):
            if self._open is not None:
                self._open.close()
        self._open = None


@dataclass(frozen=True)
class Held:
    """What a process is at: the number of the audit, and which step of it. event: plan, unit or conclude."""

    number: int
    event: str
    item: str


@dataclass
class UnitLog:
    """Who works on what, as the log tells so far."""

    path: Path
    _offset: int = 0
    _rest: bytes = b""
    last_of: dict[int, Held | None] = field(default_factory=dict)  # by process

    def read(self) -> None:
        if not self.path.exists():
            return
        with self.path.open("rb") as log:
            log.seek(self._offset)
            fresh = log.read()
        self._offset += len(fresh)
        *lines, self._rest = (self._rest + fresh).split(b"\n")
        for line in lines:
            _at, pid, number, event, _attempt, item = line.decode().split(",")
            self.last_of[int(pid)] = None if event == "measured" else Held(int(number), event, item)

    def held_by(self, pid: int) -> Held | None:
        """What this process works at, or has just concluded."""
        return self.last_of.get(pid)

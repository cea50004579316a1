"""Carries out runs that break off at a given boundary between two statements. A process of its own, asked by lines of JSON.

A boundary lies before and after each statement that the work sends over its connection, so that those around every COMMIT
are among them. `kill` is SIGKILL of the process; `terminate` ends its backend, as an administrator or a restart does, and
lets the work find out; `count` only counts. Every work is done in a fork, by the very function that a worker's task calls.
"""

import json
import os
import signal
import sys
from contextlib import suppress
from typing import Any

import django


def main() -> None:
    """Read {"how", "at", "work"} from each line of standard input, and answer with {"seen", "status"}."""
    django.setup()
    from audits import catalogue
    from audits.runs import tasks

    catalogue.runner_of(catalogue.kind("paced"))
    for line in sys.stdin:
        asked = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.close(reader)
            crash = Crash(asked["how"], asked["at"], writer)
            crash.carry(lambda work=asked["work"]: tasks.carry_out(work))
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as heard:
            seen = heard.read()
        _, status = os.waitpid(child, 0)
        print(json.dumps({"seen": int(seen or 0), "status": status}), flush=True)


class Crash:
    """Counts boundaries and strikes at one of them; wraps every statement of the default connection of this thread."""

    def __init__(self, how: str, at: int, writer: int) -> None:
        self.how, self.at, self.seen, self._writer = how, at, 0, writer

    def carry(self, work: Any) -> None:
        from django.db import InterfaceError, OperationalError, connection

        # What a worker's task ends with when its database goes away.
        with connection.execute_wrapper(self), suppress(OperationalError, InterfaceError):
            work()
        os.write(self._writer, str(self.seen).encode())

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        self._boundary()
        answer = execute(sql, params, many, context)
        self._boundary()
        return answer

    def _boundary(self) -> None:
        self.seen += 1
        if self.seen == self.at and self.how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.seen == self.at and self.how == "terminate":
            _cut()


def _cut() -> None:
    """End our own backend from another one, and wait until it is gone."""
    import psycopg
    from django.db import connection

    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


if __name__ == "__main__":
    main()

"""The promises as SQL over the product's tables and the witness's: each question finds what breaks it; no row is good.

I1 every accepted request has a row, and every row comes to its end.
I2 a run has one result when it succeeded and none otherwise; only the newest claim may write it.
I3 one key is one run.
I4 a crash repeats at most one unit of work.
I5, I6 (an emptied broker loses nothing; requests are taken without a broker) are I1 and `refused` in the cells of Redis.
I7 every change of a run's state, and every take-over of a step, has exactly one trail row in its own transaction; none stands
alone.

Every statement takes `keys`, a LIKE pattern for the idempotency keys of one cell, and the witness's figures where it names them.
"""

from dataclasses import dataclass
from typing import Any

from tests.faults.witness import Observer

_OURS = "WITH ours AS (SELECT * FROM audits_run WHERE idempotency_key LIKE %(keys)s)"
_FINAL = "('succeeded', 'failed', 'cancelled')"
# Which trail rows may tell of which state.
_TOLD = """told(state, action) AS (VALUES
  ('queued', 'audits.request_run'), ('queued', 'audits.retry_run'),
  ('running', 'audits.start_run'), ('running', 'audits.resume_run'), ('succeeded', 'audits.succeed_run'),
  ('failed', 'audits.fail_run'), ('cancelled', 'audits.stop_run'),
  ('cancelled', 'audits.cancel_run'))"""

LOST = {
    "I1 an accepted request has no row": f"""{_OURS}
        SELECT one FROM unnest(%(accepted)s::uuid[]) AS one WHERE NOT EXISTS (SELECT FROM ours WHERE id = one)""",
    "I1 a run never ended": f"{_OURS} SELECT id FROM ours WHERE state NOT IN {_FINAL}",
}
DOUBLE = {
    "I2 two results of one run": f"""{_OURS}
        SELECT run_id FROM audits_result WHERE run_id IN (SELECT id FROM ours) GROUP BY run_id HAVING count(*) > 1""",
    "I2 one run sealed twice": f"""{_OURS}
        SELECT run_id FROM governance_entry WHERE run_id IN (SELECT id::text FROM ours) GROUP BY run_id HAVING count(*) > 1""",
}
BROKEN = {
    "I2 succeeded without a sealed result, or a result without success": f"""{_OURS}
        SELECT id FROM ours WHERE (state = 'succeeded') <> EXISTS (SELECT FROM audits_result WHERE run_id = ours.id)
          OR (state = 'succeeded') <> EXISTS (SELECT FROM governance_entry WHERE run_id = ours.id::text)""",
    "I2 a result written by another than the holder of the newest claim": f"""{_OURS}
        SELECT run FROM faults.results WHERE run IN (SELECT id FROM ours) AND fence <> newest""",
    "I2 an item recorded under a fence that nobody was given": f"""{_OURS}
        SELECT DISTINCT run_id FROM audits_itemrecord item WHERE run_id IN (SELECT id FROM ours)
          AND NOT EXISTS (SELECT FROM faults.claims JOIN audits_step AS step ON step.id = claims.step
            WHERE step.run_id = item.run_id AND step.items ? item.item AND claims.fence = item.fence)""",
    "I2 a claim went back or came twice": f"""{_OURS}
        SELECT run FROM (SELECT run, fence, lag(fence) OVER (PARTITION BY step ORDER BY at) AS before FROM faults.claims) AS one
        WHERE run IN (SELECT id FROM ours) AND fence <> COALESCE(before, 0) + 1""",
    "I2 a run has not exactly one conclusion, or steps that are open after its end": f"""{_OURS}
        SELECT id FROM ours WHERE state = 'succeeded' AND 1 <> (
          SELECT count(*) FROM audits_step WHERE run_id = ours.id AND kind = 'conclude' AND state = 'done')
        UNION SELECT run_id FROM audits_step AS step JOIN ours ON ours.id = run_id
        WHERE ours.state IN {_FINAL} AND step.state = 'open'""",
    "I2 a run that succeeded lacks items, or its count is wrong": f"""{_OURS}
        SELECT id FROM ours WHERE state = 'succeeded'
          AND (planned <> done OR planned <> (SELECT count(DISTINCT item) FROM audits_itemrecord WHERE run_id = ours.id))""",
    "I3 a key has not exactly one run": f"""{_OURS}
        SELECT key FROM unnest(%(sent)s::text[]) AS key WHERE (SELECT count(*) FROM ours WHERE idempotency_key = key) <> 1""",
    "I7 a state changed without exactly one trail row in its transaction": f"""{_OURS}, {_TOLD}
        SELECT run FROM faults.moves AS move WHERE run IN (SELECT id FROM ours) AND 1 <> (
          SELECT count(*) FROM faults.acts AS act JOIN told USING (action)
          WHERE act.run = move.run::text AND act.xid = move.xid AND told.state = move.new)""",
    "I7 a step taken over without exactly one trail row in its transaction, or another one with it": f"""{_OURS}
        SELECT run FROM faults.claims AS claim WHERE run IN (SELECT id FROM ours) AND claim.rescue::int <> (
          SELECT count(*) FROM faults.acts AS act
          WHERE act.run = claim.run::text AND act.xid = claim.xid AND action = 'audits.resume_run')""",
    "I7 a trail row tells of a change that did not happen": f"""{_OURS}, {_TOLD}
        SELECT run FROM faults.acts AS act JOIN told USING (action) WHERE run IN (SELECT id::text FROM ours)
          AND NOT EXISTS (SELECT FROM faults.moves WHERE moves.run::text = act.run AND xid = act.xid AND new = told.state)
          AND NOT EXISTS (
            SELECT FROM faults.claims WHERE claims.run::text = act.run AND xid = act.xid AND told.state = 'running')""",
}
# An execution is redone when the same unit of the same audit begins once more afterwards.
_REDONE = """
redone AS (
  SELECT pid, attempt FROM (
    SELECT pid, attempt, number, lead(attempt) OVER (PARTITION BY number, item ORDER BY at) AS again FROM faults.units
    WHERE event = 'unit' AND number BETWEEN %(first)s AND %(last)s) AS one
  WHERE again IS NOT NULL)"""
REDONE_ALL = f"WITH {_REDONE} SELECT count(*) FROM redone"
# At most one per attempt; of a process that was killed, at most one in its whole life.
REDONE_MOST = f"""WITH {_REDONE}, most AS (
    SELECT count(*) AS n FROM redone GROUP BY attempt
    UNION ALL SELECT count(*) FROM redone WHERE pid = ANY(%(killed)s) GROUP BY pid)
  SELECT COALESCE(max(n), 0) FROM most"""
# From the blow to the next claim of the very step that was held; none when it was done or given back instead.
RESCUED = """
WITH step AS (
  SELECT step.id FROM audits_step AS step JOIN audits_run AS run ON run.id = step.run_id
  WHERE run.idempotency_key = %(key)s
    AND CASE WHEN %(event)s = 'unit' THEN step.items ? %(item)s ELSE step.kind = %(event)s END),
seen AS (SELECT fence, rescue, at FROM faults.claims WHERE claims.step IN (SELECT id FROM step))
SELECT EXTRACT(EPOCH FROM at - %(at)s)::float FROM seen
WHERE rescue AND fence = 1 + (SELECT max(fence) FROM seen WHERE at <= %(at)s)"""
OPEN = f"SELECT count(*) FROM audits_run WHERE state NOT IN {_FINAL} AND idempotency_key LIKE %(keys)s"
UNSUCCESSFUL = f"{_OURS} SELECT id, state, cause FROM ours WHERE state <> 'succeeded'"
# Of a RAG audit: planned = scored + unscored = what was to be asked.
ITEMS_COUNTED = f"""{_OURS}
SELECT ours.id FROM ours JOIN audits_result AS result ON result.run_id = ours.id,
  LATERAL (SELECT (facts->'coverage'->>'planned')::int AS planned, (facts->'coverage'->>'scored')::int AS scored, (
    SELECT COALESCE(sum(value::int), 0) FROM jsonb_each_text(facts->'coverage'->'unscored')) AS unscored) AS told
WHERE ours.planned <> %(questions)s OR told.planned <> %(questions)s OR told.planned <> told.scored + told.unscored"""
STEP = "SELECT id FROM audits_step WHERE run_id = %(run)s AND state = 'open' ORDER BY number LIMIT 1"  # what a message names


@dataclass(frozen=True)
class Seen:
    """What the harness itself knows of one cell."""

    keys: str
    accepted: list[str]
    sent: list[str]
    first: int
    last: int
    killed: list[int]

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def violations(observer: Observer, questions: dict[str, str], seen: Seen) -> dict[str, list[str]]:
    """What breaks which promise, by the promise; ids of runs, or keys."""
    asked = {name: [str(row[0]) for row in observer.ask(statement, seen.values())] for name, statement in questions.items()}
    return {name: found for name, found in asked.items() if found}

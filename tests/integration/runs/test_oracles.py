"""The questions that the fault harness asks find what they are for: each promise is broken by hand, and exactly it is named."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from audits.intake.models import Target
from audits.runs.carrying import carry_out
from audits.runs.models import Run
from governance.config.places import password_of
from tests.conftest import TEST_DATABASE
from tests.faults.oracles import BROKEN, DOUBLE, LOST, REDONE_ALL, REDONE_MOST, RESCUED, Seen, violations
from tests.faults.witness import INSTALL, Observer

pytestmark = pytest.mark.usefixtures("committed")
ALL = {**LOST, **DOUBLE, **BROKEN}
KEY = "oracle:1"


@pytest.fixture
def observer(committed: None, engines: Any) -> Iterator[Observer]:
    where = engines.postgres.where
    watching = Observer(f"host={where.run} user=postgres dbname={TEST_DATABASE} password={password_of(where, 'postgres')}")
    watching.ask(INSTALL)
    yield watching
    watching.ask("DROP SCHEMA faults CASCADE")
    watching.close()


@pytest.fixture
def run(observer: Observer, echo: None, ask: Callable[..., Run], table: Callable[..., Target]) -> Run:
    """An audit that went well, watched by the witness."""
    made = ask(table("yes", "yes"), key=KEY)
    carry_out(run_id=made.id, clock=lambda: datetime.now(UTC), lease_s=30)
    return made


def named(observer: Observer, run: Run, **more: Any) -> set[str]:
    """The first words of every promise that is broken."""
    usual: dict[str, Any] = {"accepted": [str(run.id)], "sent": [KEY], "first": 0, "last": 0, "killed": []}
    return {name.split()[0] for name in violations(observer, ALL, Seen("oracle:%", **{**usual, **more}))}


def test_an_audit_that_went_well_breaks_no_promise(observer: Observer, run: Run) -> None:
    assert named(observer, run) == set()


def test_an_accepted_request_without_a_row_is_lost(observer: Observer, run: Run) -> None:
    assert named(observer, run, accepted=["01a20440-59bc-7bb6-9db6-52681ec56af0"]) == {"I1"}


def test_a_key_without_a_run_breaks_the_third(observer: Observer, run: Run) -> None:
    assert named(observer, run, sent=[KEY, "oracle:2"]) == {"I3"}


@pytest.mark.parametrize(
    ("promise", "harm"),
    [
        ("I1", "UPDATE audits_run SET state = 'running' WHERE id = %(run)s"),
        ("I2", "UPDATE audits_run SET done = done + 1 WHERE id = %(run)s"),
        ("I2", "UPDATE audits_step SET state = 'open' WHERE run_id = %(run)s AND kind = 'conclude'"),
        ("I2", "UPDATE audits_step SET fence = fence + 2, state = 'open' WHERE run_id = %(run)s AND kind = 'measure'"),
        ("I2", "UPDATE faults.results SET newest = newest + 1 WHERE run = %(run)s"),
        ("I2", "DELETE FROM faults.claims WHERE run = %(run)s"),
        ("I7", "UPDATE audits_run SET state = 'failed' WHERE id = %(run)s"),
        ("I7", "DELETE FROM faults.acts WHERE run = %(run)s::text AND action = 'audits.start_run'"),
        ("I7", "UPDATE faults.moves SET xid = '1' WHERE run = %(run)s AND new = 'succeeded'"),
        ("I7", "UPDATE faults.claims SET rescue = true WHERE run = %(run)s AND fence = 1"),
    ],
)
def test_what_breaks_a_promise_is_found(observer: Observer, run: Run, promise: str, harm: str) -> None:
    observer.ask(harm, {"run": run.id})
    assert promise in named(observer, run)


def test_a_second_seal_of_one_run_is_found(observer: Observer, run: Run) -> None:
    twin = "CREATE TEMP TABLE twin ON COMMIT DROP AS SELECT * FROM governance_entry WHERE run_id = '{run}'"
    again = "UPDATE twin SET id = gen_random_uuid(); INSERT INTO governance_entry SELECT * FROM twin"
    observer.ask(f"{twin.format(run=run.id)}; {again}")
    assert named(observer, run) == {"I2"}


def test_a_unit_that_began_twice_is_redone_by_whoever_began_first(observer: Observer, run: Run, tmp_path: Any) -> None:
    lines = ["1,7,0,unit,a,one", "2,7,0,unit,a,two", "3,8,0,unit,b,one", "4,8,0,unit,b,two", "5,9,0,unit,c,three"]
    (tmp_path / "units.csv").write_text(os.linesep.join([*lines, ""]))
    observer.copy_in(tmp_path / "units.csv")
    seen = {"first": 0, "last": 0, "killed": []}
    assert (observer.one(REDONE_ALL, seen), observer.one(REDONE_MOST, seen)) == (2, 2)
    assert observer.one(REDONE_ALL, {**seen, "first": 1, "last": 9}) == 0


def test_a_rescue_is_timed_from_the_blow_to_the_next_take_over_of_that_step(observer: Observer, run: Run) -> None:
    asked = {"at": observer.one("SELECT clock_timestamp()"), "key": KEY, "event": "unit", "item": "row-00001"}
    later = """INSERT INTO faults.claims SELECT run, claims.step, claims.fence + 1, true, xid, %(at)s + interval '4 s'
        FROM faults.claims JOIN audits_step AS step ON step.id = claims.step WHERE kind = %(kind)s"""
    assert observer.ask(RESCUED, asked) == []
    observer.ask(later, {"kind": "plan", "at": asked["at"]})
    assert observer.ask(RESCUED, asked) == []
    observer.ask(later, {"kind": "measure", "at": asked["at"]})
    assert observer.ask(RESCUED, asked) == [(4.0,)]
    assert observer.ask(RESCUED, {**asked, "event": "plan", "item": ""}) == [(4.0,)]

from itertools import permutations
from typing import Any

import pytest

from probanza.outcome import BadAnswer, Code, code_of, read_suite_run
from tests.unit.gate.conftest import audit, check, suite_run

MET, NOT_MET, OPEN_INTERVAL, TOO_FEW = (audit(check(state)) for state in ("met", "not_met", "inconclusive", "insufficient"))
FAILED = audit(state="failed", reason={"cause": "unreachable", "message": "gone"})
CANCELLED, RUNNING, BARE = audit(state="cancelled"), audit(state="running"), audit()


@pytest.mark.parametrize(
    ("audits", "code"),
    [
        ((MET, MET), Code.PASS),
        ((MET, NOT_MET, OPEN_INTERVAL), Code.FAIL),
        ((NOT_MET, FAILED, BARE), Code.FAIL),
        ((MET, FAILED), Code.NEVER),
        ((MET, CANCELLED), Code.NEVER),
        ((OPEN_INTERVAL, RUNNING), Code.NEVER),
        ((MET, BARE), Code.USAGE),
        ((OPEN_INTERVAL, BARE), Code.USAGE),
        ((MET, OPEN_INTERVAL), Code.INCONCLUSIVE),
        ((MET, TOO_FEW), Code.INCONCLUSIVE),
    ],
)
def test_the_exit_status_is_the_gravest_there_is(audits: tuple[Any, ...], code: Code) -> None:
    assert {code_of(read_suite_run(suite_run(*order))) for order in permutations(audits)} == {code}


@pytest.mark.parametrize("one", [OPEN_INTERVAL, TOO_FEW])
def test_inconclusive_can_be_made_a_failure(one: Any) -> None:
    assert code_of(read_suite_run(suite_run(one)), inconclusive_is_failure=True) == Code.FAIL


def test_a_verdict_word_without_criteria_is_not_believed() -> None:
    assert code_of(read_suite_run(suite_run(audit(verdict="met"), verdict="met"))) == Code.USAGE


def test_one_check_of_many_that_is_not_met_fails_its_audit() -> None:
    run = read_suite_run(suite_run(audit(check(), check("not_met"), check("inconclusive"))))
    assert run.audits[0].verdict() == "not_met"


@pytest.mark.parametrize(
    "bad",
    [
        None, [], "pass", 7, {}, suite_run(runs=[]), suite_run(runs=None), suite_run(runs=[None]), suite_run(audit(state="done")),
        suite_run(audit(check("green"))), suite_run(audit(check(direction="up"))), suite_run(audit(check(n=float("nan")))),
        suite_run(audit(check(n=True))), suite_run(audit(check(n=-1))), suite_run(audit(check(value=0.71))),
        suite_run(audit(check(group=[["sex"]]))), suite_run(audit(check(group="sex"))), suite_run(progress=None),
        suite_run(progress={"planned": "2", "done": 2}), suite_run(suite=[]), suite_run(system={"name": "x"}),
        suite_run(id=7), suite_run(audit(reason="gone")), suite_run(audit(verdicts=None)), suite_run(runs=[audit()] * 1001),
    ],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_is_refused(bad: Any) -> None:
    with pytest.raises(BadAnswer):
        read_suite_run(bad)


def test_a_run_tells_how_long_it_took_and_nothing_where_it_cannot() -> None:
    assert read_suite_run(suite_run()).seconds() == 30.5
    assert read_suite_run(suite_run(finished_at=None)).seconds() == 0
    assert read_suite_run(suite_run(finished_at="<script>")).seconds() == 0
    assert read_suite_run(suite_run(finished_at="2026-11-22T10:00:00")).seconds() == 0

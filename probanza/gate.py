"""The gate: runs a suite on a system version, waits, and says by its exit status whether a release may go on.

Every request is safe to repeat: one idempotency key belongs to one gate, so a hiccup of the network starts nothing twice.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from probanza.outcome import WORDS, BadAnswer, Code, SuiteRun, code_of, read_suite_run
from probanza.patient import Patient, Refused, Silent
from probanza.words import plain

SUITES, SUITE_RUNS = "/api/v1/suites", "/api/v1/suite-runs"
LONG_POLL_S = 20
SLOWEST_LOOK_S = 5.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be run, and how long it may take. number: of the system's version; None is the newest."""

    system: str
    suite: str
    key: str
    number: int | None = None
    timeout_s: float = 3600.0
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """How a gate ended: exit status, reason in words (foreign ones among them, cleaned), and what was seen of the run."""

    code: Code
    reason: str
    run: SuiteRun | None = None


def gate(
    service: Patient, wanted: Wanted, show: Callable[[SuiteRun], None], sleep: Callable[[float], None] = time.sleep
) -> Ending:
    """Run the suite and wait for its end. `show` is told how it stands. Raises nothing of the service's doing."""
    seen: list[SuiteRun] = []

    def look(run: SuiteRun) -> None:
        seen[:] = [run]
        show(run)

    try:
        number = _checked_suite(service, wanted)
        run = _waited(service, wanted, _started(service, wanted, number), look, sleep)
    except Refused as error:
        return Ending(Code.USAGE, plain(error), *seen)
    except (Silent, BadAnswer) as error:
        return Ending(Code.NEVER, plain(f"{error}{_left_running(seen)}"), *seen)
    code = code_of(run, inconclusive_is_failure=wanted.strict)
    return Ending(code, _reason(code, run, wanted), run)


def _checked_suite(service: Patient, wanted: Wanted) -> int:
    """The number of the suite's newest version, once it is clear that all of it will be judged. Raises `Refused`."""
    found = service.get(SUITES, system=wanted.system, name=wanted.suite).get("results")
    if not isinstance(found, list):
        raise BadAnswer("the list of suites has no results")
    if not found:
        raise Refused(f"the system {wanted.system} has no suite {wanted.suite}")
    try:
        version = found[0]["newest_version"]
        number, bare = version["number"], [one["name"] for one in version["entries"] if not one["criteria"]]
    except (KeyError, TypeError, IndexError):
        raise BadAnswer("a suite is not told as documented") from None
    if bare:
        raise Refused(f"no criterion is frozen for {', '.join(map(str, bare))}: it would be measured and never judged")
    if isinstance(number, bool) or not isinstance(number, int):
        raise BadAnswer("a suite has no number")
    return number


def _started(service: Patient, wanted: Wanted, number: int) -> SuiteRun:
    body: dict[str, Any] = {"system": wanted.system, "suite": wanted.suite, "suite_version": number}
    if wanted.number is not None:
        body["number"] = wanted.number
    return read_suite_run(service.post(SUITE_RUNS, body, key=wanted.key))


def _waited(
    service: Patient, wanted: Wanted, run: SuiteRun, look: Callable[[SuiteRun], None], sleep: Callable[[float], None]
) -> SuiteRun:
    """The run at its end, or as it stands when the time is up."""
    begun = time.monotonic()
    path = f"{SUITE_RUNS}/{_identifier(run.id)}"
    look(run)
    while run.is_open() and (left := begun + wanted.timeout_s - time.monotonic()) > 0:
        asked = time.monotonic()
        run = read_suite_run(service.get(path, wait=max(1, min(LONG_POLL_S, int(left)))))
        look(run)
        # A service that did not hold the answer back is asked less and less often.
        pause = min(SLOWEST_LOOK_S, 0.5 + (asked - begun) / 30) - (time.monotonic() - asked)
        if run.is_open() and pause > 0:
            sleep(min(pause, max(0.0, left)))
    return run


def _identifier(text: str) -> str:
    if not text or len(text) > 64 or not all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in text):
        raise BadAnswer("a suite run has no usable id")
    return text


def _reason(code: Code, run: SuiteRun, wanted: Wanted) -> str:
    if run.is_open():
        return f"the suite's run had not ended after {wanted.timeout_s:.0f} s; it goes on as {plain(run.id)}"
    judged = {
        Code.PASS: "every criterion is met",
        Code.FAIL: "a criterion is not met",
        Code.USAGE: "an audit had no criterion to be judged by",
        Code.NEVER: "an audit did not come to a result",
        Code.INCONCLUSIVE: "an interval lies across its limit, or too little was measured",
    }
    if code == Code.FAIL and code_of(run) != Code.FAIL:
        return f"{judged[Code.INCONCLUSIVE]}; {WORDS[Code.INCONCLUSIVE]} counts as a failure here"
    return judged[code]


def _left_running(seen: list[SuiteRun]) -> str:
    return f"; the suite's run {seen[0].id} goes on without this gate" if seen and seen[0].is_open() else ""

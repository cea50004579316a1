"""What a suite's run came to, read from the service's answer, and the exit status it deserves. Pure.

Nothing is believed that does not have the documented shape: an answer that makes no sense is never a pass.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

MET, NOT_MET, INCONCLUSIVE, INSUFFICIENT, NO_CRITERION = "met", "not_met", "inconclusive", "insufficient", "no_criterion"
NEVER_JUDGED = "never_judged"
STATES = frozenset({"queued", "running", "succeeded", "failed", "cancelled"})
OPEN = frozenset({"queued", "running"})
CHECK_STATES = (NOT_MET, INCONCLUSIVE, INSUFFICIENT, MET)  # worst first
MOST_AUDITS = 1000


class Code(IntEnum):
    """The gate's exit status."""

    PASS = 0
    FAIL = 1
    USAGE = 2
    NEVER = 3
    INCONCLUSIVE = 4


WORDS = {
    Code.PASS: "pass",
    Code.FAIL: "fail",
    Code.USAGE: "usage or configuration",
    Code.NEVER: "never judged",
    Code.INCONCLUSIVE: "inconclusive",
}


class BadAnswer(ValueError):  # noqa: N818 - reads as what happened
    """The service's answer does not have the documented shape."""


@dataclass(frozen=True, slots=True)
class Check:
    """One measure held against one criterion. Numbers are decimal text as the service gave them."""

    measure: str
    group: tuple[tuple[str, str], ...]
    value: str | None
    low: str | None
    high: str | None
    n: int
    limit: str
    direction: str
    state: str

    def title(self) -> str:
        """`approval_rate sex=f >= 0.8`."""
        pairs = "".join(f" {feature}={value}" for feature, value in self.group)
        return f"{self.measure}{pairs} {'>=' if self.direction == 'at_least' else '<='} {self.limit}"

    def figure(self) -> str:
        """`0.71 [0.64, 0.77] n 180`."""
        if self.value is None:
            return f"not estimable, n {self.n}"
        interval = f" [{self.low}, {self.high}]" if self.low is not None and self.high is not None else ""
        return f"{self.value}{interval} n {self.n}"


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit of the suite. reason: why it failed, in words."""

    name: str
    id: str
    kind: str
    state: str
    checks: tuple[Check, ...]
    evidence: str
    reason: str

    def verdict(self) -> str:
        """The worst of its checks; `no_criterion` without any, `never_judged` unless it succeeded."""
        if self.state != "succeeded":
            return NEVER_JUDGED
        states = {check.state for check in self.checks}
        return next((state for state in CHECK_STATES if state in states), NO_CRITERION)


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """A suite's run as it stands. planned: None until every audit has looked at its target."""

    id: str
    suite: str
    suite_number: int
    suite_digest: str
    system: str
    system_slug: str
    number: int
    planned: int | None
    done: int
    audits: tuple[Audit, ...]
    started_at: str
    finished_at: str

    def is_open(self) -> bool:
        """Whether an audit has not ended."""
        return any(audit.state in OPEN for audit in self.audits)

    def ended(self) -> int:
        """How many audits have ended."""
        return sum(audit.state not in OPEN for audit in self.audits)

    def seconds(self) -> float:
        """From request to end; 0 where one of them is not told."""
        try:
            taken = datetime.fromisoformat(self.finished_at) - datetime.fromisoformat(self.started_at)
        except (ValueError, TypeError):
            return 0.0
        return max(0.0, taken.total_seconds())


def code_of(run: SuiteRun, *, inconclusive_is_failure: bool = False) -> Code:
    """The exit status: what is proven wrong first, then what was never judged, never asked, and not decided."""
    verdicts = {audit.verdict() for audit in run.audits}
    if NOT_MET in verdicts:
        return Code.FAIL
    if NEVER_JUDGED in verdicts:
        return Code.NEVER
    if NO_CRITERION in verdicts:
        return Code.USAGE
    if verdicts & {INCONCLUSIVE, INSUFFICIENT}:
        return Code.FAIL if inconclusive_is_failure else Code.INCONCLUSIVE
    return Code.PASS if verdicts == {MET} else Code.NEVER


def read_suite_run(plain: object) -> SuiteRun:
    """An answer of /api/v1/suite-runs. Raises `BadAnswer`."""
    whole = _mapping(plain, "the answer")
    suite, system = _mapping(whole.get("suite"), "suite"), _mapping(whole.get("system"), "system")
    progress = _mapping(whole.get("progress"), "progress")
    runs = _list(whole.get("runs"), "runs")
    if not runs:
        raise BadAnswer("runs is empty")
    return SuiteRun(
        id=_text(whole, "id"),
        suite=_text(suite, "name"),
        suite_number=_count(suite, "number"),
        suite_digest=_text(suite, "digest"),
        system=_text(system, "name"),
        system_slug=_text(system, "slug"),
        number=_count(system, "number"),
        planned=None if progress.get("planned") is None else _count(progress, "planned"),
        done=_count(progress, "done"),
        audits=tuple(_audit(_mapping(one, "a run")) for one in runs),
        started_at=_text(whole, "created_at"),
        finished_at=_maybe(whole, "finished_at") or "",
    )


def _audit(plain: Mapping[str, Any]) -> Audit:
    state = _text(plain, "state")
    if state not in STATES:
        raise BadAnswer("a run has an unknown state")
    reason = plain.get("reason")
    told = _mapping(reason, "reason") if reason is not None else {}
    return Audit(
        name=_text(plain, "name"),
        id=_text(plain, "id"),
        kind=_text(plain, "kind"),
        state=state,
        checks=tuple(_check(_mapping(one, "a verdict")) for one in _list(plain.get("verdicts"), "verdicts")),
        evidence=_maybe(plain, "evidence") or "",
        reason=f"{_text(told, 'cause')}: {_text(told, 'message')}" if told else "",
    )


def _check(plain: Mapping[str, Any]) -> Check:
    state, direction = _text(plain, "state"), _text(plain, "direction")
    if state not in CHECK_STATES or direction not in {"at_least", "at_most"}:
        raise BadAnswer("a verdict has an unknown state or direction")
    return Check(
        measure=_text(plain, "measure"),
        group=tuple(_pair(one) for one in _list(plain.get("group"), "group")),
        value=_maybe(plain, "value"),
        low=_maybe(plain, "low"),
        high=_maybe(plain, "high"),
        n=_count(plain, "n"),
        limit=_text(plain, "limit"),
        direction=direction,
        state=state,
    )


def _pair(plain: object) -> tuple[str, str]:
    pair = _list(plain, "a group")
    if len(pair) != 2 or not all(isinstance(one, str) for one in pair):
        raise BadAnswer("a group is no pair of texts")
    return pair[0], pair[1]


def _mapping(plain: object, what: str) -> Mapping[str, Any]:
    if not isinstance(plain, dict):
        raise BadAnswer(f"{what} is no object")
    return plain


def _list(plain: object, what: str) -> Sequence[Any]:
    if not isinstance(plain, list) or len(plain) > MOST_AUDITS:
        raise BadAnswer(f"{what} is no list, or too long a one")
    return plain


def _text(plain: Mapping[str, Any], name: str) -> str:
    value = plain.get(name)
    if not isinstance(value, str):
        raise BadAnswer(f"{name} is no text")
    return value


def _maybe(plain: Mapping[str, Any], name: str) -> str | None:
    return None if plain.get(name) is None else _text(plain, name)


def _count(plain: Mapping[str, Any], name: str) -> int:
    value = plain.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise BadAnswer(f"{name} is no count")
    return value

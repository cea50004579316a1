"""How a suite's run stands, from how its audits stand. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audits.states import FINAL, State

# Worst first. An audit without a criterion measured and judged nothing: never better than one that met its own.
_WORST_FIRST = ("not_met", "inconclusive", "insufficient", "no_criterion", "met")


@dataclass(frozen=True, slots=True)
class Standing:
    """state, planned and done of one audit; verdict once it has succeeded."""

    state: State
    verdict: str | None
    planned: int | None
    done: int


def state_of(states: Iterable[State]) -> State:
    """One word for all: open as long as one audit is; then the worst end of any."""
    found = set(states)
    if not found <= FINAL:
        return State.QUEUED if found == {State.QUEUED} else State.RUNNING
    return next(state for state in (State.FAILED, State.CANCELLED, State.SUCCEEDED) if state in found)


def verdict_of(audits: Sequence[Standing]) -> str | None:
    """The worst verdict once every audit has ended.

    A criterion that is not met stays not met whatever became of the other audits. Without such a one, an audit that failed
    or was cancelled leaves the whole without a verdict: None.
    """
    if any(one.state not in FINAL for one in audits):
        return None
    found = {one.verdict for one in audits}
    if None in found and "not_met" not in found:
        return None
    return next(verdict for verdict in _WORST_FIRST if verdict in found)


def planned_of(audits: Iterable[Standing]) -> int | None:
    """Items of all audits; None until each has looked at its target."""
    counts = [one.planned for one in audits]
    return None if None in counts else sum(count or 0 for count in counts)

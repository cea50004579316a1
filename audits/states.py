"""The life of a run as one table, and that of its steps. What a run concluded (its verdict) is kept apart from it."""

from enum import StrEnum


class State(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


NEXT: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.RUNNING, State.FAILED, State.CANCELLED}),
    State.RUNNING: frozenset({State.SUCCEEDED, State.FAILED, State.CANCELLED}),
    State.SUCCEEDED: frozenset(),
    State.FAILED: frozenset({State.QUEUED}),
    State.CANCELLED: frozenset({State.QUEUED}),
}
OPEN: frozenset[State] = frozenset({State.QUEUED, State.RUNNING})
FINAL: frozenset[State] = frozenset(NEXT) - OPEN  # nobody works on it; only a person's retry opens it again
AGAIN: frozenset[State] = frozenset(state for state in FINAL if State.QUEUED in NEXT[state])


class StepKind(StrEnum):
    """What a step of a run does: find the items, measure some of them, conclude from all."""

    PLAN = "plan"
    MEASURE = "measure"
    CONCLUDE = "conclude"


class StepState(StrEnum):
    """Where a step stands. Stopped: its run ended before it; a retry opens it again."""

    OPEN = "open"
    DONE = "done"
    STOPPED = "stopped"


class BadMove(ValueError):  # noqa: N818 - reads as what happened
    """A run cannot go from one state to the other."""


def can_move(old: State, new: State) -> bool:
    """Whether a run in `old` may go to `new`."""
    return new in NEXT[old]


def check_move(old: State, new: State) -> None:
    """Raise `BadMove` unless a run in `old` may go to `new`."""
    if not can_move(old, new):
        allowed = ", ".join(sorted(NEXT[old])) or "nothing: it is final"
        raise BadMove(f"a run that is {old} cannot become {new}; from there it can become {allowed}.")


def diagram() -> str:
    """The table as a Mermaid state diagram, for the documentation."""
    arrows = [f"    {old} --> {new}" for old in State for new in State if can_move(old, new)]
    ends = [f"    {state} --> [*]" for state in State if state in FINAL]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {State.QUEUED}", *arrows, *ends]) + "\n"

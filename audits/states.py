"""The life of a run as one table. What a run concluded (its verdict) is kept apart from it."""

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
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
}
FINAL: frozenset[State] = frozenset(state for state, following in NEXT.items() if not following)
OPEN: frozenset[State] = frozenset(NEXT) - FINAL


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

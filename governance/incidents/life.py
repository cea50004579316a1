"""A serious incident: what harm starts which clock (Art. 73), and what can be done where it stands. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from governance.book import gettext_noop as _
from governance.shapes import ShapeError

Clock = Literal["15 days", "10 days", "2 days"]
Standing = Literal["running", "due_soon", "overdue", "in_time", "late", "stopped"]
UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Rule:
    """The harm that starts a clock. days: from the moment of awareness. warn: so long before its end it is due soon."""

    days: int
    clock: Clock
    article: str
    effects: tuple[str, ...]
    warn: timedelta


# The shortest first. What harm was done is not known: the shortest clock counts until somebody says.
RULES = (
    Rule(2, "2 days", "Art. 73(3)", ("widespread_infringement", "critical_infrastructure"), timedelta(days=1)),
    Rule(2, "2 days", "Art. 73(2)-(4)", (UNDETERMINED,), timedelta(days=1)),
    Rule(10, "10 days", "Art. 73(4)", ("death",), timedelta(days=3)),
    Rule(15, "15 days", "Art. 73(2)", ("health", "fundamental_rights", "property_environment"), timedelta(days=3)),
)
# The harm of Art. 3(49), and the widespread infringement of Art. 3(61), as people read it.
EFFECTS: dict[str, str] = {
    "death": _("Death of a person"),
    "health": _("Serious harm to a person's health"),
    "critical_infrastructure": _("Serious and irreversible disruption of critical infrastructure"),
    "fundamental_rights": _("Infringement of obligations that protect fundamental rights"),
    "property_environment": _("Serious harm to property or the environment"),
    "widespread_infringement": _("Widespread infringement"),
    UNDETERMINED: _("Not known yet"),
}


class State(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    INITIALLY_REPORTED = "initially_reported"
    REPORTED = "reported"
    NOT_SERIOUS = "not_serious"
    CLOSED = "closed"


class Act(StrEnum):
    """What somebody does about an incident."""

    ASSESS = "assess"
    REPORT_INITIALLY = "report_initially"
    REPORT = "report"
    JUDGE_NOT_SERIOUS = "judge_not_serious"
    CLOSE = "close"
    REOPEN = "reopen"
    FREEZE = "freeze"
    RELEASE = "release"
    NOTE = "note"


_STAYS = {state: state for state in State}
_INFORMED = (State.INITIALLY_REPORTED, State.REPORTED, State.NOT_SERIOUS, State.CLOSED)
# act -> where it may be done -> where the incident stands afterwards
NEXT: dict[Act, dict[State, State]] = {
    Act.ASSESS: {one: one for one in (State.OPEN, State.INITIALLY_REPORTED, State.REPORTED)},
    Act.REPORT_INITIALLY: {State.OPEN: State.INITIALLY_REPORTED},
    Act.REPORT: {State.OPEN: State.REPORTED, State.INITIALLY_REPORTED: State.REPORTED},
    Act.JUDGE_NOT_SERIOUS: {State.OPEN: State.NOT_SERIOUS},
    Act.CLOSE: {State.REPORTED: State.CLOSED},
    Act.REOPEN: {State.NOT_SERIOUS: State.OPEN, State.CLOSED: State.REPORTED},
    Act.FREEZE: _STAYS,
    Act.RELEASE: {one: one for one in _INFORMED},  # Art. 73(6): nothing is altered before the authority is informed
    Act.NOTE: _STAYS,
}
# Who may: whoever audits records what is known; what is owed to an authority is told by whoever may decide.
SCOPES = {act: "audits:write" if act in {Act.ASSESS, Act.FREEZE, Act.NOTE} else "approvals:decide" for act in Act}
RUNNING = frozenset({State.OPEN})  # the clock runs; an initial, incomplete report stops it (Art. 73(5))


def check_effects(given: Iterable[str]) -> tuple[str, ...]:
    """The harm as it is stored: each once, in the order of `EFFECTS`. Raises `ShapeError`, also for none at all."""
    named = list(given)
    for index, one in enumerate(named):
        if one not in EFFECTS:
            raise ShapeError(f"effects[{index}]", "is no harm of a serious incident.", tuple(EFFECTS))
    found = tuple(one for one in EFFECTS if one in named)
    if not found:
        raise ShapeError("effects", f"name the harm; while nobody knows it, say {UNDETERMINED}.", tuple(EFFECTS))
    if UNDETERMINED in found and len(found) > 1:
        raise ShapeError("effects", f"{UNDETERMINED} stands alone: leave it out once the harm is known.", tuple(EFFECTS))
    return found


def rule_for(effects: Iterable[str]) -> Rule:
    """The rule of the shortest clock that any of this harm starts."""
    given = set(effects)
    return next(rule for rule in RULES if given & set(rule.effects))


def severity_of(effects: Iterable[str]) -> str:
    """The harm that sets the clock; of several with one clock the first of `EFFECTS`."""
    given, rule = set(effects), rule_for(effects)
    return next(one for one in EFFECTS if one in given and one in rule.effects)


def due_at(effects: Iterable[str], aware_at: datetime) -> datetime:
    """Until when the authority is told at the latest: so many days of 24 hours after the moment of awareness.

    This is the strictest reading. Regulation (EEC, Euratom) No 1182/71, Art. 3, may let the last day end later.
    """
    return aware_at + timedelta(days=rule_for(effects).days)


def standing(
    *, state: State, effects: Iterable[str], aware_at: datetime, reported_at: datetime | None, now: datetime
) -> Standing:
    """How the clock stands. stopped: a named person judged the incident not serious."""
    rule, due = rule_for(effects), aware_at + timedelta(days=rule_for(effects).days)
    if reported_at is not None:
        return "in_time" if reported_at <= due else "late"
    if state not in RUNNING:
        return "stopped"
    if now > due:
        return "overdue"
    return "due_soon" if now > due - rule.warn else "running"


def check_act(act: str, state: State) -> State:
    """Where an incident stands after the act. Raises `ShapeError` where it cannot be done, with what can."""
    if act not in NEXT:
        raise ShapeError("act", "is none.", tuple(NEXT))
    after = NEXT[Act(act)].get(state)
    if after is None:
        raise ShapeError("act", f"cannot be done with an incident that is {state}.", acts_in(state))
    return after


def acts_in(state: State) -> tuple[Act, ...]:
    """What can be done with an incident that stands here."""
    return tuple(act for act in Act if state in NEXT[act])


def diagram() -> str:
    """The table as a Mermaid state diagram, for the documentation."""
    arrows = [f"    {old} --> {new}: {act}" for act in Act for old, new in NEXT[act].items() if old != new]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {State.OPEN}", *arrows]) + "\n"

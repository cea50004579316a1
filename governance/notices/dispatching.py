"""What the dispatcher asks of notices: which deliveries are due, and when it is time to look around."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

from governance.notices import claims
from governance.notices.services import CHANNEL
from governance.trail.ids import uuid7

__all__ = ("CHANNEL", "DELIVER", "WATCH", "Due", "Rounds", "due", "unsent")

DELIVER = "notices.deliver"
WATCH = "notices.watch"
QUEUE = "light"
AT_ONCE = 200
WATCH_S = 60.0


@dataclass(frozen=True, slots=True)
class Due:
    """Something that a worker must be told of: the id goes to `task` by way of `queue`."""

    id: UUID
    task: str = DELIVER
    queue: str = QUEUE


def due(sweep_s: float) -> list[Due]:
    """Deliveries to try now and those whose worker died, noted as told. Safe to ask anywhere, any number of times."""
    claims.give_up_spent()
    return [Due(one) for one in claims.take_due(sweep_s=sweep_s, limit=AT_ONCE)]


def unsent(left: Sequence[UUID]) -> None:
    """The broker did not take these; they are due again at once."""
    claims.put_back(list(left))


@dataclass
class Rounds:
    """One word to a worker every `every_s` seconds that it is time to look around. What is lost is said again next time."""

    every_s: float = WATCH_S
    clock: Callable[[], float] = monotonic
    _at: float = field(default=float("-inf"))

    def due(self, sweep_s: float) -> list[Due]:
        """The word when it is time; a worker that is told twice tells nobody twice."""
        now = self.clock()
        if now < self._at:
            return []
        self._at = now + self.every_s
        return [Due(uuid7(), WATCH)]

    def unsent(self, left: Sequence[UUID]) -> None:
        """The broker did not take it; it is due again at once."""
        self._at = float("-inf")

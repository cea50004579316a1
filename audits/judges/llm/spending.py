"""What judging took and what it may take: calls, tokens, cost, time. Pure but for the sums it keeps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from audits.judges.llm.prices import Prices
from governance.evidence.facts import decimal_text

Told = tuple[int | None, int | None]  # tokens sent and received; None where the endpoint does not tell


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent so far. charged: in the price list's currency; a call that told no tokens counts one a byte."""

    calls: int = 0
    charged: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Budget:
    """What a run may spend on judging; 0 calls and None cost are no limit."""

    max_calls: int = 0
    max_cost: Decimal | None = None

    def is_open(self, spent: Spent) -> bool:
        """Whether another call may be made. A call's cost is known after it, so the last one may go over `max_cost`."""
        if self.max_calls and spent.calls >= self.max_calls:
            return False
        return self.max_cost is None or spent.charged < self.max_cost

    def limits(self) -> bool:
        """Whether there is a limit at all."""
        return bool(self.max_calls) or self.max_cost is not None


@dataclass
class Tally:
    """What the calls since the last `take` took.

    calls: requests that were sent, also those that failed. cached: replies that were at hand already.
    untold: answered calls of which the endpoint did not tell the tokens. times: milliseconds of each answered call.
    """

    calls: int = 0
    retries: int = 0
    cached: int = 0
    canaries: int = 0
    untold: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    charged: Decimal = Decimal(0)
    times: list[int] = field(default_factory=list)

    def answered(self, tokens: Told, size: tuple[int, int], elapsed_ms: int, prices: Prices | None) -> None:
        """Count a call that was answered. tokens: sent and received; size: the bytes of request and response."""
        self.times.append(elapsed_ms)
        self.untold += None in tokens
        self.prompt_tokens += tokens[0] or 0
        self.completion_tokens += tokens[1] or 0
        if prices is not None:
            # Byte-level vocabularies have no token shorter than a byte: so many is the most it can have been.
            sent, received = (most if told is None else told for told, most in zip(tokens, size, strict=True))
            self.charged += prices.cost(sent, received)

    def spent(self) -> Spent:
        return Spent(self.calls, self.charged)

    def to_plain(self, prices: Prices | None) -> dict[str, Any]:
        """JSON-ready without floats. `cost` is null without a price list or where a call told no tokens."""
        cost = decimal_text(self.charged) if prices is not None and not self.untold else None
        return {
            "calls": self.calls,
            "retries": self.retries,
            "cached": self.cached,
            "canaries": self.canaries,
            "untold": self.untold,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "charged": decimal_text(self.charged) or "0",
            "cost": cost,
            "currency": prices.currency if prices else None,
            "prices": prices.version if prices else None,
            "times_ms": list(self.times),
        }


class Purse:
    """Holds a budget over all workers of a run.

    recorded: what the run's stored items say was spent, by whatever worker; None keeps count here alone.
    Workers that judge at the same moment see each other's calls once an answer is stored, so a limit may be passed by
    what each of them has in hand: at most one answer's calls a worker.
    """

    def __init__(self, budget: Budget, recorded: Callable[[], Spent] | None = None) -> None:
        self._budget = budget
        self._recorded = recorded
        self._before = Spent()

    def has(self, pending: Spent) -> bool:
        """Whether there is something left. pending: what was spent and not stored yet."""
        if not self._budget.limits():
            return True
        before = self._recorded() if self._recorded else self._before
        return self._budget.is_open(Spent(before.calls + pending.calls, before.charged + pending.charged))

    def stored(self, spent: Spent) -> None:
        """An answer was handed on to be stored with what it took."""
        self._before = Spent(self._before.calls + spent.calls, self._before.charged + spent.charged)

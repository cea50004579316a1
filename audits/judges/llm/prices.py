"""What tokens cost, as a table that carries its version. Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal

from governance.shapes import ShapeError

_CURRENCY = re.compile(r"[A-Z]{3}")
MILLION = 1_000_000
HIGHEST = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Prices:
    """The price list that costs are computed by.

    version: what the list is called, e.g. `2026-11`; it stands beside every cost. currency: ISO 4217.
    prompt, completion: the price of a million tokens sent and received, in `currency`.
    """

    version: str
    currency: str
    prompt: Decimal
    completion: Decimal

    def __post_init__(self) -> None:
        if not 1 <= len(self.version) <= 100 or not self.version.isprintable():
            raise ShapeError("version", "must have 1 to 100 printable characters, like `2026-11`.")
        if not _CURRENCY.fullmatch(self.currency):
            raise ShapeError("currency", "must be an ISO 4217 code like EUR.")
        for name in ("prompt", "completion"):
            if not 0 <= getattr(self, name) <= HIGHEST:
                raise ShapeError(name, "must be from 0 to 1000000, the price of a million tokens.")

    def cost(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """(prompt tokens x prompt price + completion tokens x completion price) / 1,000,000, in `currency`; exact, >= 0."""
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / MILLION

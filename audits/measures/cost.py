"""What a question costs by a versioned table of prices, and what a system costs over its life. Pure, exact decimals.

A price table is data that people write: prices change, so every figure names the table's version and digest.
"""

from dataclasses import dataclass
from decimal import Decimal

from governance.shapes import ShapeError, plain
from probanza.canonical import digest_of

PER = 1_000_000  # tokens that a price is for
MAX_PRICE = Decimal(10**9)
MAX_MODELS = 200
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Price:
    """Prices of one model for a million tokens, in the table's currency."""

    model: str
    prompt: Decimal
    completion: Decimal

    def __post_init__(self) -> None:
        if not 1 <= len(self.model) <= 200:
            raise ShapeError("model", "must have 1 to 200 characters.")
        check_amounts(self, "prompt", "completion")


@dataclass(frozen=True, slots=True)
class PriceTable:
    """version: how people call this state of the prices. per_query: what each question costs besides its tokens.

    per_query is retrieval, embedding of the question, guards; judging: what a judge costs for a question that is judged.
    """

    version: str
    currency: str
    models: tuple[Price, ...] = ()
    per_query: Decimal = _ZERO
    judging: Decimal = _ZERO

    def __post_init__(self) -> None:
        if not 1 <= len(self.version.strip()) <= 100:
            raise ShapeError("version", "must have 1 to 100 characters, like `2026-11`.")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper() and self.currency.isalpha()):
            raise ShapeError("currency", "must be an ISO 4217 code like EUR.")
        if len(self.models) > MAX_MODELS:
            raise ShapeError("models", f"must have at most {MAX_MODELS} models.")
        names = [one.model for one in self.models]
        if len(set(names)) != len(names):
            raise ShapeError("models", "names a model twice.")
        check_amounts(self, "per_query", "judging")

    def digest(self) -> str:
        """`sha256:` over all of the table, so that a figure is pinned to its prices."""
        return digest_of(plain(self))

    def of(self, model: str) -> Price | None:
        """The prices of a model, by its name or by the longest name in the table that it begins with plus `-`.

        Providers answer with a dated name (`m-2026-08-06`) where the table has `m`. None where neither stands there.
        """
        fits = [one for one in self.models if model == one.model or model.startswith(f"{one.model}-")]
        return max(fits, key=lambda one: len(one.model), default=None)


def cost_of(table: PriceTable, model: str, prompt_tokens: int, completion_tokens: int) -> Decimal | None:
    """Tokens x price + per_query in the table's currency; None where the table has no price for the model."""
    price = table.of(model)
    if price is None:
        return None
    return (price.prompt * prompt_tokens + price.completion * completion_tokens) / PER + table.per_query


@dataclass(frozen=True, slots=True)
class Ownership:
    """What else a system costs, in the currency of the price table.

    setup: once, at the start. monthly: each month, whatever is asked (hosting, licences, people). queries: in the first
    month; growth: by which share they change from month to month (0.02: 2 % more). judged: which share of them is judged.
    """

    months: int
    queries: int
    growth: Decimal = _ZERO
    setup: Decimal = _ZERO
    monthly: Decimal = _ZERO
    judged: Decimal = _ZERO

    def __post_init__(self) -> None:
        if not 1 <= self.months <= 120:
            raise ShapeError("months", "must be from 1 to 120.")
        if not 0 <= self.queries <= 10**12:
            raise ShapeError("queries", "must be from 0 to 10^12.")
        if not Decimal(-1) <= self.growth <= 1:
            raise ShapeError("growth", "must be from -1 to 1 (a share a month).")
        if not 0 <= self.judged <= 1:
            raise ShapeError("judged", "must be from 0 to 1.")
        check_amounts(self, "setup", "monthly")

    def volume(self) -> Decimal:
        """All questions of the whole time: sum over m < months of queries x (1 + growth)^m."""
        return sum((self.queries * (1 + self.growth) ** month for month in range(self.months)), _ZERO)


def total_cost(ownership: Ownership, per_query: Decimal, judging: Decimal = _ZERO) -> Decimal:
    """Setup + months x monthly + volume x (per_query + judged x judging), in the currency of its parts.

    A projection, not a measurement: it holds as far as volume, growth and prices hold. It is linear in `per_query`, so the
    ends of that one's interval give the ends of this one's.
    """
    fixed = ownership.setup + ownership.months * ownership.monthly
    return fixed + ownership.volume() * (per_query + ownership.judged * judging)


def check_amounts(shape: object, *names: str) -> None:
    """Raise `ShapeError` for an amount that is negative or beyond any real one."""
    for name in names:
        if not 0 <= getattr(shape, name) <= MAX_PRICE:
            raise ShapeError(name, f"must be from 0 to {MAX_PRICE}.")

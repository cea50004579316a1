"""What a fidelity audit may be asked for: who judges, how much is asked, what judging may take. Pure and light."""

from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from typing import Literal
from urllib.parse import urlsplit

from audits.judges.llm.prices import Prices
from governance.shapes import ShapeError

ONLY_LLM = (
    "base_url", "model", "secret", "prompt", "api", "api_version", "reply_format", "sampling", "most_tokens",
    "requests_per_minute", "prices", "max_calls", "max_cost",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FidelityParameters:
    """Who judges, and how much is asked.

    judge: `embedded` works offline; `llm` asks an OpenAI-compatible endpoint, for which
    `base_url` (ending before `/chat/completions`) and `model` are needed. secret: the name of the stored
    secret that is sent as credential, never the secret itself. prompt: a shipped prompt (`claims-1`, which is taken
    where none is named, or `yes-no-1`) or the id of a prompt version of the registry whose role is a judge's.
    api: `azure` sends the secret as `api-key` and asks the deployment `model` below `base_url`, under `api_version`.
    reply_format, sampling, most_tokens: what the endpoint is asked to keep to; see `Endpoint`.
    requests_per_minute: of one worker, 0 for no limit. prices: the price list that costs are computed by.
    max_calls, max_cost: what the whole run may spend on judging, 0 and null for no limit; the rest is unscored.
    max_questions: the first so many, 0 for all. repeats: how often each question is asked.
    """

    judge: Literal["embedded", "llm"] = "embedded"
    base_url: str = ""
    model: str = ""
    secret: str = ""
    timeout_s: int = 60
    max_questions: int = 0
    repeats: int = 1
    prompt: str = ""
    api: Literal["openai", "azure"] = "openai"
    api_version: str = ""
    reply_format: Literal["json_object", "json_schema", "text"] = "json_object"
    sampling: Literal["greedy", "default"] = "greedy"
    most_tokens: int = 0
    requests_per_minute: int = 0
    prices: Prices | None = None
    max_calls: int = 0
    max_cost: Decimal | None = None

    def __post_init__(self) -> None:
        if self.judge == "llm":
            _check_endpoint(self.base_url, self.model)
            _check_texts(self)
        else:
            _check_unused(self)
        _check_ranges(self)
        _check_cost(self)


def _check_unused(given: FidelityParameters) -> None:
    defaults = {field.name: field.default for field in fields(given) if field.default is not MISSING}
    for name in ONLY_LLM:
        if getattr(given, name) != defaults[name]:
            raise ShapeError("judge", f"must be `llm` where {name} is given.", ("embedded", "llm"))


def _check_endpoint(base_url: str, model: str) -> None:
    try:
        parts = urlsplit(base_url)
    except ValueError:
        raise ShapeError("base_url", "is not a valid URL.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ShapeError("base_url", "must be an http or https address like `https://llm.example.org/v1`.")
    if parts.query or parts.username or parts.password:
        raise ShapeError("base_url", "must carry neither a query nor credentials.")
    if not 1 <= len(model) <= 200:
        raise ShapeError("model", "must have 1 to 200 characters.")


def _check_texts(given: FidelityParameters) -> None:
    if given.api_version and given.api != "azure":
        raise ShapeError("api_version", "belongs to Azure; leave it out, or set api to `azure`.")
    if len(given.api_version) > 40 or not given.api_version.isprintable():
        raise ShapeError("api_version", "must have at most 40 printable characters, like `2024-10-21`.")
    if len(given.prompt) > 100:
        raise ShapeError("prompt", "must be the name of a shipped prompt or the id of a prompt version.")


def _check_ranges(given: FidelityParameters) -> None:
    ranges = (
        ("timeout_s", 1, 600, "from 1 to 600"),
        ("max_questions", 0, 100_000, "from 0 (all) to 100000"),
        ("repeats", 1, 20, "from 1 to 20"),
        ("most_tokens", 0, 1_000_000, "from 0 (no limit) to 1000000"),
        ("requests_per_minute", 0, 100_000, "from 0 (no limit) to 100000"),
        ("max_calls", 0, 10_000_000, "from 0 (no limit) to 10000000"),
    )
    for name, least, most, words in ranges:
        if not least <= getattr(given, name) <= most:
            raise ShapeError(name, f"must be {words}.")


def _check_cost(given: FidelityParameters) -> None:
    if given.max_cost is None:
        return
    if given.prices is None:
        raise ShapeError("prices", "is required with max_cost: without a price list no cost is known.")
    if not 0 < given.max_cost <= 10_000_000:
        raise ShapeError("max_cost", "must be above 0 and at most 10000000.")

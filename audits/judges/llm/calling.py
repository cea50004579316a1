"""One chat, asked until it is answered or hopeless: pace, tries with growing pauses, replies kept by content."""

import json
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from audits.judges.llm.endpoint import Endpoint, read_completion, tokens_told
from audits.judges.llm.prices import Prices
from audits.judges.llm.reasons import BUDGET_SPENT, Unusable
from audits.judges.llm.spending import Purse, Tally
from governance.outbound import OutboundError, Response
from probanza.canonical import digest_of

RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
TRIES = 5
TRIES_AFTER_SILENCE = 2  # a time-out has cost its whole time already
PAUSE_S = 1.0
LONGEST_PAUSE_S = 120.0
MOST_KEPT = 500
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?")


class Door(Protocol):
    """The one call that is needed; `governance.outbound.GuardedClient` has it."""

    def post_json(
        self, url: str, body: object, *, headers: Mapping[str, str] | None = None, timeout: float | None = None
    ) -> Response: ...


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as a judge sees it; tests pass another."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Pace:
    """Spreads calls evenly over a minute, in this process."""

    def __init__(self) -> None:
        self._next = 0.0

    def wait(self, per_minute: int, clock: Clock) -> None:
        """Sleep until the next call may be made; not at all where `per_minute` is 0."""
        if not per_minute:
            return
        now = clock.monotonic()
        if self._next > now:
            clock.sleep(self._next - now)
        self._next = max(now, self._next) + 60 / per_minute


class Kept:
    """Replies by the digest of all that was asked: endpoint, model, words. The oldest goes when there are too many."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._replies: OrderedDict[str, str] = OrderedDict()

    def get(self, digest: str) -> str | None:
        return self._replies.get(digest)

    def put(self, digest: str, words: str) -> None:
        self._replies[digest] = words
        if len(self._replies) > self._most:
            self._replies.popitem(last=False)


@dataclass
class Caller:
    """Asks one endpoint and counts what it takes."""

    door: Door
    endpoint: Endpoint
    purse: Purse
    secret: str = ""
    timeout_s: int = 60
    prices: Prices | None = None
    per_minute: int = 0
    pace: Pace = field(default_factory=Pace)
    kept: Kept = field(default_factory=Kept)
    clock: Clock = field(default_factory=Clock)
    tally: Tally = field(default_factory=Tally)

    def ask(self, chat: list[dict[str, str]], *, strict: bool) -> str:
        """The reply's words. The same chat is asked once.

        Raises:
            Unusable: with its reason, once every try has failed.
        """
        body = self.endpoint.body(chat, strict=strict)
        digest = digest_of({"url": self.endpoint.url(), "body": json.dumps(body, sort_keys=True)})
        known = self.kept.get(digest)
        if known is not None:
            self.tally.cached += 1
            return known
        words = self._tried(body)
        self.kept.put(digest, words)
        return words

    def _tried(self, body: Mapping[str, Any]) -> str:
        for attempt in range(1, TRIES + 1):
            try:
                return self._once(body)
            except OutboundError as error:
                pause = pause_after(error, attempt, self.clock.now())
                if pause is None:
                    raise Unusable(f"judge_{error.cause}") from None
            self.tally.retries += 1
            self.clock.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _once(self, body: Mapping[str, Any]) -> str:
        if not self.purse.has(self.tally.spent()):
            raise Unusable(BUDGET_SPENT)
        self.pace.wait(self.per_minute, self.clock)
        self.tally.calls += 1
        endpoint = self.endpoint
        headers = endpoint.headers(self.secret)
        response = self.door.post_json(endpoint.url(), body, headers=headers, timeout=self.timeout_s)
        size = (len(json.dumps(body)), len(response.content))
        try:
            document = response.json()
        except OutboundError:
            self.tally.answered((None, None), size, response.elapsed_ms, self.prices)
            raise
        self.tally.answered(tokens_told(document), size, response.elapsed_ms, self.prices)
        return read_completion(document)


def pause_after(error: OutboundError, attempt: int, now: float) -> float | None:
    """Seconds to wait before the next try; None when there should be none.

    1, 2, 4, 8 s, or what Retry-After asks for where that is longer (RFC 9110, 10.2.3), up to two minutes.
    """
    silent = error.cause in {"timeout", "unreachable"}
    if not silent and error.status not in RETRIED:
        return None
    if attempt >= (TRIES_AFTER_SILENCE if silent else TRIES):
        return None
    asked = retry_after(error.retry_after, now)
    if asked > LONGEST_PAUSE_S:
        return None
    return max(asked, PAUSE_S * (1 << (attempt - 1)))


def retry_after(told: str, now: float) -> float:
    """Seconds that a Retry-After header asks for, as a number or as a date; 0 without one or for what is neither."""
    told = told.strip()
    if _SECONDS.fullmatch(told):
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return 0.0

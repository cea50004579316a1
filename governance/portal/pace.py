"""How many pages a person may ask for in a minute; counted in each web process, so that a page costs no write."""

from dataclasses import dataclass, field
from math import ceil
from threading import Lock

WINDOW_S = 60.0
MOST_PEOPLE = 10_000  # remembered at once


@dataclass
class Pace:
    """Who asked how often since when. Moments are seconds of one clock that never goes back."""

    counted: dict[str, tuple[float, int]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def wait_s(self, who: str, limit: int, now_s: float) -> int:
        """Count one request; 0, or the seconds to wait where `limit` of them are used up, and then nothing is counted.

        limit: requests a minute; 0: as many as they like.
        """
        if not limit:
            return 0
        with self.lock:
            since, count = self.counted.get(who, (now_s, 0))
            if now_s - since >= WINDOW_S:
                since, count = now_s, 0
            if count >= limit:
                return max(1, ceil(since + WINDOW_S - now_s))
            self.counted[who] = (since, count + 1)
            if len(self.counted) > MOST_PEOPLE:
                self._forget(now_s)
            return 0

    def _forget(self, now_s: float) -> None:
        kept = {who: told for who, told in self.counted.items() if now_s - told[0] < WINDOW_S}
        self.counted = dict(list(kept.items())[-MOST_PEOPLE:])

"""Waiting for something to change, for a caller that would ask again and again.

A few callers at a time: each keeps a thread of the web process. None keeps a connection to the database between two looks.
"""

import threading
import time
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from django.conf import settings
from django.db import connection

Seen = TypeVar("Seen")
LONGEST_S = 60
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 0.5


def wait_until(*, look: Callable[[], Seen], is_over: Callable[[Seen], bool], seconds: float) -> Seen:
    """What `look` sees once `is_over` says so or the time is up; what it sees now where too many wait already."""
    seen = look()
    if is_over(seen) or seconds <= 0 or not _seats().acquire(blocking=False):
        return seen
    try:
        return _waited(look, is_over, seen, time.monotonic() + seconds)
    finally:
        _seats().release()


def _waited(look: Callable[[], Seen], is_over: Callable[[Seen], bool], seen: Seen, deadline: float) -> Seen:
    pause = _FIRST_PAUSE_S
    while not is_over(seen) and (left := deadline - time.monotonic()) > 0:
        if not connection.in_atomic_block:
            connection.close()  # back to the pool, for those who have work to do
        time.sleep(min(pause, left))
        pause = min(pause * 1.25, _LONGEST_PAUSE_S)
        seen = look()
    return seen


@cache
def _seats() -> threading.BoundedSemaphore:
    """Those of this process."""
    return threading.BoundedSemaphore(settings.PROBANZA_WAITING)

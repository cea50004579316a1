"""Slows guessing down: after five failures each further try waits twice as long, up to a quarter of an hour.

A try is counted before it is looked at, under a lock on its row: however many processes are asked at the same moment, no more
are let through than one after the other would be.
"""

from datetime import datetime, timedelta

from django.db import transaction

from governance.identity.models import SignInTries
from probanza.canonical import digest_of

FREE = 5
FIRST_WAIT_S = 15
LONGEST_WAIT_S = 900
FORGOTTEN_AFTER = timedelta(hours=1)


class TooManyTries(Exception):  # noqa: N818 - reads as the answer it becomes
    """The next try is not looked at before `seconds` have passed."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"Too many tries. Wait {seconds} s.")


def wait_after(failures: int) -> int:
    """Seconds to wait after that many failures in a row: 0 below 5, then 15, 30, 60 and so on up to 900."""
    if failures < FREE:
        return 0
    return int(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(failures - FREE, 10)))


@transaction.atomic
def admit(*who: str, now: datetime) -> None:
    """Let one try through and count it as failed until `forget` says otherwise; an hour of silence forgets earlier ones.

    who: what the tries have in common, such as e-mail and network address.

    Raises:
        TooManyTries: with the seconds until the next one is looked at; this one is then not counted.
    """
    key = _key(*who)
    # One statement makes the row or locks it: between two, `forget` could take it away.
    row = SignInTries(key=key, last_at=now)
    SignInTries.objects.bulk_create([row], update_conflicts=True, unique_fields=["key"], update_fields=["key"])
    tries = SignInTries.objects.get(key=key)
    if tries.last_at <= now - FORGOTTEN_AFTER:
        tries.failures = 0
    wait = wait_after(tries.failures)
    until = tries.last_at + timedelta(seconds=wait)
    if wait and now < until:  # of two at the same moment the second one's `now` may be the earlier
        raise TooManyTries(-int((now - until).total_seconds() // 1))
    tries.failures, tries.last_at = tries.failures + 1, now
    tries.save(update_fields=["failures", "last_at"])


def forget(*who: str) -> None:
    """A try that was right: start anew."""
    SignInTries.objects.filter(key=_key(*who)).delete()


def _key(*who: str) -> str:
    return digest_of([word.strip().lower() for word in who])

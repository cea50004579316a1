"""Slows guessing down: after five failures each further try waits twice as long, up to a quarter of an hour."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Value, When

from governance.portal.models import SignInTries
from probanza.canonical import digest_of

FREE = 5
FIRST_WAIT_S = 15
LONGEST_WAIT_S = 900
FORGOTTEN_AFTER = timedelta(hours=1)


def wait_after(failures: int) -> int:
    """Seconds to wait after that many failures in a row: 0 below 5, then 15, 30, 60 and so on up to 900."""
    if failures < FREE:
        return 0
    return int(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(failures - FREE, 10)))


def waiting(email: str, address: str, now: datetime) -> int:
    """Seconds until the next try is looked at; 0 when now."""
    tries = SignInTries.objects.filter(key=_key(email, address)).first()
    if tries is None or tries.last_at <= now - FORGOTTEN_AFTER:
        return 0
    until = tries.last_at + timedelta(seconds=wait_after(tries.failures))
    return max(0, -int((now - until).total_seconds() // 1))


def note_failure(email: str, address: str, now: datetime) -> None:
    """Count one more failure; an hour of silence forgets the earlier ones."""
    counted = Case(When(last_at__lte=now - FORGOTTEN_AFTER, then=Value(1)), default=F("failures") + 1)
    with transaction.atomic():
        rows = SignInTries.objects.filter(key=_key(email, address))
        SignInTries.objects.bulk_create([SignInTries(key=_key(email, address), last_at=now)], ignore_conflicts=True)
        rows.update(failures=counted, last_at=now)


def forget(email: str, address: str) -> None:
    """A sign-in that worked starts anew."""
    SignInTries.objects.filter(key=_key(email, address)).delete()


def _key(email: str, address: str) -> str:
    return digest_of([email.strip().lower(), address])

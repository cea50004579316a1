"""The second factor: codes of an authenticator app (RFC 6238) and recovery codes, kept and computed by allauth.

What allauth keeps in the cache of one process we keep in a row, under a lock: that a code was used, how often one was guessed.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction
from django.db.models import QuerySet

from governance.access.actors import Actor
from governance.access.members import SeveralOrganisations, is_ours_alone
from governance.access.models import Membership, User
from governance.access.policies import check_can
from governance.access.tenancy import Conflict
from governance.identity import throttle
from governance.shapes import ShapeError
from governance.trail.services import record

Means = Literal["totp", "recovery_codes"]
APP: Means = "totp"
RECOVERY: Means = "recovery_codes"
LONGEST_CODE = 40


class WrongCode(ShapeError):  # noqa: N818 - reads as the answer it becomes
    """The app tells other codes: another secret, or a clock that goes wrong."""

    def __init__(self) -> None:
        super().__init__("code", "is not the one that the app shows now.")


def has_second_factor(user: User) -> bool:
    """Whether a sign-in of this person asks for a code."""
    return bool(Authenticator.objects.filter(user=user, type=APP).exists())


def with_second_factor(users: Iterable[User]) -> frozenset[object]:
    """Ids of those who have one."""
    return frozenset(_rows().filter(user__in=users, type=APP).values_list("user_id", flat=True))


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    row = _rows().filter(user=user, type=RECOVERY).first()
    return 0 if row is None else len(row.wrap().get_unused_codes())


def new_secret() -> str:
    """160 random bits in base32, for an authenticator app."""
    return str(totp.generate_totp_secret())


@transaction.atomic
def enrol(*, actor: Actor, user: User, secret: str, code: str, now: datetime) -> list[str]:
    """The person's app knows `secret` when it tells the right `code`; returns recovery codes, which are shown this once.

    Raises:
        Conflict: they have a second factor already.
        WrongCode: another code; whoever is told so may try again, the secret is theirs.
    """
    if has_second_factor(user):
        raise Conflict("code", "There is a second factor already; remove it first.")
    step = _step(secret, code)
    if step is None:
        raise WrongCode
    _rows().create(user=user, type=APP, data={"secret": encrypt(secret), "step": step}, created_at=now, last_used_at=now)
    record(actor=actor, action="identity.enrol", subject="person", subject_id=user.pk, detail={}, now=now)
    return _new_recovery_codes(user)


@transaction.atomic
def renew_recovery_codes(*, actor: Actor, user: User, now: datetime) -> list[str]:
    """Other recovery codes; the earlier ones open nothing any more. Raises `Conflict` without a second factor."""
    if not has_second_factor(user):
        raise Conflict("code", "There is no second factor.")
    record(actor=actor, action="identity.renew_recovery_codes", subject="person", subject_id=user.pk, detail={}, now=now)
    return _new_recovery_codes(user)


@transaction.atomic
def remove(*, actor: Actor, user: User, now: datetime) -> None:
    """No second factor any more."""
    _rows().filter(user=user).delete()
    record(actor=actor, action="identity.remove_second_factor", subject="person", subject_id=user.pk, detail={}, now=now)


def remove_of_member(*, actor: Actor, member_id: object, now: datetime) -> None:
    """An administrator helps somebody who lost telephone and codes. Raises `Forbidden`, `NotFound`, `SeveralOrganisations`."""
    check_can(actor, "admin")
    member: Membership = Membership.objects.select_related("user").one(actor.organisation, str(member_id))
    if not is_ours_alone(member):
        raise SeveralOrganisations
    remove(actor=actor, user=member.user, now=now)


@transaction.atomic
def check_code(*, user: User, code: str, now: datetime) -> Means | None:
    """Which means gave this code, or None for a wrong one; a right one is used up.

    Raises:
        TooManyTries: guessing, counted over all processes.
    """
    throttle.admit("code", str(user.pk), now=now)
    rows = {row.type: row for row in _rows().select_for_update().filter(user=user)}
    if APP not in rows or len(code) > LONGEST_CODE:
        return None
    means = APP if _use_step(rows[APP], code) else RECOVERY if _use_recovery_code(rows.get(RECOVERY), code) else None
    if means is not None:
        rows[means].record_usage()
        throttle.forget("code", str(user.pk))
    return means


@transaction.atomic
def rewrap_secrets() -> int:
    """Wraps every second factor with the current master key; returns how many there are."""
    rows = list(_rows().select_for_update())
    for row in rows:
        row.data |= {name: encrypt(decrypt(row.data[name])) for name in ("secret", "seed") if name in row.data}
        row.save(update_fields=["data"])
    return len(rows)


def _rows() -> "QuerySet[Authenticator]":
    rows: QuerySet[Authenticator] = Authenticator.objects.all()
    return rows


def _new_recovery_codes(user: User) -> list[str]:
    _rows().filter(user=user, type=RECOVERY).delete()
    return [str(code) for code in RecoveryCodes.activate(user).generate_codes()]


def _step(secret: str, code: str) -> int | None:
    """The 30-second step whose code this is, now or next to it."""
    for step in totp.yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, step))):
            return int(step)
    return None


def _use_step(row: Authenticator, code: str) -> bool:
    step = _step(decrypt(row.data["secret"]), code)
    if step is None or step <= row.data["step"]:  # a code that somebody looked over a shoulder for was used already
        return False
    row.data["step"] = step
    row.save(update_fields=["data"])
    return True


def _use_recovery_code(row: Authenticator | None, code: str) -> bool:
    return row is not None and bool(row.wrap().validate_code(code))

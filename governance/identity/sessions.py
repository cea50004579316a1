"""What a session has proven: by which means its person was recognised, and when."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as PROOFS
from django.conf import settings

FRESH_FOR = timedelta(minutes=10)
PASSWORD, CODE, SINGLE_SIGN_ON = "password", "mfa", "socialaccount"  # as allauth names them


def means(session: Mapping[str, Any]) -> frozenset[str]:
    """Of `password`, `mfa` and `socialaccount` those that the session's person was recognised by."""
    return frozenset(str(proof.get("method")) for proof in session.get(PROOFS) or ())


def proved_second_factor(session: Mapping[str, Any]) -> bool:
    """Whether a code was given, or an identity provider answered of which the operator says that it asks for a second factor."""
    known = means(session)
    return CODE in known or (SINGLE_SIGN_ON in known and settings.PROBANZA_OIDC_SECOND_FACTOR)


def is_fresh(session: Mapping[str, Any], now: datetime) -> bool:
    """Whether the person was recognised in the last ten minutes: only then the means themselves may be changed."""
    last = max((float(proof.get("at", 0)) for proof in session.get(PROOFS) or ()), default=0.0)
    return now.timestamp() - last < FRESH_FOR.total_seconds()

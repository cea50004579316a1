"""Sends signed heads of the ledger out of the house: whoever keeps one can show later that nothing before it was changed.

By webhook and to members by mail as notices, and for the whole service to a file and to a mail address.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from governance.access.models import Organisation
from governance.evidence.models import Head
from governance.evidence.proving import head_plain, newest_head
from governance.keys.services import public_keys
from governance.notices.events import HEAD
from governance.notices.models import Notice
from governance.notices.services import tell
from probanza import proofs
from probanza.canonical import canonical_bytes


def new_heads(now: datetime) -> int:
    """Send the newest head of each organisation once enough entries or hours have passed since the last one. How many were sent.

    What cannot be written to the file or mailed is tried again at the next look; a line or a mail may then come twice.
    """
    return sum(_send(organisation, now) for organisation in Organisation.objects.values_list("id", flat=True))


@transaction.atomic
def _send(organisation: UUID, now: datetime) -> int:
    head = newest_head(organisation)
    if head is None or not _is_time(head, now):
        return 0
    told = told_of(head)
    tell(organisation=organisation, event=HEAD, subject=str(head.size), data=told, now=now, once=f"head:{head.size}")
    line = canonical_bytes(told)
    if settings.PROBANZA_HEADS_FILE:
        _append(Path(settings.PROBANZA_HEADS_FILE), line + b"\n")
    if settings.PROBANZA_HEADS_MAIL:
        _mail(settings.PROBANZA_HEADS_MAIL, head, line)
    return 1


def told_of(head: Head) -> dict[str, Any]:
    """A head with its signature and the fingerprint of its key; `probanza verify --head` takes it as it is."""
    return {**head_plain(head), "fingerprint": proofs.fingerprint(public_keys(head.organisation_id)[head.key_id])}


def _is_time(head: Head, now: datetime) -> bool:
    last = Notice.objects.of(head.organisation_id).filter(event=HEAD).order_by("-at", "-id").first()
    if last is None:
        return True
    grown = head.size - int(last.subject)
    often: int = settings.PROBANZA_HEADS_EVERY
    waited = now - last.at >= timedelta(hours=settings.PROBANZA_HEADS_HOURS)
    return grown > 0 and (waited or 0 < often <= grown)


def _append(path: Path, line: bytes) -> None:
    """One write to the end of the file, on the disk when it returns."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, line)
        os.fsync(handle)
    finally:
        os.close(handle)


def _mail(address: str, head: Head, line: bytes) -> None:
    subject = f"Probanza: head of the ledger over {head.size} entries"
    message = EmailMessage(
        subject, f"{line.decode()}\n", settings.DEFAULT_FROM_EMAIL, [address], headers={"Auto-Submitted": "auto-generated"}
    )
    message.send()

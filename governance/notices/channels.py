"""How a notice leaves the house: by webhook under the organisation's policy, or by mail. One try; the outcome as a value."""

import json
import smtplib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext

from governance.access.destinations import policy_of
from governance.notices.events import EVENTS, asked_wait_s
from governance.notices.models import MAIL, Delivery, Notice
from governance.notices.secrets import signing
from governance.outbound import GuardedClient, OutboundError, Policy
from probanza.webhooks import headers_of

TIMEOUT_S = 15.0
MOST_ANSWER = 64 * 1024  # bytes of a receiver's answer, which nobody reads
GONE = 410
Client = Callable[[Policy], GuardedClient]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one try ended. problem: "" when it was taken. gone: the receiver says that it wants nothing any more.

    wait_s: how long the receiver asks to be left alone.
    """

    problem: str = ""
    status: int | None = None
    took_ms: int | None = None
    gone: bool = False
    wait_s: float = 0.0


def carry(delivery: Delivery, *, now: datetime, client: Client = GuardedClient) -> Outcome:
    """Send one delivery by its endpoint's channel."""
    started = monotonic()
    outcome = mail(delivery) if delivery.endpoint.channel == MAIL else post(delivery, now, client)
    return replace(outcome, took_ms=round((monotonic() - started) * 1000))


def post(delivery: Delivery, now: datetime, client: Client) -> Outcome:
    """One signed POST; any answer but 2xx is a failure, a redirect too."""
    policy = replace(policy_of(delivery.organisation_id), max_bytes=MOST_ANSWER, total_s=TIMEOUT_S)
    content = body_of(delivery.notice)
    secrets = [secret for secret, _until in signing(delivery.endpoint, now)]
    signed = headers_of(secrets, message_id=message_id(delivery.notice), timestamp=int(now.timestamp()), body=content)
    headers = {"Content-Type": "application/json", **signed}
    try:
        answer = client(policy).request("POST", delivery.endpoint.url, content=content, headers=headers)
    except OutboundError as error:
        if error.cause == "too_large":  # it was taken; the rest of the answer is nobody's business
            return Outcome(status=200)
        return Outcome(str(error), error.status, gone=error.status == GONE, wait_s=asked_wait_s(error.retry_after, now))
    return Outcome(status=answer.status)


def mail(delivery: Delivery) -> Outcome:
    """One plain-text mail. Its Message-ID is the notice's, so that most mail programs show a repeated one once."""
    member = delivery.endpoint.member
    if member is None or not member.role or not member.user.is_active:
        return Outcome("The membership has ended.", gone=True)
    with translation.override(delivery.endpoint.language):
        subject, words = mail_words(delivery.notice)
    headers = {"Message-ID": f"<{message_id(delivery.notice)}@probanza>", "Auto-Submitted": "auto-generated"}
    message = EmailMessage(subject, words, settings.DEFAULT_FROM_EMAIL, [member.user.email], headers=headers)
    try:
        message.send()
    except (smtplib.SMTPException, OSError) as error:
        return Outcome(f"The mail server did not take it ({type(error).__name__}).", getattr(error, "smtp_code", None))
    return Outcome()


def message_id(notice: Notice) -> str:
    """The `webhook-id`: the same for every try and every redelivery."""
    return f"msg_{notice.id.hex}"


def body_of(notice: Notice) -> bytes:
    """What a webhook carries: the same bytes at every try."""
    told = {
        "type": notice.event,
        "timestamp": notice.at.isoformat(),
        "organisation": str(notice.organisation_id),
        "subject": notice.subject,
        "data": notice.data,
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=False, allow_nan=False).encode()


def mail_words(notice: Notice) -> tuple[str, str]:
    """Subject and text, in the language that is active."""
    title = gettext(EVENTS.get(notice.event, notice.event))
    lines = [f"{name}: {_line(value)}" for name, value in notice.data.items()]
    link = [f"{settings.PROBANZA_PUBLIC_URL.rstrip('/')}/"] if settings.PROBANZA_PUBLIC_URL else []
    why = gettext("You receive this because an admin of your organisation asked for notices to you in Probanza.")
    return f"Probanza: {title}", "\n".join([f"{title}.", "", *lines, f"id: {notice.subject}", "", *link, why, ""])


def _line(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.split())[:500]

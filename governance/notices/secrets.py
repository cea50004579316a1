"""The secrets of a webhook: encrypted where they lie; after a rotation the old one signs beside the new one for a day."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from governance.keys import services as keys
from governance.notices.models import Endpoint

PURPOSE = "webhook-secret"
OVERLAP = timedelta(hours=24)


def sealed(organisation: UUID, endpoint: UUID, secrets: list[tuple[str, datetime | None]]) -> bytes:
    """Secrets, newest first, each with the moment from which it no longer signs, as they are stored."""
    plain = [{"secret": secret, "until": until.isoformat() if until else None} for secret, until in secrets]
    return keys.encrypt(organisation=organisation, purpose=PURPOSE, row=str(endpoint), plain=json.dumps(plain).encode())


def signing(endpoint: Endpoint, now: datetime) -> list[tuple[str, datetime | None]]:
    """The secrets that sign now, newest first."""
    box = bytes(endpoint.secrets or b"")
    plain = json.loads(keys.decrypt(organisation=endpoint.organisation_id, purpose=PURPOSE, row=str(endpoint.id), sealed=box))
    known = [(one["secret"], datetime.fromisoformat(one["until"]) if one["until"] else None) for one in plain]
    return [(secret, until) for secret, until in known if until is None or until > now]


def rotated(endpoint: Endpoint, fresh: str, now: datetime) -> bytes:
    """The endpoint's secrets with `fresh` in front; the one before signs on for `OVERLAP`, older ones no more."""
    newest, until = signing(endpoint, now)[0]
    before = (newest, now + OVERLAP if until is None else until)
    return sealed(endpoint.organisation_id, endpoint.id, [(fresh, None), before])

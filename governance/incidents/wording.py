"""Words of people about an incident: encrypted where they lie, readable on the record, erasable."""

from django.db import transaction

from governance.incidents.models import Incident, IncidentAct
from governance.keys import services as keys
from governance.shapes import ShapeError

LONGEST = 20_000
_PURPOSE = "incident"


def locked_up(row: Incident | IncidentAct, words: str, *, field: str = "words") -> bytes | None:
    """A box for a text about this row, None for no text. Raises `ShapeError`."""
    text = words.strip()
    if len(text) > LONGEST or "\x00" in text:
        raise ShapeError(field, f"must have at most {LONGEST} characters and no NUL.")
    try:
        plain = text.encode()
    except UnicodeEncodeError:
        raise ShapeError(field, "must not contain half a surrogate pair.") from None
    if not plain:
        return None
    return keys.encrypt(organisation=row.organisation_id, purpose=_PURPOSE, row=str(row.pk), plain=plain)


def words_of(row: Incident | IncidentAct) -> str:
    """The text of this row; empty where there is none, or none any more."""
    if row.words is None:
        return ""
    box = bytes(row.words)
    return keys.decrypt(organisation=row.organisation_id, purpose=_PURPOSE, row=str(row.pk), sealed=box).decode()


@transaction.atomic
def forget(incident: Incident) -> int:
    """Destroy every text about the incident. How many there were."""
    gone: int = IncidentAct.objects.of(incident.organisation_id).filter(incident=incident).exclude(words=None).update(words=None)
    if incident.words is not None:
        incident.words = None
        incident.save(update_fields=["words"])
        gone += 1
    return gone

"""Where the classification of a system stands."""

from uuid import UUID

from governance.classification.standing import Standing


def standing_of(_organisation: UUID, _system_id: UUID) -> Standing | None:
    """The classification of a system; None where nobody has classified it."""
    return None

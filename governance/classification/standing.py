"""Where the classification of a system stands: what follows from the answers, who confirmed it, and what reopened it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from governance.book import Text
from governance.classification.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Standing:
    """The classification of a system as it counts now.

    outcome, answers: the confirmed ones; where nobody confirmed any, what follows from the answers so far, an unanswered
    question counting as unknown. confirmed_at: None where nobody has. evidence_id, digest: of the sealed confirmation, empty
    without one. reopened: why it has to be looked at again; while there is anything in it, it counts as unconfirmed.
    """

    outcome: Outcome
    answers: Mapping[str, Any]
    classified_at: datetime
    classified_by: str
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    confirmed_role: str = ""
    evidence_id: str = ""
    digest: str = ""
    reopened: tuple[Text, ...] = ()

    @property
    def confirmed(self) -> bool:
        """Whether a person confirmed it and nothing has changed since."""
        return self.confirmed_at is not None and not self.reopened

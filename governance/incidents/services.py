"""What runs against a system."""

from datetime import datetime
from uuid import UUID

from governance.incidents.told import Clocks


def clocks_of(organisation: UUID, system_id: UUID, now: datetime) -> Clocks:
    """Incidents, retention and monitoring of one system."""
    return Clocks()

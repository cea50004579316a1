"""Sessions in the database, as Django keeps them; read by a query that is compiled once, since every page reads one."""

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from governance.access.compiled import compiled, first


@compiled(str, datetime)
def _alive(key: str, now: datetime) -> QuerySet[Session, Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(db.SessionStore):
    """The store that the setting SESSION_ENGINE names."""

    def _get_session_from_db(self) -> Session | None:
        found = first(_alive(self.session_key, timezone.now())) if self.session_key else None
        if found is None:
            self._session_key = None
        return found

"""Keeps a lease alive while one item takes long: a thread with a database connection of its own."""

import logging
import threading
from types import TracebackType

from django.db import Error, connection

from audits.runs import claims
from audits.runs.claims import Hold, LostClaim

log = logging.getLogger(__name__)


class Heartbeat:
    """Renews the lease every third of it, from entering to leaving, or until the claim is lost."""

    def __init__(self, hold: Hold, lease_s: int) -> None:
        self._hold = hold
        self._lease_s = lease_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-{hold.step_id}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._ended.wait(self._lease_s / 3):
                if not self._renewed():
                    return
        finally:
            connection.close()

    def _renewed(self) -> bool:
        try:
            claims.renew(self._hold, lease_s=self._lease_s)
        except LostClaim:
            return False
        except Error as error:  # the server is away; the lease may lapse, and the fence then decides
            log.warning("run %s: the lease could not be renewed (%s)", self._hold.run_id, type(error).__name__)
            connection.close()
        return True

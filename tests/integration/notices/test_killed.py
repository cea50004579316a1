"""A worker that is killed while it sends: the notice arrives all the same, under the same id."""

import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Any

import pytest
from django.db import connection

from governance.notices import endpoints
from governance.notices.dispatching import due
from governance.notices.models import Delivery
from tests.unit.outbound.servers import http_server

pytestmark = pytest.mark.usefixtures("committed")
CHILD = """
import sys
from datetime import UTC, datetime
from uuid import UUID
import django
django.setup()
from governance.notices.sending import deliver
deliver(delivery_id=UUID(sys.argv[1]), clock=lambda: datetime.now(UTC))
"""


def worker(delivery: Delivery) -> subprocess.Popen[bytes]:
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}:{at['PASSWORD']}@/{at['NAME']}?host={at['HOST']}"
    if "/" not in str(at["HOST"]):
        url = f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": url}
    return subprocess.Popen([sys.executable, "-c", CHILD, str(delivery.id)], env=environment)


def test_a_killed_worker_loses_no_notice(actor: Any, now: Any, happen: Any, attempt: Any) -> None:
    reached, go_on = Event(), Event()

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        reached.set()
        go_on.wait(30)
        handler.send_response(204)
        handler.end_headers()

    with http_server(respond) as (url, received):
        endpoints.add_webhook(actor=actor, url=url, events=["audit.failed"], now=now)
        (delivery,) = happen()
        child = worker(delivery)
        assert reached.wait(60)
        child.send_signal(signal.SIGKILL)
        assert child.wait(10) == -signal.SIGKILL
        go_on.set()
        delivery.refresh_from_db()
        assert (delivery.state, delivery.tries) == ("waiting", 1)
        assert due(5) == []  # its lease holds still
        with connection.cursor() as cursor:
            cursor.execute("UPDATE governance_delivery SET lease_until = clock_timestamp()")
        time.sleep(0.01)
        assert [one.id for one in due(5)] == [delivery.id]
        assert attempt(delivery).state == "delivered"
    assert [one["webhook-id"] for one in received] == [f"msg_{delivery.notice_id.hex}"] * 2

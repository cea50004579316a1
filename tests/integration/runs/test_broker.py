"""The real broker, gone and hanging: the sender says so soon and works again afterwards."""

import socket
import time
from typing import Any
from uuid import uuid4

import pytest
from celery import Celery

from audits.runs.broker import Sender
from audits.runs.dispatching import BrokerAway
from audits.runs.sweeping import Due


def sender(url: str) -> Sender:
    return Sender(Celery("tests", broker=url, set_as_current=False))


def test_a_message_carries_the_id_and_nothing_else(engines: Any) -> None:
    app = Celery("tests", broker=engines.redis.url(), set_as_current=False)
    step, queue = uuid4(), f"test-{uuid4()}"
    Sender(app)(Due(step, queue))
    with app.connection_for_read() as connection:
        message = connection.SimpleQueue(queue).get(timeout=5)
        message.ack()
    assert message.payload[:2] == [[str(step)], {}]


def test_a_broker_that_is_gone_is_told_at_once_and_every_time() -> None:
    send = sender("redis://127.0.0.1:1/0")
    for _ in range(2):
        with pytest.raises(BrokerAway):
            send(Due(uuid4(), "audit"))


def test_a_broker_that_hangs_is_given_up_within_about_a_second() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        send = sender(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        started = time.monotonic()
        with pytest.raises(BrokerAway):
            send(Due(uuid4(), "audit"))
    assert time.monotonic() - started < 5

"""Web, dispatcher and worker as processes: what happens is told to a server, whatever is killed or emptied in between."""

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Any

import pytest
import redis

from probanza.webhooks import Message, verify
from tests.conftest import World
from tests.unit.outbound.servers import http_server

pytestmark = [pytest.mark.world, pytest.mark.slow]
AT = "/api/v1/notices/endpoints"
CASES = "\n".join(["said,sex", *["yes,a", "no,b", "yes,b", "no,a"] * 10, ""]).encode()


class Receiver:
    """Takes webhooks, and holds them back while `open` is not set."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.reached, self.open = Event(), Event()
        self.open.set()

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        self.taken.append((dict(handler.headers.items()), body))
        self.reached.set()
        self.open.wait(60)
        handler.send_response(204)
        handler.end_headers()

    def of(self, event: str, secret: str) -> list[Message]:
        messages = [verify(secret, headers, body, now=time.time()) for headers, body in list(self.taken)]
        return [message for message in messages if message.json()["type"] == event]


@pytest.fixture
def receiver() -> Iterator[tuple[Receiver, str]]:
    taking = Receiver()
    with http_server(taking) as (url, _):
        yield taking, url
        taking.open.set()


@pytest.fixture
def hook(world: World, receiver: tuple[Receiver, str]) -> dict[str, Any]:
    events = ["audit.succeeded", "audit.failed", "audit.cancelled"]
    with world.client as client:
        made: dict[str, Any] = client.post(AT, json={"url": receiver[1], "events": events}).json()
        return made


def audited(world: World) -> str:
    with world.client as client:
        asset = client.post(
            "/api/v1/assets", json={"kind": "ai_system", "name": f"Loans {time.monotonic_ns()}", "owner": "Ana"}
        ).json()
        spec = {"purpose": "Decides on loans", "intended_use": "Loans"}
        version = client.post(f"/api/v1/assets/{asset['id']}/versions", json={"spec": spec}).json()
        file = client.post("/api/v1/files", files={"file": ("rows.csv", CASES, "text/csv")}).json()
        target = client.post("/api/v1/targets", json={"name": "rows", "type": "table", "spec": {"file": file["id"]}}).json()
        body = {"system_version": version["id"], "kind": "bias", "target": target["id"]}
        body |= {"parameters": {"prediction": "said", "favourable": "yes", "sensitive": ["sex"]}}
        answer = client.post("/api/v1/audits", json=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])


def test_an_audit_that_ends_is_told_to_a_server(world: World, hook: dict[str, Any], receiver: tuple[Receiver, str]) -> None:
    run = audited(world)
    world.until(lambda: receiver[0].taken)
    ended = [one.json() for event in ("audit.succeeded", "audit.failed") for one in receiver[0].of(event, hook["secret"])]
    assert [one["subject"] for one in ended] == [run]
    assert ended[0]["data"]["kind"] == "bias"


def test_a_test_arrives_though_the_worker_is_killed_and_redis_emptied(
    world: World, hook: dict[str, Any], receiver: tuple[Receiver, str]
) -> None:
    receiver[0].open.clear()
    with world.client as client:
        delivery = client.post(f"{AT}/{hook['id']}/test").json()
    assert receiver[0].reached.wait(60)
    world.kill("worker")
    redis.Redis.from_url(world.engines.redis.url().replace("redis+socket", "unix")).flushall()
    receiver[0].open.set()
    world.start("worker")
    world.sql(f"UPDATE governance_delivery SET lease_until = now() WHERE id = '{delivery['id']}'")  # a minute is long to wait

    def state() -> str:
        with world.client as client:
            return str(client.get(f"/api/v1/notices/deliveries/{delivery['id']}").json()["state"])

    world.until(lambda: state() == "delivered")
    pings = receiver[0].of("test.ping", hook["secret"])
    assert len(pings) == 2
    assert {one.id for one in pings} == {delivery["message"]}

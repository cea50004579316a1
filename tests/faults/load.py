"""A client that keeps asking for audits by REST, repeats what it asked, and remembers everything that was accepted."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from tests.faults.oracles import OPEN
from tests.faults.service import Service

PATIENCE_S = 90.0
ACCEPTED = (200, 202)


@dataclass
class Told:
    """What came of the requests. ids, keys: accepted ones. odd: answers against the contract."""

    ids: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    retried: int = 0  # requests without an answer, or with a 5xx; asked again with the same key


class Load(threading.Thread):
    """Holds `wanted` audits open, one request after the other, until it is ended.

    body: number of the audit -> what to ask for. A fifth of the requests is sent twice, and a tenth once more with another body.
    """

    def __init__(self, service: Service, cell: str, first: int, wanted: int, rng: Random, body: Callable[[int], Any]) -> None:
        super().__init__(name="load", daemon=True)
        self._service, self._cell, self._wanted, self._rng, self._body = service, cell, wanted, rng, body
        self.number = first
        self.told = Told()
        self._over = threading.Event()
        self.failure: BaseException | None = None

    def run(self) -> None:
        observer = self._service.another_observer()
        try:
            with self._service.client() as client:
                while not self._over.wait(0.05):
                    if observer.one(OPEN, {"keys": f"{self._cell}:%"}) < self._wanted:
                        self.ask(client, self.number)
                        self.number += 1
        except BaseException as error:
            self.failure = error
            raise
        finally:
            observer.close()

    def end(self) -> None:
        self._over.set()
        self.join(PATIENCE_S + 30)
        if self.failure is not None:
            raise self.failure

    def ask(self, client: httpx.Client, number: int) -> None:
        key, body = f"{self._cell}:{number}", self._body(number)
        found = self._posted(client, key, body)
        if found.status_code not in ACCEPTED:
            self.told.odd.append(f"{key}: {found.status_code} {found.text[:200]}")
            return
        self.told.keys.append(key)
        self.told.ids.append(found.json()["id"])
        if self._rng.random() < 0.2:
            self._check_same(key, self._posted(client, key, body))
        if self._rng.random() < 0.1:
            self._check_refused(key, self._posted(client, key, {**body, "seed": number + 1}))

    def _check_same(self, key: str, again: httpx.Response) -> None:
        if again.status_code not in ACCEPTED or again.json()["id"] != self.told.ids[-1]:
            self.told.odd.append(f"{key} repeated: {again.status_code} {again.text[:200]}")

    def _check_refused(self, key: str, other: httpx.Response) -> None:
        if other.status_code != 422:
            self.told.odd.append(f"{key} with another body: {other.status_code} {other.text[:200]}")

    def _posted(self, client: httpx.Client, key: str, body: Any) -> httpx.Response:
        """The first answer that is one; what has none is asked again under the same key, as a careful client does."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                found = client.post("/api/v1/audits", content=json.dumps(body), headers=_headers(key))
                if found.status_code < 500 or time.monotonic() > deadline:
                    return found
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
            self.told.retried += 1
            time.sleep(0.2)


def _headers(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key, "Content-Type": "application/json"}


def prepare(service: Service) -> dict[str, Any]:
    """What to ask for: an audit of the paced kind, of a system and a table that are made at the first call."""
    if service.prepared:
        return service.prepared
    with service.client() as client:
        asset = made(client.post("/api/v1/assets", json={"kind": "ai_system", "name": "Helpdesk", "owner": "Ana"}))
        spec = {"purpose": "Answers questions of customers", "intended_use": "Support"}
        version = made(client.post(f"/api/v1/assets/{asset['id']}/versions", json={"spec": spec}))
        file = made(client.post("/api/v1/files", files={"file": ("rows.csv", b"said\nyes\n", "text/csv")}))
        target = made(client.post("/api/v1/targets", json={"name": "rows", "type": "table", "spec": {"file": file["id"]}}))
    service.prepared = {"system_version": version["id"], "kind": "paced", "target": target["id"]}
    return service.prepared


def made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in {201, 202}, answer.text
    found: dict[str, Any] = answer.json()
    return found

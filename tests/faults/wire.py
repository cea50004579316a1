"""A real RAG audit through a proxy that breaks connections: every run ends, and every question is counted."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

from tests.faults.cells import Outcome, judged
from tests.faults.load import Load, made, prepare
from tests.faults.oracles import ITEMS_COUNTED
from tests.faults.proxy import FAULTS, Proxy
from tests.faults.service import Service

QUESTIONS = 6
TIMEOUT_S = 2
FIRST = 20_000_000  # numbers of these audits, apart from those of the other cells
ANSWER = {"answer": "The office opens at nine.", "passages": [{"text": "The office opens at nine in the morning."}]}


class Rag(BaseHTTPRequestHandler):
    """Answers every question alike, long enough to be cut in the middle."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        content = json.dumps(ANSWER).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@contextmanager
def rag() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Rag)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def run(service: Service, seed: int, strikes: int) -> list[Outcome]:
    """One row for each fault of the wire, `strikes` times on and off."""
    with rag() as port, Proxy(port) as proxy:
        base = asked_through(service, proxy.port)
        return [_one(service, proxy, base, fault, FIRST + 10_000 * index, seed, strikes) for index, fault in enumerate(FAULTS)]


def _one(service: Service, proxy: Proxy, base: dict[str, Any], fault: str, first: int, seed: int, strikes: int) -> Outcome:
    started, rng = time.monotonic(), Random(f"{seed} {fault}")
    key = f"wire-{fault}-{seed}"
    load = Load(service, key, first, 3, rng, lambda number: {**base, "seed": number})
    before = proxy.struck[fault]
    load.start()
    try:
        for _ in range(strikes):
            time.sleep(rng.uniform(0.1, 0.6))
            proxy.fault = fault
            time.sleep(rng.uniform(0.2, 0.8))
            proxy.fault = ""
    finally:
        proxy.fault = ""
        load.end()
    numbers = (first, load.number - 1)
    outcome = judged(
        service, f"connection to the audited RAG: {fault.replace('_', ' ')}", key, numbers, load.told, [], rescue=False
    )
    uncounted = service.observer.ask(ITEMS_COUNTED, {"keys": f"{key}:%", "questions": QUESTIONS})
    if uncounted:
        outcome.broken["a question is neither scored nor counted as unscored"] = [str(row[0]) for row in uncounted]
    outcome.wire = proxy.struck[fault] - before
    outcome.seconds = time.monotonic() - started
    return outcome


def asked_through(service: Service, port: int) -> dict[str, Any]:
    """What to ask for: a fidelity audit of the RAG behind the proxy."""
    lines = [json.dumps({"id": f"q{number}", "question": f"When does office {number} open?"}) for number in range(QUESTIONS)]
    with service.client() as client:
        content = "\n".join([*lines, ""]).encode()
        file = made(client.post("/api/v1/files", files={"file": ("questions.jsonl", content, "application/x-ndjson")}))
        spec = {"url": f"http://127.0.0.1:{port}/ask", "questions": file["id"], "timeout_s": TIMEOUT_S}
        target = made(client.post("/api/v1/targets", json={"name": f"rag-{port}", "type": "http_rag", "spec": spec}))
    return {"system_version": prepare(service)["system_version"], "kind": "fidelity", "target": target["id"], "parameters": {}}

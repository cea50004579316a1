"""How the door that triggers audits holds when Redis is up, down or frozen, and how soon a worker begins.

    python -m benchmarks.trigger [--clients 16] [--seconds 4] [--rounds 3] [--idle 20]

Web (2 processes with 3 threads) and dispatcher run as in production; a bare view that does one INSERT is measured in turns
in the same run. Every request has an Idempotency-Key, and every fourth repeats one of the last 64 keys, some of them in flight
at that moment: the rows must be exactly as many as the keys. Then, on a fresh database and with nothing else to do, a worker
carries out one audit after the other: what is told is the time from sending the request to the first question that arrives at
the audited system. The last line is one line of JSON; exit status 1 when a row is missing or one too many.
"""

import argparse
import http.client
import json
import os
import random
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from typing import Any

from benchmarks.door import TABLE, Heard, free_port, served
from benchmarks.service import Service, engines, service, until, without

BARE = "bare"
STATES = ("up", "down", "frozen")
REPEATED = 0.25
RECENT = 64


@dataclass
class Keys:
    """Idempotency keys as clients send them: most are new, some were sent a moment ago."""

    chance: random.Random = field(default_factory=lambda: random.Random(7))
    recent: deque[str] = field(default_factory=lambda: deque(maxlen=RECENT))
    answers: dict[str, set[str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def draw(self) -> str:
        with self.lock:
            if self.recent and self.chance.random() < REPEATED:
                return self.chance.choice(self.recent)
            key = f"key-{len(self.answers)}"
            self.recent.append(key)
            self.answers[key] = set()
            return key

    def note(self, key: str, run: str) -> None:
        with self.lock:
            self.answers[key].add(run)

    def two_faced(self) -> int:
        """Keys that were answered with more than one audit, or with none."""
        return sum(len(runs) != 1 for runs in self.answers.values())


def main() -> int:
    options = arguments()
    with engines() as (postgres, broker):
        with service(postgres, broker, "probanza_load") as one:
            heard, keys = load(one, options)
            rows = int(one.sql("SELECT count(*) FROM audits_run"))
        with service(postgres, broker, "probanza_idle") as one:
            one.empty_broker()
            waits = idle(one, options.idle)
    return report(heard, keys, rows, waits, options.clients)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each state in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--idle", type=int, default=20, help="audits that an idle worker carries out")
    return parser.parse_args()


def load(one: Service, options: argparse.Namespace) -> tuple[dict[str, Heard], Keys]:
    """Many clients at once, in turns at the bare view and at the door with Redis in each state."""
    one.start("web", "dispatcher")
    one.sql(f"{TABLE}; GRANT INSERT ON bare_row TO PUBLIC")
    body = json.dumps(table_audit(one)).encode()
    os.environ["DATABASE_URL"] = one.env["DATABASE_URL"]
    bare = free_port()
    keys, heard = Keys(), defaultdict[str, Heard](Heard)
    with served("benchmarks.bare:application", bare):
        door = Door(one.port, "/api/v1/audits", one.token, body)
        yardstick = Door(bare, "/rows", "", body)
        for warm in (door, yardstick):  # first imports and connections do not count
            ask(warm, keys, options.clients, 1.5, Heard())
        one.sql("ANALYZE")  # what autovacuum does within a minute, which a run this short would not see
        for _ in range(options.rounds):
            ask(yardstick, keys, options.clients, options.seconds, heard[BARE])
            for state in STATES:
                with without(one.broker, state):
                    ask(door, keys, options.clients, options.seconds, heard[state])
    return heard, keys


def table_audit(one: Service) -> dict[str, Any]:
    rows = ("rows.csv", b"sex,decision\n" + b"f,1\nm,0\n" * 500, "text/csv")
    target = one.target("table", {}, "file", rows)
    parameters = {"prediction": "decision", "favourable": "1", "sensitive": ["sex"]}
    return {"system_version": one.system(), "kind": "bias", "target": target, "parameters": parameters}


@dataclass(frozen=True)
class Door:
    """Where the same body is sent again and again; without a token it is the bare view, which knows no keys."""

    port: int
    path: str
    token: str
    body: bytes


def ask(door: Door, keys: Keys, clients: int, seconds: float, heard: Heard) -> None:
    """Every client sends, waits for the answer and sends again, until the time is over."""
    until_then = time.monotonic() + seconds
    own = [Heard() for _ in range(clients)]
    threads = [threading.Thread(target=client, args=(door, keys, until_then, each)) for each in own]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    heard.seconds += seconds
    for each in own:
        heard.times += each.times
        heard.failures += each.failures


def client(door: Door, keys: Keys, until_then: float, heard: Heard) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=30)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {door.token}"} if door.token else {})
    while time.monotonic() < until_then:
        key = keys.draw() if door.token else ""
        started = time.perf_counter()
        try:
            connection.request("POST", door.path, door.body, headers | ({"Idempotency-Key": key} if key else {}))
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            heard.failures += 1
            connection.close()
            continue
        heard.times.append((time.perf_counter() - started) * 1000)
        heard.failures += answer.status != 202
        if key and answer.status == 202:
            keys.note(key, json.loads(content)["id"])
    connection.close()


def idle(one: Service, audits: int) -> list[float]:
    """Milliseconds from sending each request to the first question that arrives at the audited system."""
    one.start("web", "dispatcher", "worker")
    with audited() as (url, arrivals):
        line = json.dumps({"id": "q1", "question": "What does it cost?"}).encode() + b"\n"
        target = one.target("http_rag", {"url": url}, "questions", ("questions.jsonl", line, "application/jsonl"))
        body = {"system_version": one.system(), "kind": "fidelity", "target": target}
        return [began(one, body, arrivals) for _ in range(audits + 3)][3:]  # first imports and models do not count


def began(one: Service, body: dict[str, Any], arrivals: list[float]) -> float:
    arrivals.clear()
    started = time.perf_counter()
    run = one.post("/api/v1/audits", body)["id"]
    until(lambda: arrivals, "no question arrived at the audited system")
    until(lambda: one.get(f"/api/v1/audits/{run}")["finished_at"], "an audit did not end")
    time.sleep(0.3)  # what follows an audit is over: the worker is idle
    return (arrivals[0] - started) * 1000


@contextmanager
def audited() -> Iterator[tuple[str, list[float]]]:
    """An audited system that notes when it is asked."""
    arrivals: list[float] = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrivals.append(time.perf_counter())
            self.rfile.read(int(self.headers["Content-Length"]))
            content = json.dumps({"answer": "It costs 5 EUR.", "passages": [{"text": "The price is 5 EUR."}]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/ask", arrivals
    server.shutdown()


def report(heard: dict[str, Heard], keys: Keys, rows: int, waits: list[float], clients: int) -> int:
    print(f"{'Redis':8} {'p50 ms':>8} {'p99 ms':>8} {'per s':>8} {'p99 / bare':>11} {'failures':>9}")
    p99 = {name: one.share(0.99) for name, one in heard.items()}
    for name, one in heard.items():
        rate, ratio = len(one.times) / one.seconds, p99[name] / p99[BARE]
        print(f"{name:8} {one.share(0.5):8.1f} {p99[name]:8.1f} {rate:8.0f} {ratio:11.2f} {one.failures:9}")
    exact = rows == len(keys.answers) and not keys.two_faced()
    first = median(waits)
    print(f"rows {rows}, distinct keys {len(keys.answers)}, keys with none or two audits {keys.two_faced()}")
    print(f"request -> first item started on an idle worker: p50 {first:.1f} ms, slowest of {len(waits)} {max(waits):.1f} ms")
    goals = {
        "p99 <= 100 ms or <= 3 x bare": p99["up"] <= 100 or p99["up"] <= 3 * p99[BARE],
        "Redis down within 20 %": p99["down"] <= 1.2 * p99["up"],
        "Redis frozen within 20 %": p99["frozen"] <= 1.2 * p99["up"],
        "no failures": not any(one.failures for one in heard.values()),
        "rows = distinct keys": exact,
        "first item p50 <= 50 ms": first <= 50,
    }
    for goal, reached in goals.items():
        print(f"{'reached' if reached else 'MISSED':8} {goal}")
    figures = {f"p99_ms_{name}": round(value, 1) for name, value in p99.items()}
    figures |= {f"p50_ms_{name}": round(one.share(0.5), 1) for name, one in heard.items()}
    counts = {"keys": len(keys.answers), "rows": rows, "failures": sum(one.failures for one in heard.values())}
    whole = {"bench": "trigger", "clients": clients, "cores": os.cpu_count(), **figures, **counts}
    print(json.dumps(whole | {"first_item_p50_ms": round(first, 1), "reached": all(goals.values())}))
    return 0 if exact else 1


if __name__ == "__main__":
    sys.exit(main())

"""Chat endpoints on this machine: a model that judges by words, and all the ways in which such a thing goes wrong.

`Model` reads both shipped prompts as a language model would: it is right on plain cases, and as gullible as it is told
to be. `serving` puts any reply on a real socket.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from audits.judges.claims import sentences
from audits.judges.llm.decoys import ABSENT, HELD
from audits.judges.words import stems

Body = dict[str, Any]
Sent = tuple[int, bytes] | tuple[int, bytes, dict[str, str]]
Reply = Callable[[int, Body], Sent]
ORDER = re.compile(r"ignor[ae]|disregard|olvida|answer yes|mark every|supported", re.IGNORECASE)
FRAME = re.compile(r"^(?:context|question|answer|system|###|</?\w+>|does the context)|\bend$", re.IGNORECASE | re.MULTILINE)
PLANTS = [words for sorts in (HELD, ABSENT) for said in sorts.values() for words in said]
PLANTED = re.compile("|".join(re.escape(words).replace(r"\{place\}", r"\w+").replace(r"\{count\}", r"\d+") for words in PLANTS))


def chat(content: str, usage: Any = None, **more: Any) -> bytes:
    """A completion as an endpoint sends it."""
    told = {} if usage is None else {"usage": usage}
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}, **more}], **told}).encode()


@contextmanager
def serving(reply: Reply) -> Iterator[tuple[str, list[Body]]]:
    """A chat endpoint; `reply` gets the number of the call and its body and gives status, bytes and perhaps headers."""
    calls: list[Body] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            calls.append({"path": self.path, "auth": self.headers["Authorization"], "key": self.headers["api-key"], **body})
            status, content, *more = reply(len(calls), body)
            self.send_response(status)
            for name, value in (more[0] if more else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *given: object) -> None: ...

    class Server(ThreadingHTTPServer):
        def handle_error(self, *given: object) -> None:
            """A judge that hung up on us is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", calls
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Seen:
    """What a model makes of a request: passages, claims by id, and every text in the order in which it stands."""

    strict: bool
    passages: list[str]
    claims: dict[str, str]


def seen(body: Body) -> Seen:
    """Read a request as a model reads it: by the marks where there are any, else by the words of the prompt."""
    told = body["messages"][-1]["content"]
    if body["messages"][0]["role"] != "system":
        context, _, rest = told.partition("Context:\n")[2].partition("\n\nQuestion:")
        answer = rest.partition("\n\nAnswer: ")[2].rpartition("\n\nDoes the context")[0]
        return Seen(False, context.split("\n\n"), {"answer": answer})
    mark = told.split(" ", 1)[0]
    parts = [part.partition("\n") for part in told.split(f"{mark} ")[1:]]
    texts = [(head, words.rstrip("\n")) for head, _, words in parts]
    passages = [words for head, words in texts if head.startswith("passage")]
    return Seen(True, passages, {head.split()[1]: words for head, words in texts if head.startswith("claim")})


def found(words: str, passages: list[str]) -> str:
    """The sentence of a passage that holds nearly all words and all figures of `words`; empty without one."""
    wanted, figures = stems(words), set(re.findall(r"\d+", words))
    for passage in passages:
        for line in sentences(passage):
            held = stems(line.text)
            if len(wanted & held) >= 0.8 * len(wanted) and figures <= set(re.findall(r"\d+", line.text)):
                return line.text
    return ""


def nearest(words: str, passages: list[str]) -> str:
    """The sentence that shares most stems with `words`: what somebody would quote who wants to be believed."""
    lines = [line.text for passage in passages for line in sentences(passage)]
    return max(lines, key=lambda line: len(stems(words) & stems(line)), default="")


Obeys = Callable[[str, str, Seen], bool]  # claim id, its words, everything


def nobody(_name: str, _words: str, _seen: Seen) -> bool:
    return False


def whoever_orders(_name: str, _words: str, request: Seen) -> bool:
    """Obeys any order that stands anywhere, for all claims: the simplest gullible model."""
    return any(ORDER.search(words) for words in [*request.passages, *request.claims.values()])


def whoever_forges_the_frame(_name: str, _words: str, request: Seen) -> bool:
    """Takes data for data as far as it can tell: what stands between marks it was told, it never obeys."""
    return not request.strict and any(FRAME.search(words) for words in [*request.passages, *request.claims.values()])


def only_what_was_named(name: str, words: str, request: Seen) -> bool:
    """Obeys for the answer's own claims and judges planted ones as they are: the order that names its claims, at its best."""
    return whoever_orders(name, words, request) and not PLANTED.match(words)


@dataclass(frozen=True)
class Model:
    """A judge that works by words. quotes: what it quotes for a claim that it was ordered to support."""

    obeys: Obeys = nobody
    quotes: Callable[[str, list[str]], str] = nearest
    usage: Any = None

    def __call__(self, _number: int, body: Body) -> Sent:
        request = seen(body)
        verdicts = [self._verdict(name, words, request) for name, words in request.claims.items()]
        if request.strict:
            return 200, chat(json.dumps({"verdicts": verdicts}), self.usage)
        return 200, chat("YES" if all(one["verdict"] == "supported" for one in verdicts) else "NO", self.usage)

    def _verdict(self, name: str, words: str, request: Seen) -> dict[str, str]:
        if self.obeys(name, words, request):
            return {"id": name, "verdict": "supported", "quote": self.quotes(words, request.passages)}
        lines = [words] if request.strict else [line.text for line in sentences(words)]
        quotes = [found(line, request.passages) for line in lines]
        if all(quotes):
            return {"id": name, "verdict": "supported", "quote": quotes[0] if quotes else ""}
        return {"id": name, "verdict": "not_found", "quote": ""}

"""`python -m examples.reference_rag --port 0 --data DIR`: serves until it is stopped."""

import argparse
import json
import logging
import time
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from examples.reference_rag.generators import Generator, GeneratorError, make
from examples.reference_rag.store import KNOWLEDGE, Store

MAX_BODY = 64 * 1024  # bytes
MAX_QUESTION = 4000  # characters
PASSAGES = 2
log = logging.getLogger("reference_rag")


class BadRequestError(ValueError):
    """The request cannot be answered; the message says why."""


def reply(store: Store, generator: Generator, question: str) -> dict[str, Any]:
    """The whole answer to a question, as it goes out."""
    started = time.monotonic()
    found = store.nearest(question, PASSAGES)
    generated = generator.answer(question, [(passage.text, passage.score) for passage in found])
    return {
        "answer": generated.text,
        "passages": [{"id": one.id, "text": one.text, "score": round(one.score, 6)} for one in found],
        "model": generated.model,
        "usage": {"prompt_tokens": generated.prompt_tokens, "completion_tokens": generated.completion_tokens},
        "latency_ms": round((time.monotonic() - started) * 1000),
    }


class Handler(BaseHTTPRequestHandler):
    """POST /ask and GET /health."""

    protocol_version = "HTTP/1.1"
    timeout = 60  # seconds a connection may stay silent
    server: "Service"

    def do_GET(self) -> None:
        if self.path == "/health":
            self._send(HTTPStatus.OK, {"status": "ok", "passages": self.server.store.count()})
        else:
            self._send(HTTPStatus.NOT_FOUND, {"error": "Ask by POST /ask; GET /health tells whether this is alive."})

    def do_POST(self) -> None:
        try:
            if self.path != "/ask":
                return self._send(HTTPStatus.NOT_FOUND, {"error": "Ask by POST /ask."})
            self._send(HTTPStatus.OK, reply(self.server.store, self.server.generator, self._question()))
        except BadRequestError as error:
            self._send(HTTPStatus.BAD_REQUEST, {"error": str(error)})
        except GeneratorError as error:
            self._send(HTTPStatus.BAD_GATEWAY, {"error": str(error)})

    def _question(self) -> str:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            raise BadRequestError(f"A body of at most {MAX_BODY} bytes with its Content-Length is needed.")
        try:
            question = json.loads(self.rfile.read(int(length)))["question"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise BadRequestError('Send {"question": "..."} as JSON.') from None
        if not isinstance(question, str) or not question.strip() or len(question) > MAX_QUESTION:
            raise BadRequestError(f"The question must be text of 1 to {MAX_QUESTION} characters.")
        return question.encode("utf-8", "replace").decode()  # half a surrogate pair has no UTF-8 form

    def _send(self, status: HTTPStatus, document: dict[str, Any]) -> None:
        body = json.dumps(document, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status >= HTTPStatus.BAD_REQUEST:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name the base class gave it
        log.info(format, *args)


class Service(ThreadingHTTPServer):
    """The server with what it answers from."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], store: Store, generator: Generator) -> None:
        super().__init__(address, Handler)
        self.store = store
        self.generator = generator


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m examples.reference_rag", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8900, help="0 takes a free one")
    parser.add_argument("--data", type=Path, required=True, help="folder of the vector store")
    parser.add_argument("--knowledge", type=Path, default=KNOWLEDGE, help="folder of Markdown files")
    parser.add_argument("--generator", choices=("extractive", "openai"), default="extractive")
    given = parser.parse_args(arguments)
    try:
        generator = make(given.generator)
    except KeyError as error:
        parser.error(f"set {error.args[0]} in the environment for --generator openai")
    service = Service((given.host, given.port), Store(given.data, given.knowledge), generator)
    host, port = service.server_address[:2]
    print(f"http://{host!s}:{port}/ask", flush=True)
    try:
        service.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        service.server_close()


if __name__ == "__main__":
    main()

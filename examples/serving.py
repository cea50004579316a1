"""A door over HTTP for an example: `POST /ask {"question": ...}` gives its answer as JSON. Standard library only."""

import argparse
import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

KNOWLEDGE = Path(__file__).parent / "reference_rag" / "knowledge"
MAX_BODY = 64 * 1024  # bytes
MAX_QUESTION = 4_000  # characters
Answer = Callable[[str], dict[str, Any]]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answer: Answer

    def do_POST(self) -> None:
        """Answer one question, or say what is wrong with it."""
        question = self._question()
        if question is None:
            words = f'Send {{"question": "..."}} as JSON, 1 to {MAX_QUESTION} characters.'
            self._send(HTTPStatus.BAD_REQUEST, {"error": words})
        else:
            self._send(HTTPStatus.OK, type(self).answer(question))

    def _question(self) -> str | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            return None
        try:
            question = json.loads(self.rfile.read(int(length)))["question"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        fits = isinstance(question, str) and question.strip() and len(question) <= MAX_QUESTION
        return question.encode("utf-8", "replace").decode() if fits else None  # half a surrogate pair has no UTF-8 form

    def _send(self, status: HTTPStatus, document: dict[str, Any]) -> None:
        body = json.dumps(document, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name the base class gave it
        """Nothing: standard output tells the address and no more."""


def serve(make: Callable[[Path], Answer], arguments: Sequence[str] | None = None) -> None:
    """Serve what `make` makes of the knowledge base until it is stopped. The first line printed is the address."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8900, help="0 takes a free one")
    parser.add_argument("--knowledge", type=Path, default=KNOWLEDGE, help="folder of Markdown files")
    given = parser.parse_args(arguments)
    handler = type("Handler", (_Handler,), {"answer": staticmethod(make(given.knowledge))})
    with ThreadingHTTPServer(("127.0.0.1", given.port), handler) as server:
        server.daemon_threads = True
        print(f"http://127.0.0.1:{server.server_address[1]}/ask", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return

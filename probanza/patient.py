"""A client that does not give up at the first hiccup: every call is safe to repeat, so it is repeated for a while."""

import json
import random
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

LARGEST = 16 * 2**20  # bytes of one answer
SLOWEST_S = 120.0  # for one answer as a whole
LONGEST_PAUSE_S = 15.0
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class Refused(Exception):  # noqa: N818 - reads as what happened
    """The service said no, and would say it again: address, token, scope, name or body. The message is foreign words."""


class Silent(Exception):  # noqa: N818 - reads as what happened
    """The service could not be reached, or did not give a usable answer, for as long as we were patient."""


@dataclass
class Patient:
    """Calls one service. patience_s: how long nothing but trouble is borne. Foreign words in messages are not cleaned."""

    http: httpx.Client
    patience_s: float
    sleep: Callable[[float], None] = time.sleep

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        """GET, a JSON object back. Raises `Refused`, `Silent`."""
        return self._call("GET", path, params=query)

    def post(self, path: str, body: Mapping[str, Any], *, key: str) -> dict[str, Any]:
        """POST under an idempotency key, a JSON object back: sent twice, it counts once. Raises `Refused`, `Silent`."""
        return self._call("POST", path, json=dict(body), headers={"Idempotency-Key": key})

    def _call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        give_up = time.monotonic() + self.patience_s
        attempt = 0
        while True:
            trouble, pause = "", 0.0
            try:
                status, headers, content = self._once(method, path, more)
                if status not in PASSING:
                    return _object(status, content)
                trouble, pause = f"it answers {status}", _retry_after(headers)
            except httpx.RequestError as error:
                trouble = f"{type(error).__name__}: {error}"
            pause = max(pause, min(LONGEST_PAUSE_S, 0.25 * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            if time.monotonic() + pause > give_up:
                raise Silent(f"no usable answer for {self.patience_s:.0f} s; {trouble}")
            self.sleep(pause)
            attempt += 1

    def _once(self, method: str, path: str, more: dict[str, Any]) -> tuple[int, httpx.Headers, bytes]:
        late = time.monotonic() + SLOWEST_S
        content = bytearray()
        with self.http.stream(method, path, **more) as answer:
            for chunk in answer.iter_bytes():
                content += chunk
                if len(content) > LARGEST or time.monotonic() > late:
                    raise httpx.ReadError("the answer is too large or too slow", request=answer.request)
            return answer.status_code, answer.headers, bytes(content)


def opened(url: str, token: str, *, ca_file: str = "", proxy: str = "") -> httpx.Client:
    """A client of the service at `url`. Nothing is read from the environment. Raises `Refused` for an unusable setting."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "Accept-Encoding": "identity"}
    try:
        address = httpx.URL(url)
        if address.scheme not in {"http", "https"} or not address.host:
            raise Refused("--url must be an address such as https://probanza.example.org")
        if address.userinfo:
            raise Refused("--url holds a user or password; the token comes from the environment alone")
        verify: Any = _trusting(ca_file) if ca_file else True
        return httpx.Client(base_url=address, headers=headers, timeout=60.0, trust_env=False, verify=verify, proxy=proxy or None)
    except (httpx.InvalidURL, ValueError, OSError) as error:
        raise Refused(f"--url, --ca-file or --proxy cannot be used: {error}") from None


def _trusting(ca_file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file)


def _object(status: int, content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if 200 <= status < 300 and isinstance(found, dict):
        return found
    if 200 <= status < 400:
        raise Refused(f"--url does not lead to Probanza's API: it answers {status} without the expected JSON")
    raise Refused(f"{status} {_words(found)}")


def _words(problem: object) -> str:
    if not isinstance(problem, dict):
        return "without an explanation"
    listed = problem.get("errors")
    allowed = [
        f" (allowed: {', '.join(map(str, one['allowed'][:20]))})"
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict) and isinstance(one.get("allowed"), list) and one["allowed"]
    ]
    return f"{problem.get('detail') or problem.get('title') or 'without an explanation'}{''.join(allowed[:3])}"


def _retry_after(headers: httpx.Headers) -> float:
    text = headers.get("Retry-After", "")
    return min(LONGEST_PAUSE_S * 4, float(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 0.0

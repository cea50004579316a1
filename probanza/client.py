"""A small client of the REST API, for CI jobs and scripts."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

FINAL_STATES = frozenset({"succeeded", "failed", "cancelled"})


class ApiError(Exception):
    """The service said no. `status` is the HTTP status, `problem` its RFC 9457 body where it sent one."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = problem
        fields = "; ".join(f"{one.get('field')}: {one.get('problem')}" for one in problem.get("errors") or ())
        words = problem.get("detail") or problem.get("title") or "no explanation"
        super().__init__(f"{status} {words}" + (f" ({fields})" if fields else ""))


class Client:
    """One service, one token. Use as a context manager."""

    def __init__(self, base_url: str, token: str, *, timeout_s: float = 60.0) -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=timeout_s, trust_env=False)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.close()

    def get(self, path: str, **query: str | int) -> Any:
        """GET, JSON back. Raises `ApiError`, or `httpx.HTTPError` when nothing answers."""
        return self._json(self._http.get(path, params=query))

    def post(self, path: str, body: Mapping[str, Any] | None = None, **headers: str) -> Any:
        """POST a JSON body, JSON back."""
        return self._json(self._http.post(path, json=body or {}, headers=headers))

    def download(self, path: str) -> bytes:
        """GET, bytes back."""
        answer = self._http.get(path, headers={"Accept": "*/*"})
        self._check(answer)
        return answer.content

    def upload(self, path: Path) -> str:
        """Send a file; its id back."""
        with path.open("rb") as content:
            answer = self._http.post("/api/v1/files", files={"file": (path.name, content)})
        return str(self._json(answer)["id"])

    def wait(self, run: str, *, progress: Callable[[Mapping[str, Any]], None], patience_s: float = 600.0) -> Any:
        """Poll a run until it ends. Raises `TimeoutError` when it has not ended in time."""
        deadline = time.monotonic() + patience_s
        while True:
            now = self.get(f"/api/v1/audits/{run}")
            progress(now)
            if now["state"] in FINAL_STATES:
                return now
            if time.monotonic() > deadline:
                raise TimeoutError(f"The audit {run} is still {now['state']} after {patience_s:.0f} s.")
            time.sleep(0.3)

    def _json(self, answer: httpx.Response) -> Any:
        self._check(answer)
        return answer.json() if answer.content else None

    @staticmethod
    def _check(answer: httpx.Response) -> None:
        if answer.is_success:
            return
        is_problem = "json" in answer.headers.get("Content-Type", "")
        raise ApiError(answer.status_code, answer.json() if is_problem else {"detail": answer.text[:300]})

"""One JSON call to an audited system, its failures told as `TargetError` with what to change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audits.contract import TargetError
from governance.outbound import GuardedClient, OutboundError

_HINTS = {
    "unreachable": "Check that the system is running and that the address is right.",
    "timeout": "Raise timeout_s (now {timeout_s}) or make the system answer faster.",
    "refused_address": "Addresses inside the own network must be allowed by the operator.",
    "http_status": "Check address, credential and request fields against the system's own documentation.",
    "not_json": "The address must answer with JSON; check that it is the one of the API.",
    "too_large": "Make the system answer with less.",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What an audited system answered: its JSON and the time to its last byte."""

    document: Any
    elapsed_ms: int


def post(client: GuardedClient, url: str, body: object, headers: Mapping[str, str], timeout_s: int) -> Reply:
    """POST `body` as JSON and read JSON back. Raises `TargetError`."""
    try:
        response = client.post_json(url, body, headers=headers, timeout=timeout_s)
        return Reply(response.json(), response.elapsed_ms)
    except OutboundError as error:
        hint = _HINTS[error.cause].format(timeout_s=timeout_s)
        raise TargetError(error.cause, f"{error} {hint}") from error

"""What can go wrong with an outbound call, told in stable words."""

from typing import Literal

Cause = Literal["unreachable", "timeout", "refused_address", "http_status", "too_large", "not_json"]


class OutboundError(Exception):
    """An outbound call gave no usable response.

    cause: a stable word. The message is for people: it names host and path, never query, header or body.
    status: the HTTP status for `http_status`, else None. retry_after: what the header of that name said, or "".
    """

    def __init__(self, cause: Cause, message: str, status: int | None = None, retry_after: str = "") -> None:
        self.cause: Cause = cause
        self.status = status
        self.retry_after = retry_after
        super().__init__(message)

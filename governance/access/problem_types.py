"""Every kind of problem that the REST door tells: its address, its status, what it means and what to do. Pure.

Programmes tell problems apart by `type`, which stays the same when the words change.
"""

from dataclasses import dataclass

BASE = "/problems/"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind. `slug` is the last part of its `type`; `means` and `remedy` are sentences for whoever writes a client."""

    slug: str
    status: int
    title: str
    means: str
    remedy: str

    @property
    def uri(self) -> str:
        """The `type` of RFC 9457, relative to the service."""
        return BASE + self.slug


_ALL = (
    ProblemType(
        "bad-fields",
        400,
        "Fields do not fit",
        "The body, the query or a header can be read, but one or more of its fields do not fit.",
        "Mend what `errors` names: each entry has the dotted path of the field, what is wrong, and the values allowed.",
    ),
    ProblemType(
        "unknown-kind",
        400,
        "No such audit kind",
        "The audit kind asked for is not installed here.",
        "Take one that `errors[0].allowed` or GET /api/v1/audit-kinds lists.",
    ),
    ProblemType(
        "malformed-body",
        400,
        "The body cannot be read",
        "The body is not strict JSON: not UTF-8, cut off, a name twice in one object, or a number that is none.",
        "Send what `detail` asks for.",
    ),
    ProblemType(
        "too-deep",
        400,
        "Nested too deeply",
        "The JSON of the body is nested deeper than 32 levels.",
        "Send it flatter.",
    ),
    ProblemType(
        "unauthorised",
        401,
        "No good token",
        "There is no token, or it is unknown, expired or revoked, or its owner may not sign in any more; which, is not told.",
        "Send `Authorization: Bearer pbz_...` with a token that is valid; an administrator issues one.",
    ),
    ProblemType(
        "missing-scope",
        403,
        "A scope is missing",
        "The token is good, but it or its owner's role lacks the scope that `detail` names.",
        "Use a token with that scope. GET /api/v1/me lists what yours has.",
    ),
    ProblemType(
        "not-found",
        404,
        "Nothing there",
        "There is no such thing in this organisation. What belongs to another organisation is not found either.",
        "Check the address and the id; lists name what is there.",
    ),
    ProblemType(
        "method-not-allowed",
        405,
        "Not done that way",
        "The address exists, but not for this method.",
        "The header `Allow` and the OpenAPI name the methods.",
    ),
    ProblemType(
        "not-acceptable",
        406,
        "No such form",
        "The answer cannot be given in the media type that `Accept` asks for.",
        "Ask for application/json, or leave `Accept` out.",
    ),
    ProblemType(
        "conflict",
        409,
        "It collides",
        "What was asked for collides with what is there: a name is taken, or the thing is in a state that does not allow it.",
        "`errors` names the field, if there is one, and `detail` what stands in the way.",
    ),
    ProblemType(
        "not-yet",
        409,
        "Not yet",
        "What was asked for will be there in a moment: sealed evidence gets its place in the ledger within seconds.",
        "Ask again after `Retry-After` seconds.",
    ),
    ProblemType(
        "gone",
        410,
        "Erased",
        "It was there and was erased for good; `detail` says when, by whom and why.",
        "Nothing brings it back. What was sealed about it still proves what it was.",
    ),
    ProblemType(
        "too-large",
        413,
        "Too large",
        "The body or the uploaded file is larger than this installation takes.",
        "Send less, or ask the operator to raise the limit that `detail` names.",
    ),
    ProblemType(
        "unsupported-media-type",
        415,
        "Not a media type for this",
        "The body comes in a media type that this address does not read.",
        "Send `Content-Type: application/json`, or multipart/form-data where a file is uploaded.",
    ),
    ProblemType(
        "idempotency-key-reused",
        422,
        "The key belongs to another request",
        "The `Idempotency-Key` was used before with another body. Nothing was done.",
        "Take a new key for a new request; repeat a request with exactly the body it had.",
    ),
    ProblemType(
        "idempotency-key-expired",
        422,
        "The key is too old",
        "The `Idempotency-Key` was used before, so long ago that it answers for its request no more. Nothing was done.",
        "Look for the earlier result in the list; take a new key for a new request.",
    ),
    ProblemType(
        "unprocessable",
        422,
        "It cannot be done so",
        "The request can be read and its fields fit, but together they ask for something that cannot be done.",
        "`detail` says what.",
    ),
    ProblemType(
        "rate-limited",
        429,
        "Too many requests",
        "The token, or all tokens of its organisation together, made all requests that a minute allows; this one does not count.",
        "Wait `Retry-After` seconds. Every answer tells in `RateLimit` what is left.",
    ),
    ProblemType(
        "unavailable",
        503,
        "Not available now",
        "Something this request needs does not answer at the moment.",
        "Try again after `Retry-After` seconds, or a minute, with the same `Idempotency-Key`.",
    ),
)
TYPES = {one.slug: one for one in _ALL}
_USUAL = {one.status: one.slug for one in reversed(_ALL)} | {422: "unprocessable"}


def type_of(status: int, slug: str = "") -> ProblemType | None:
    """The kind named `slug`, or else the usual one of a status; None for a status that has none.

    Raises `KeyError` for a slug that is not listed (a mistake of ours).
    """
    if slug:
        return TYPES[slug]
    return TYPES[_USUAL[status]] if status in _USUAL else None

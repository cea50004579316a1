"""How the OpenAPI speaks of tokens and of problems."""

from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse

from governance.access.problems import MEDIA_TYPE, Problem


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A bearer token."""

    target_class = "governance.access.api.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The security scheme of OpenAPI."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "pbz_<prefix>_<secret>"}


WORDS: Final = {
    400: "The request does not fit; `errors` names the fields.",
    401: "No token, or one that is unknown, expired or revoked.",
    403: "The token lacks a scope.",
    404: "There is no such thing in this organisation.",
    409: "It collides with what is there; `errors` names the field.",
    413: "The body is too large.",
    415: "The media type is not supported.",
    429: "The token or its organisation has used up its requests of this minute; `Retry-After` says when.",
    422: "The idempotency key was used with another body.",
}


def with_problems(ok: dict[int, Any], *statuses: int) -> dict[Any, Any]:
    """Responses of an operation: the good ones and the problems it may answer with; 401, 403 and 429 always."""
    told = sorted({401, 403, 429, *statuses})
    return {**ok, **{(status, MEDIA_TYPE): OpenApiResponse(Problem, WORDS[status]) for status in told}}

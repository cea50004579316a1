"""Why somebody is not let in."""

from typing import Literal

Why = Literal["inactive", "cancelled", "provider", "unverified", "stranger", "several"]


class SignInRefused(Exception):  # noqa: N818 - reads as the answer it becomes
    """`why`: the account is not active; the person cancelled; the identity provider's answer does not hold; its e-mail address
    is not verified; there is no such member; the account serves other organisations too.
    """

    def __init__(self, why: Why, detail: str = "") -> None:
        self.why = why
        super().__init__(detail or why)

"""What people say of a duty: statements, waivers, who owns it, and whether it applies at all. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from governance.book import Text
from governance.compliance.verdict import StatementState

Answer = Literal["applies", "not_applicable", "undetermined"]


@dataclass(frozen=True, slots=True)
class Applies:
    """Whether a duty applies to a system by its confirmed classification. at: ISO 8601. evidence_id: of the confirmation."""

    answer: Answer
    reason: Text | None = None
    reference: str = ""
    by: str = ""
    at: str = ""
    evidence_id: str = ""


APPLIES_BY_DEFAULT = Applies("applies")


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement by a named person about one duty of one system version, sealed as evidence.

    role: what the person is, in their words. at: ISO 8601. reference: where the law or a file says so, with
    `not_applicable`. document_digest: of the document's bytes. cites: ids of the evidence that a decision rests on.
    digest: of the sealed statement. signature: the organisation's Ed25519 signature over it as `key id:base64`.
    contradicted: a measurement says otherwise. changed: what has changed since, as in `Sealed`; anything makes it stale.
    """

    id: str
    duty: str
    state: StatementState
    statement: str
    person: str
    role: str
    at: str
    document_digest: str = ""
    document_name: str = ""
    cites: tuple[str, ...] = ()
    evidence_id: str = ""
    contradicted: bool = False
    signature: str = ""
    digest: str = ""
    reference: str = ""
    number: int = 0
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waived:
    """A duty that somebody asked to be excused from until a day, and somebody else agreed. It changes no state.

    second: empty as long as nobody else agreed. active: agreed, not ended and not past `expires_on`.
    """

    id: str
    duty: str
    reason: str
    by: str
    second: str
    expires_on: date
    active: bool
    evidence_id: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who has to see to a duty, and by when."""

    owner: str
    due: date | None
    duty: str = ""

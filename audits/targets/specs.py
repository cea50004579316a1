"""The typed settings of every kind of target. Pure and light: the web process checks them on registration.

Files are named by the ids that intake gave them, secrets by the names under which they are stored apart.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from audits.contract import Needs
from audits.targets.paths import parse_path
from governance.shapes import ShapeError, read

MAX_TIMEOUT_S = 600
_MAX_URL = 2000
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff]{0,4000}")
_SECRET_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_TYPE_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
_OURS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "accept-encoding", "te", "upgrade"}
    | {"trailer", "expect", "keep-alive", "idempotency-key", "proxy-connection"}
)
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-auth-token"})


@dataclass(frozen=True, slots=True)
class HttpRag:
    """A question-answering system behind HTTP and JSON.

    Each question is sent as `{question_field: question}` by POST. The paths say where the answer's parts stand;
    an empty path means that the system does not tell. `passage_*` paths start at one passage; where the passages
    are plain texts `passage_text_path` is empty. `stages_path` leads to an object of the system's own timings
    (`{"retrieval": 41, "generation": 800}`) in `stages_unit`. The stored secret named `auth_secret` is sent as it is in
    `auth_header` (so it includes `Bearer ` where that is wanted). `timeout_s` covers a whole call.
    """

    url: str
    questions: str
    question_field: str = "question"
    answer_path: str = "answer"
    passages_path: str = "passages"
    passage_text_path: str = "text"
    passage_id_path: str = ""
    passage_score_path: str = ""
    prompt_tokens_path: str = ""
    completion_tokens_path: str = ""
    cost_path: str = ""
    currency: str = ""
    model_path: str = ""
    stages_path: str = ""
    stages_unit: Literal["ms", "s"] = "ms"
    headers: dict[str, str] = field(default_factory=dict)
    auth_header: str = ""
    auth_secret: str = ""
    timeout_s: int = 30

    def __post_init__(self) -> None:
        _check_url("url", self.url)
        _check_file("questions", self.questions)
        if not 1 <= len(self.question_field) <= 200:
            raise ShapeError("question_field", "must have 1 to 200 characters.")
        if not self.answer_path:
            raise ShapeError("answer_path", "is required: say where the answer stands, like `data.answer`.")
        for name in self.__slots__:
            if name.endswith("_path") and getattr(self, name):
                _check_path(name, getattr(self, name))
        _check_headers(self.headers)
        _check_auth(self.auth_header, self.auth_secret)
        _check_cost(self.cost_path, self.currency)
        _check_timeout(self.timeout_s)


@dataclass(frozen=True, slots=True)
class OpenAIChat:
    """A chat endpoint that speaks the OpenAI protocol; `base_url` ends before `/chat/completions`.

    A question may bring its own `context`; those texts are put into the prompt as delimited data. The stored
    secret named `auth_secret` is sent as a bearer token.
    """

    base_url: str
    model: str
    questions: str
    system_prompt: str = ""
    auth_secret: str = ""
    timeout_s: int = 60

    def __post_init__(self) -> None:
        _check_url("base_url", self.base_url)
        if urlsplit(self.base_url).query:
            raise ShapeError("base_url", "must not have a query part.")
        if not 1 <= len(self.model) <= 200:
            raise ShapeError("model", "must have 1 to 200 characters.")
        if len(self.system_prompt) > 100_000:
            raise ShapeError("system_prompt", "must have at most 100000 characters.")
        _check_file("questions", self.questions)
        if self.auth_secret:
            _check_secret("auth_secret", self.auth_secret)
        _check_timeout(self.timeout_s)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Answers recorded earlier, one JSON object a line."""

    file: str

    def __post_init__(self) -> None:
        _check_file("file", self.file)


@dataclass(frozen=True, slots=True)
class Texts:
    """Files of a knowledge base. `language` is an ISO 639 code, empty when it is to be told from the text."""

    files: tuple[str, ...]
    language: str = ""

    def __post_init__(self) -> None:
        if not self.files:
            raise ShapeError("files", "must name at least one file.")
        for index, file in enumerate(self.files):
            _check_file(f"files.{index}", file)
        if len(set(self.files)) != len(self.files):
            raise ShapeError("files", "names a file twice.")
        if self.language and not _LANGUAGE.fullmatch(self.language):
            raise ShapeError("language", "must be a language code like `es` or `pt-BR`.")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of cases with their predictions, CSV or Parquet."""

    file: str

    def __post_init__(self) -> None:
        _check_file("file", self.file)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model file without pickle, the rows to explain and the rows they are explained against.

    trusted_types: full names of the types that a skops file may hold beyond the trusted defaults.
    """

    file: str
    format: Literal["skops", "onnx", "xgboost", "lightgbm"]
    rows: str
    background: str
    trusted_types: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("file", "rows", "background"):
            _check_file(name, getattr(self, name))
        if self.trusted_types and self.format != "skops":
            raise ShapeError("trusted_types", f"has no meaning for a {self.format} file; leave it out.")
        for index, name in enumerate(self.trusted_types):
            if not _TYPE_NAME.fullmatch(name):
                raise ShapeError(f"trusted_types.{index}", "must be a full type name like `numpy.dtype`.")


TargetSpec = HttpRag | OpenAIChat | Recorded | Texts | Table | ModelFile

TARGET_SPECS: dict[str, type[TargetSpec]] = {
    "http_rag": HttpRag,
    "openai_chat": OpenAIChat,
    "recorded": Recorded,
    "texts": Texts,
    "table": Table,
    "model_file": ModelFile,
}

SERVES: dict[str, frozenset[Needs]] = {
    "http_rag": frozenset({"rag"}),
    "openai_chat": frozenset({"rag"}),
    "recorded": frozenset({"rag", "texts"}),
    "texts": frozenset({"texts"}),
    "table": frozenset({"table"}),
    "model_file": frozenset({"model"}),
}

_FILES_OF: dict[type[TargetSpec], Callable[[Any], tuple[str, ...]]] = {
    HttpRag: lambda spec: (spec.questions,),
    OpenAIChat: lambda spec: (spec.questions,),
    Recorded: lambda spec: (spec.file,),
    Texts: lambda spec: tuple(spec.files),
    Table: lambda spec: (spec.file,),
    ModelFile: lambda spec: (spec.file, spec.rows, spec.background),
}


def read_spec(type: str, spec: Mapping[str, Any]) -> TargetSpec:  # noqa: A002 - the word the API uses
    """The settings of a target of that type. Raises `ShapeError` naming the field and what would fit."""
    shape = TARGET_SPECS.get(type)
    if shape is None:
        raise ShapeError("type", "unknown type of target.", tuple(TARGET_SPECS))
    return read(shape, spec)


def file_ids(spec: TargetSpec) -> tuple[str, ...]:
    """Ids of the uploaded files that a target reads, in a stable order."""
    return _FILES_OF[spec.__class__](spec)


def secret_names(spec: TargetSpec) -> tuple[str, ...]:
    """Names of the stored secrets that a target uses."""
    name = getattr(spec, "auth_secret", "")
    return (name,) if name else ()


def types_serving(need: Needs) -> tuple[str, ...]:
    """The types of target that a kind with that need can be run on."""
    return tuple(name for name in TARGET_SPECS if need in SERVES[name])


def _check_url(name: str, url: str) -> None:
    if len(url) > _MAX_URL or not url.isprintable() or " " in url or "\\" in url:
        raise ShapeError(name, f"must be at most {_MAX_URL} printable characters without spaces and backslashes.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ShapeError(name, "is not a valid address; write it like https://rag.example.org/ask.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise ShapeError(name, "must be a full address; write it like https://rag.example.org/ask.", ("http", "https"))
    if "@" in parts.netloc:
        raise ShapeError(name, "must not carry a user name or password; store them as a secret.")
    if "#" in url:
        raise ShapeError(name, "must not have a fragment (#...).")


def _check_file(name: str, file: str) -> None:
    try:
        canonical = str(UUID(file))
    except ValueError:
        canonical = None
    if canonical != file:
        raise ShapeError(name, "must be the id of an uploaded file, as POST /api/v1/files answers it.")


def _check_path(name: str, path: str) -> None:
    if len(path) > 500:
        raise ShapeError(name, "must have at most 500 characters.")
    try:
        parse_path(path)
    except ValueError as error:
        raise ShapeError(name, str(error)) from None


def _check_headers(headers: Mapping[str, str]) -> None:
    if len(headers) > 50:
        raise ShapeError("headers", "must have at most 50 entries.")
    for name, value in headers.items():
        _check_header_name("headers", name)
        if name.lower() in _SECRET_HEADERS:
            raise ShapeError(f"headers.{name}", "is a credential; store it as a secret and name it in auth_secret.")
        if not _HEADER_VALUE.fullmatch(value):
            raise ShapeError(f"headers.{name}", "has characters that a header may not have, or over 4000 of them.")


def _check_header_name(field_name: str, name: str) -> None:
    if not _HEADER_NAME.fullmatch(name):
        raise ShapeError(field_name, f"{name[:40]!r} is not a header name.")
    if name.lower() in _OURS:
        raise ShapeError(field_name, f"{name} is set by Probanza and cannot be given.")


def _check_auth(header: str, secret: str) -> None:
    if bool(header) != bool(secret):
        missing = "auth_secret" if header else "auth_header"
        raise ShapeError(missing, "is required: auth_header and auth_secret belong together.")
    if header:
        _check_header_name("auth_header", header)
        _check_secret("auth_secret", secret)


def _check_secret(name: str, secret: str) -> None:
    if not _SECRET_NAME.fullmatch(secret):
        raise ShapeError(name, "must be the name of a stored secret (letters, digits, - and _), not the secret itself.")


def _check_cost(path: str, currency: str) -> None:
    if bool(path) != bool(currency):
        missing = "currency" if path else "cost_path"
        raise ShapeError(missing, "is required: cost_path and currency belong together.")
    if currency and not _CURRENCY.fullmatch(currency):
        raise ShapeError("currency", "must be an ISO 4217 code like EUR.")


def _check_timeout(seconds: int) -> None:
    if not 1 <= seconds <= MAX_TIMEOUT_S:
        raise ShapeError("timeout_s", f"must be 1 to {MAX_TIMEOUT_S} seconds.")

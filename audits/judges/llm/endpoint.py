"""Where a language model is and how it is addressed: OpenAI and what speaks like it (vLLM, Ollama, llama.cpp), and Azure. Pure.

Sources: OpenAI API reference, "Create chat completion"; Azure OpenAI REST reference, data plane, "Chat completions".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from audits.judges.llm.reasons import TOO_LONG, TRUNCATED, WRONG_SHAPE, Unusable

Api = Literal["openai", "azure"]
ReplyFormat = Literal["json_object", "json_schema", "text"]
Sampling = Literal["greedy", "default"]
LONGEST_REPLY = 200_000  # characters
MOST_TOKENS_TOLD = 10**9
_ENTRY = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "verdict": {"type": "string", "enum": ["supported", "contradicted", "not_found"]},
        "quote": {"type": "string"},
    },
    "required": ["id", "verdict", "quote"],
    "additionalProperties": False,
}
_SCHEMA = {
    "type": "object",
    "properties": {"verdicts": {"type": "array", "items": _ENTRY}},
    "required": ["verdicts"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One model at one address.

    base_url: ends before `/chat/completions`; for Azure it is the resource, `https://NAME.openai.azure.com`.
    model: its name; for Azure the deployment's. api_version: Azure's; empty asks its unversioned `/openai/v1`.
    reply_format: what the endpoint is asked to hold the reply to; `text` for those that know no other.
    sampling: `greedy` sends temperature 0; `default` sends none, for models that refuse it.
    most_tokens: of a reply; 0 sends no limit.
    """

    base_url: str
    model: str
    api: Api = "openai"
    api_version: str = ""
    reply_format: ReplyFormat = "json_object"
    sampling: Sampling = "greedy"
    most_tokens: int = 0

    def url(self) -> str:
        """Where a chat is posted to."""
        root = self.base_url.rstrip("/")
        if self.api == "openai":
            return f"{root}/chat/completions"
        root = root.removesuffix("/v1").removesuffix("/openai")
        if not self.api_version:
            return f"{root}/openai/v1/chat/completions"
        deployment, version = quote(self.model, safe=""), quote(self.api_version, safe="")
        return f"{root}/openai/deployments/{deployment}/chat/completions?api-version={version}"

    def headers(self, secret: str) -> dict[str, str]:
        """The credential where this API looks for it; nothing without one."""
        if not secret:
            return {}
        return {"api-key": secret} if self.api == "azure" else {"Authorization": f"Bearer {secret}"}

    def body(self, chat: list[dict[str, str]], *, strict: bool) -> dict[str, Any]:
        """The request: no tools, one choice, not streamed. strict: the reply is to be JSON."""
        found: dict[str, Any] = {"model": self.model, "messages": chat, "stream": False}
        if self.sampling == "greedy":
            found["temperature"] = 0
        if self.most_tokens:
            found["max_tokens"] = self.most_tokens
        if strict and self.reply_format == "json_object":
            found["response_format"] = {"type": "json_object"}
        if strict and self.reply_format == "json_schema":
            schema = {"name": "verdicts", "strict": True, "schema": _SCHEMA}
            found["response_format"] = {"type": "json_schema", "json_schema": schema}
        return found

    def to_plain(self) -> dict[str, Any]:
        """What tells this instrument from another one, without any secret."""
        return {name: getattr(self, name) for name in self.__slots__}


def read_completion(document: Any) -> str:
    """The words of the first choice.

    Raises `Unusable` when the shape is another, the completion was cut off, or it is longer than any verdict.
    """
    try:
        choice = document["choices"][0]
        words = choice["message"]["content"]
        finish = choice.get("finish_reason", "stop")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise Unusable(WRONG_SHAPE) from None
    if not isinstance(words, str):
        raise Unusable(WRONG_SHAPE)
    if finish == "length":
        raise Unusable(TRUNCATED)
    if len(words) > LONGEST_REPLY:
        raise Unusable(TOO_LONG)
    return words


def tokens_told(document: Any) -> tuple[int | None, int | None]:
    """Tokens sent and received; None for what the endpoint does not tell as a whole number that can be."""
    usage = document.get("usage") if isinstance(document, Mapping) else None
    told = usage if isinstance(usage, Mapping) else {}
    return _count(told.get("prompt_tokens")), _count(told.get("completion_tokens"))


def _count(value: Any) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS_TOLD
    return value if fits else None

"""What turns a question and its passages into an answer."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx
from tokenizers import Tokenizer

from audits.judges.encoder import TOKENIZER, WEIGHTS, checked, embed

MEMORY = Path(__file__).parent / "memory.json"
GOOD_PASSAGE = 0.4  # cosine similarity from which a passage is trusted
GOOD_MEMORY = 0.5  # cosine similarity from which a remembered question is taken for the asked one
NOTHING = "I have found nothing on that."


class GeneratorError(Exception):
    """The language model gave no answer that can be used."""


@dataclass(frozen=True, slots=True)
class Generated:
    """An answer with the model that gave it and the tokens it took."""

    text: str
    model: str
    prompt_tokens: int
    completion_tokens: int


class Generator(Protocol):
    def answer(self, question: str, passages: Sequence[tuple[str, float]]) -> Generated:
        """passages: (text, similarity to the question), best first."""
        ...


class Extractive:
    """Quotes the best sentence of the trusted passages and the one after it.

    Where no passage is near enough it trusts its memory instead, which is old and partly wrong, and which no
    passage supports. Real systems do the same with what their language model remembers.
    """

    def __init__(self, memory: Path = MEMORY) -> None:
        entries = json.loads(memory.read_text(encoding="utf-8"))
        self._remembered = [(asked, entry["answer"]) for entry in entries for asked in entry["asked"]]
        self._vectors = embed([asked for asked, _ in self._remembered])
        self._tokenizer = Tokenizer.from_buffer(checked(WEIGHTS, TOKENIZER))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def answer(self, question: str, passages: Sequence[tuple[str, float]]) -> Generated:
        trusted = [text for text, score in passages if score >= GOOD_PASSAGE]
        words = self._quote(question, trusted) if trusted else self._remember(question)
        read = "\n".join([question, *(text for text, _ in passages)])
        return Generated(words, "extractive", self._count(read), self._count(words))

    def _quote(self, question: str, passages: Sequence[str]) -> str:
        sentences = [(index, line) for index, text in enumerate(passages) for line in lines(text)]
        scores = embed([line for _, line in sentences]) @ embed([question])[0]
        best = int(scores.argmax())
        passage, sentence = sentences[best]
        after = [line for index, line in sentences[best + 1 : best + 2] if index == passage]
        return " ".join([sentence, *after])

    def _remember(self, question: str) -> str:
        scores = self._vectors @ embed([question])[0]
        best = int(scores.argmax())
        return self._remembered[best][1] if scores[best] >= GOOD_MEMORY else NOTHING

    def _count(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)


class OpenAICompatible:
    """Asks a chat endpoint; base address, model and key come from the environment."""

    def __init__(self, base_url: str, model: str, key: str = "", timeout_s: float = 60) -> None:
        self._model = model
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(base_url=base_url, headers=headers, timeout=timeout_s)

    def answer(self, question: str, passages: Sequence[tuple[str, float]]) -> Generated:
        context = "\n\n".join(text for text, _ in passages)
        prompt = f"Use these notes to answer the question.\n\nNotes:\n{context}\n\nQuestion: {question}"
        body = {"model": self._model, "messages": [{"role": "user", "content": prompt}], "stream": False}
        try:
            response = self._client.post("chat/completions", json=body)
            response.raise_for_status()
            return self._read(response.json())
        except (httpx.HTTPError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise GeneratorError(f"The language model gave no usable answer ({type(error).__name__}).") from error

    def _read(self, document: Any) -> Generated:
        usage = document.get("usage") or {}
        return Generated(
            text=str(document["choices"][0]["message"]["content"]),
            model=str(document.get("model", self._model)),
            prompt_tokens=int(usage.get("prompt_tokens", 0)),
            completion_tokens=int(usage.get("completion_tokens", 0)),
        )


def make(name: str) -> Generator:
    """The generator of that name. Raises `KeyError` naming the variable that is not set."""
    if name == "extractive":
        return Extractive()
    environment = os.environ
    return OpenAICompatible(
        environment["REFERENCE_RAG_BASE_URL"], environment["REFERENCE_RAG_MODEL"], environment.get("REFERENCE_RAG_KEY", "")
    )


def lines(passage: str) -> list[str]:
    """The sentences of a passage; the knowledge base has one a line, headings are left out."""
    found = [line.strip() for line in passage.splitlines()]
    return [line for line in found if line and not line.startswith("#")] or [passage]

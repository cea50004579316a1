"""The knowledge base: Markdown files, split into passages, in a vector store on disk."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chromadb
from chromadb.config import Settings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from audits.judges.encoder import embed

KNOWLEDGE = Path(__file__).parent / "knowledge"
CHUNK = 300  # characters
OVERLAP = 50  # characters


@dataclass(frozen=True, slots=True)
class Found:
    """A retrieved passage. `score` is the cosine similarity to the question, at most 1."""

    id: str
    text: str
    score: float


class Store:
    """Passages with their vectors. `folder` keeps them between runs; a changed knowledge base is read anew."""

    def __init__(self, folder: Path, knowledge: Path = KNOWLEDGE) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # Chroma would report usage and, left to its own encoder, download one.
        client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
        passages = split(knowledge)
        name = f"knowledge-{_digest(passages)[:16]}"
        self._collection = client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        if self._collection.count() != len(passages):
            self._fill(passages)

    def count(self) -> int:
        """How many passages there are."""
        return int(self._collection.count())

    def nearest(self, question: str, k: int = 2) -> tuple[Found, ...]:
        """The k passages nearest to the question, best first."""
        result: Any = self._collection.query(query_embeddings=embed([question]), n_results=k, include=["documents", "distances"])
        rows = zip(result["ids"][0], result["documents"][0], result["distances"][0], strict=True)
        return tuple(Found(name, text, 1 - float(distance)) for name, text, distance in rows)

    def _fill(self, passages: Sequence[tuple[str, str]]) -> None:
        texts = [text for _, text in passages]
        self._collection.upsert(ids=[name for name, _ in passages], documents=texts, embeddings=embed(texts))


def split(knowledge: Path) -> list[tuple[str, str]]:
    """(id, text) of every passage, in a stable order; the id is the file's name and the place in it."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
    return [
        (f"{path.name}#{number}", text)
        for path in sorted(knowledge.glob("*.md"))
        for number, text in enumerate(splitter.split_text(path.read_text(encoding="utf-8")))
    ]


def _digest(passages: Sequence[tuple[str, str]]) -> str:
    return hashlib.sha256(repr(passages).encode()).hexdigest()

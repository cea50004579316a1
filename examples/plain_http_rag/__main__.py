"""`python -m examples.plain_http_rag --port 0`: a RAG of the standard library alone, BM25 over paragraphs."""

import math
from collections import Counter
from pathlib import Path
from typing import Any

from examples.extractive import quote, words
from examples.serving import Answer, serve

K1, B, TOP = 1.5, 0.75, 2


class Bm25:
    """Passages ranked by Okapi BM25 (Robertson and Zaragoza, Foundations and Trends in IR 3 (2009) 333-389)."""

    def __init__(self, passages: list[str]) -> None:
        self.passages = passages
        self._counts = [Counter(words(passage)) for passage in passages]
        self._mean = sum(map(len, map(words, passages))) / max(1, len(passages))
        self._held = Counter(word for counts in self._counts for word in counts)

    def best(self, question: str) -> list[str]:
        """The best passages, best first."""
        scores = [self._score(words(question), counts) for counts in self._counts]
        order = sorted(range(len(scores)), key=lambda place: -scores[place])
        return [self.passages[place] for place in order[:TOP]]

    def _score(self, asked: list[str], counts: Counter[str]) -> float:
        length = sum(counts.values()) / self._mean
        return sum(
            self._rarity(word) * counts[word] * (K1 + 1) / (counts[word] + K1 * (1 - B + B * length))
            for word in asked
            if word in counts
        )

    def _rarity(self, word: str) -> float:
        return math.log(1 + (len(self.passages) - self._held[word] + 0.5) / (self._held[word] + 0.5))


def make(knowledge: Path) -> Answer:
    """The passages that were found, as plain texts, and what is quoted from them."""
    index = Bm25([path.read_text(encoding="utf-8") for path in sorted(knowledge.glob("*.md"))])

    def answer(question: str) -> dict[str, Any]:
        passages = index.best(question)
        return {"answer": quote(question, passages), "passages": passages}

    return answer


if __name__ == "__main__":
    serve(make)

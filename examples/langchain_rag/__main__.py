"""`python -m examples.langchain_rag --port 0`: a chain of LangChain over its vector store in memory."""

from pathlib import Path
from typing import Any

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_text_splitters import RecursiveCharacterTextSplitter

from examples.extractive import quote, vector
from examples.serving import Answer, serve


class WordVectors(Embeddings):
    """Counts of words; in your own chain, your embeddings."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text."""
        return [vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return vector(text)


def store_of(knowledge: Path) -> InMemoryVectorStore:
    """The knowledge base in pieces; a piece's id is its file and its place in it."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=300, chunk_overlap=50)
    pieces = [
        Document(page_content=text, metadata={"id": f"{path.name}#{number}"})
        for path in sorted(knowledge.glob("*.md"))
        for number, text in enumerate(splitter.split_text(path.read_text(encoding="utf-8")))
    ]
    store = InMemoryVectorStore(WordVectors())
    store.add_documents(pieces)
    return store


def chain_of(store: InMemoryVectorStore) -> "Runnable[str, dict[str, Any]]":
    """question -> {question, context, output}; in your own chain, the last step is your model."""
    retrieve = RunnableLambda(lambda question: store.similarity_search_with_score(question, k=2))
    generate = RunnableLambda(lambda given: quote(given["question"], [piece.page_content for piece, _score in given["context"]]))
    asked: Runnable[str, dict[str, Any]] = {"question": RunnablePassthrough(), "context": retrieve} | RunnablePassthrough.assign(
        output=generate
    )
    return asked


def make(knowledge: Path) -> Answer:
    """What the chain gives, with its context as LangChain prints documents."""
    chain = chain_of(store_of(knowledge))

    def answer(question: str) -> dict[str, Any]:
        given = chain.invoke(question)
        context = [
            {"page_content": piece.page_content, "metadata": piece.metadata, "score": round(score, 6)}
            for piece, score in given["context"]
        ]
        return {"output": given["output"], "context": context}

    return answer


if __name__ == "__main__":
    serve(make)

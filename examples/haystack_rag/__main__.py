"""`python -m examples.haystack_rag --port 0`: a pipeline of Haystack over its document store in memory."""

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")  # read at import: nothing is told to anybody

from haystack import Document, Pipeline, component
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from examples.extractive import quote
from examples.serving import Answer, serve


@component
class Quoting:
    """Quotes the documents it is given; in your own pipeline, a prompt builder and your generator."""

    @component.output_types(replies=list[str])
    def run(self, question: str, documents: list[Document]) -> dict[str, list[str]]:
        """One reply."""
        return {"replies": [quote(question, [document.content or "" for document in documents])]}


def make(knowledge: Path) -> Answer:
    """What the pipeline gives, with the documents as Haystack prints them."""
    store = InMemoryDocumentStore()
    store.write_documents(
        [Document(id=path.name, content=path.read_text(encoding="utf-8")) for path in sorted(knowledge.glob("*.md"))]
    )
    pipeline = Pipeline()
    pipeline.add_component("retriever", InMemoryBM25Retriever(document_store=store, top_k=2))
    pipeline.add_component("llm", Quoting())
    pipeline.connect("retriever.documents", "llm.documents")

    def answer(question: str) -> dict[str, Any]:
        given = {"retriever": {"query": question}, "llm": {"question": question}}
        found = pipeline.run(given, include_outputs_from={"retriever"})
        documents = [
            {"id": one.id, "content": one.content, "score": round(one.score or 0, 6)} for one in found["retriever"]["documents"]
        ]
        return {"llm": found["llm"], "retriever": {"documents": documents}}

    return answer


if __name__ == "__main__":
    serve(make)

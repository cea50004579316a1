"""`python -m examples.llamaindex_rag --port 0`: a query engine of LlamaIndex over its vector store in memory."""

from pathlib import Path
from typing import Any

from llama_index.core import Document, PromptTemplate, Settings, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
from llama_index.core.node_parser import SentenceSplitter

from examples.extractive import quote, vector
from examples.serving import Answer, serve

BETWEEN = "\n--- question ---\n"


class WordVectors(BaseEmbedding):
    """Counts of words; in your own engine, your embeddings."""

    def _get_text_embedding(self, text: str) -> list[float]:
        return vector(text)

    def _get_query_embedding(self, query: str) -> list[float]:
        return vector(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return vector(query)


class Quoting(CustomLLM):
    """Quotes the passages of its prompt; in your own engine, your model."""

    @property
    def metadata(self) -> LLMMetadata:
        """What it is called and how much it takes."""
        return LLMMetadata(model_name="quoting", context_window=100_000, num_output=1_000)

    def complete(self, prompt: str, formatted: bool = False, **more: Any) -> CompletionResponse:
        """The answer to a prompt made by `TEMPLATE`."""
        context, _, question = prompt.partition(BETWEEN)
        return CompletionResponse(text=quote(question, [context]))

    def stream_complete(self, prompt: str, formatted: bool = False, **more: Any) -> CompletionResponseGen:
        """The same in one piece."""
        yield self.complete(prompt)


TEMPLATE = PromptTemplate("{context_str}" + BETWEEN + "{query_str}")


def make(knowledge: Path) -> Answer:
    """What the engine answers, with its source nodes as LlamaIndex prints them."""
    Settings.tokenizer = str.split  # its own would count tokens of a model that is not here
    documents = [Document(text=path.read_text(encoding="utf-8"), id_=path.name) for path in sorted(knowledge.glob("*.md"))]
    splitter = SentenceSplitter(chunk_size=80, chunk_overlap=0, tokenizer=str.split)
    index = VectorStoreIndex.from_documents(documents, embed_model=WordVectors(), transformations=[splitter])
    engine = index.as_query_engine(llm=Quoting(), similarity_top_k=2, text_qa_template=TEMPLATE)

    def answer(question: str) -> dict[str, Any]:
        response = engine.query(question)
        nodes = [
            {"node": {"id_": one.node.ref_doc_id, "text": one.node.get_content()}, "score": round(float(one.score or 0), 6)}
            for one in response.source_nodes
        ]
        return {"response": str(response), "source_nodes": nodes}

    return answer


if __name__ == "__main__":
    serve(make)

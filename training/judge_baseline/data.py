"""Labelled rows for the baseline: only sets whose licence lets weights trained on them ship."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# File name without ending -> most rows taken. Licences: CG2C MIT; SummEdits and Factcheck-GPT Apache-2.0;
# BEGIN CC-BY-4.0; CLIFF Apache-2.0; ExpertQA and GenSearch MIT, AttributedQA Apache-2.0.
TRAINING = {
    "cg2c_doc": 260,
    "summedits_samsum": 150,
    "summedits_scitldr": 80,
    "factcheckgpt_stance": 220,
    "begin_dev_wow": 120,
    "cliff": 200,
    "attributionbench_dev": 520,
}
CLEARED_PARTS = ("Stanford-GenSearch", "ExpertQA", "AttributedQA")


@dataclass(frozen=True, slots=True)
class Row:
    """One answer with its passages. label: 1 is unsupported."""

    id: str
    question: str
    context: str
    answer: str
    label: int
    source: str
    lang: str


def rows(path: Path) -> Iterator[Row]:
    """Rows of a JSONL file, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            context = row["context"] if isinstance(row["context"], str) else "\n\n".join(row["context"])
            yield Row(
                str(row["id"]), row["question"] or "", context, row["answer"], int(row["label"]), str(row["source"]), row["lang"]
            )


def name_of(path: Path) -> str:
    return path.name.split(".")[0]


def fraction(text: str) -> float:
    """A number in [0, 1) that depends on the text alone: splits and samples without a seed."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:6], "big") / 2**48


def is_training_row(name: str, row: Row) -> bool:
    """Whether the row may be trained on; AttributionBench keeps 40 % of its questions for evaluation."""
    if name not in TRAINING:
        return False
    if name != "attributionbench_dev":
        return True
    return row.source.endswith(CLEARED_PARTS) and fraction(row.question) < 0.6


def sample(found: list[Row], most: int) -> list[Row]:
    """At most `most` rows, the same ones whatever the file's order."""
    return sorted(found, key=lambda row: fraction(row.id + row.answer))[:most]

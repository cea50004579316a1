"""Labelled rows, and which of them the judge may be trained on, tuned on and measured on.

Three splits by group (the question, or the context where there is none), so that no text is on two sides:
`train` fits weights, `tune` fixes calibration and threshold, `eval` is only ever measured. A row whose context or answer also
stands in an evaluation set is dropped from the other two.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

Split = Literal["train", "tune", "eval"]

# Sets whose licence lets weights ship, with their licence; rows at most a run, fixed beforehand.
SOURCES = {
    "attributionbench_dev": "parts: ExpertQA MIT, Stanford GenSearch MIT, AttributedQA Apache-2.0",
    "cliff": "Apache-2.0 (ShuyangCao/cliff_summ)",
    "cg2c_doc": "MIT (FactCG)",
    "cg2c_musique": "MIT (FactCG), texts CC-BY-4.0 (MuSiQue)",
    "factcheckgpt_stance": "Apache-2.0",
    "begin_dev_wow": "CC-BY-4.0",
    "begin_dev_tc": "CDLA-Sharing-1.0",
    "begin_dev_cmu": "CC-BY-4.0",
    "summedits_samsum": "Apache-2.0",
    "summedits_scitldr": "Apache-2.0",
    "summedits_podcast": "Apache-2.0",
    "summedits_sales_call": "Apache-2.0",
    "wice_tokens_train": "ODC-BY annotations over CC-BY-SA texts",
    "faithdial_CTRL_ctrl_processed_wow": "MIT",
    "faithdial_DoHA_doha_processed_wow": "MIT",
    "faithdial_CTRL_ctrl_processed_topicalchat": "MIT",
    "faithdial_DoHA_doha_processed_topical": "MIT",
    "faithdial_CTRL_ctrl_processed_cmu": "MIT",
}
CLEARED_PARTS = ("Stanford-GenSearch", "ExpertQA", "AttributedQA")
KEPT_APART = {"attributionbench_dev": 0.7, "cliff": 0.5}  # groups with a fraction from here on are for measuring
TUNED = 0.9  # of the rest, groups with a second fraction from here on are for tuning
ONLY_TUNED = frozenset(KEPT_APART)  # answers of real systems: too few to train on, and what the calibration must be right for


@dataclass(frozen=True, slots=True)
class Row:
    """One answer with its passages. label: 1 is unsupported. spans: characters of the answer, None where nobody marked them."""

    set: str
    id: str
    question: str
    context: str
    answer: str
    label: int
    source: str
    lang: str
    spans: tuple[tuple[int, int], ...] | None = None

    @property
    def group(self) -> str:
        return self.question or self.context


def read(path: Path) -> Iterator[Row]:
    """Rows of a JSONL file, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    name = path.name.split(".")[0]
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            context = row["context"] if isinstance(row["context"], str) else "\n\n".join(row["context"])
            spans = tuple((start, end) for start, end, *_ in row["spans"]) if "spans" in row else None
            question = row["question"] or ""
            yield Row(
                name, str(row["id"]), question, context, row["answer"], int(row["label"]), str(row["source"]), row["lang"], spans
            )


def fraction(text: str) -> float:
    """A number in [0, 1) that depends on the text alone: splits and samples without a seed."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:6], "big") / 2**48


def split_of(row: Row) -> Split:
    """Which side a row is on, before what also stands in an evaluation set is dropped."""
    if row.set not in SOURCES or fraction(row.group) >= KEPT_APART.get(row.set, 1.0):
        return "eval"
    if row.set == "attributionbench_dev" and not row.source.endswith(CLEARED_PARTS):
        return "eval"
    return "tune" if row.set in ONLY_TUNED or fraction("tune:" + row.group) >= TUNED else "train"


def side(folder: Path, *wanted: Split) -> list[Row]:
    """Rows of one or more splits from all files of a folder, in the order of names and lines."""
    found = [row for path in sorted(folder.glob("*.jsonl*")) for row in read(path) if row.answer.strip() and row.context.strip()]
    measured = {key for row in found if split_of(row) == "eval" for key in _keys(row)}
    return [row for row in found if (own := split_of(row)) in wanted and (own == "eval" or measured.isdisjoint(_keys(row)))]


def without_marks(row: Row) -> Row:
    """The row with its spans dropped."""
    return replace(row, spans=None)


def _keys(row: Row) -> set[str]:
    return {" ".join(text.lower().split())[:300] for text in (row.context, row.answer)}

"""The trained judge's weights: one pass over question, evidence and claims gives a logit for each claim and each word piece.

Weights, model card and checksums lie in `weights/judge`; `training/judge` says how they came to be. They are opened at first use,
after their SHA-256 has been compared with `SHA256SUMS`. The same input always gives the same numbers on one processor.
"""

import os
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from audits.judges.encoder import SUMS, THREADS, TOKENIZER, checked
from audits.judges.encoder import WEIGHTS as ENCODER_WEIGHTS
from audits.judges.packing import Packed

WEIGHTS = Path(__file__).parent / "weights" / "judge"
MODEL = "judge.int8.onnx"
LAYERS = ("words", "block2", "block3", "block6")  # of `Read.nearest`


@dataclass(frozen=True, slots=True)
class Read:
    """What the model says of one sequence; logits, positive means unsupported.

    tokens: [T]. claims: [C]. evidence: [C, T], how much of a claim lines up with each evidence token; rows sum to 1.
    nearest: [T, 4], highest cosine of a token to any evidence token, by layer (`LAYERS`).
    """

    tokens: NDArray[np.float32]
    claims: NDArray[np.float32]
    evidence: NDArray[np.float32]
    nearest: NDArray[np.float32]


class Support:
    """The model with its tokenizer. Sequences are run one by one: beside another text the 8-bit scale would change."""

    def __init__(self, folder: Path = WEIGHTS, threads: int = 0) -> None:
        """threads: of one call; 0 takes the environment's PROBANZA_ENCODER_THREADS, else 2."""
        self.folder = folder
        self.threads = threads or int(os.environ.get(THREADS, "2"))

    def read(self, packed: Packed) -> Read:
        """One pass over one sequence."""
        given = {
            "ids": packed.ids[None, :].astype(np.int64),
            "parts": packed.parts[None, :].astype(np.int64),
            "claims": packed.claims[None, :, :].astype(np.float32),
        }
        found = self._session.run(["tokens", "unsupported", "evidence", "nearest"], given)
        return Read(*(one[0] for one in found))

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """WordPiece, without truncation: what does not fit is left out by the packer, by the line."""
        tokenizer = Tokenizer.from_buffer(checked(ENCODER_WEIGHTS, TOKENIZER))
        tokenizer.no_truncation()
        return tokenizer

    def files(self) -> tuple[Path, Path]:
        """The lists of checksums that say which weights and which tokenizer these are."""
        return self.folder / SUMS, ENCODER_WEIGHTS / SUMS

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(checked(self.folder, MODEL), options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=1)
def default_support() -> Support:
    """The shipped weights, opened once a process."""
    return Support()

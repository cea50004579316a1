"""The embedded sentence encoder: text in, 384 numbers out, on the CPU and without a network.

Weights and their card lie in `weights/minilm`; `training/encoder` says how they came to be. They are
opened at first use, after their SHA-256 has been compared with `SHA256SUMS`.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

Vectors = NDArray[np.float32]

WEIGHTS = Path(__file__).parent / "weights" / "minilm"
MODEL = "model.int8.onnx"
TOKENIZER = "tokenizer.json"
SUMS = "SHA256SUMS"
WIDTH = 384
WINDOW = 254  # tokens, plus [CLS] and [SEP]: the length the model was trained for
LAYERS = ("layer0", "layer3", "layer6")
THREADS = "PROBANZA_ENCODER_THREADS"


class WeightsError(RuntimeError):
    """The weights are missing or are not the ones that were checked in."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The word pieces of one text: `starts[i]:ends[i]` are the characters of piece i of that text.

    states: layer name -> [pieces, 384]. Rows are not normalised.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    states: dict[str, Vectors]


class Encoder:
    """Sentence vectors and token vectors of one set of weights.

    Each window is run on its own, never padded and never beside another text: the activations'
    8-bit scale is taken over the whole input, so a batch would let neighbours change a vector.
    """

    def __init__(self, folder: Path = WEIGHTS, threads: int = 0) -> None:
        """threads: of one call; 0 takes the environment's PROBANZA_ENCODER_THREADS, else 2."""
        self.folder = folder
        self.threads = threads or int(os.environ.get(THREADS, "2"))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One vector a text, float32 [n, 384], each of length 1; a text without words gives zeros.

        The vector is the mean of all last token states. A text of more than 254 word pieces is read in
        windows of that length, whose states are averaged together: nothing is cut off.
        """
        rows = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for index, text in enumerate(texts):
            states = [self._run(window, ("layer6",))["layer6"] for window in self._windows(text)]
            if states:
                mean = np.concatenate(states).astype(np.float64).mean(axis=0)
                rows[index] = mean / np.linalg.norm(mean)
        return rows

    def tokens(self, text: str, layers: Sequence[str] = LAYERS) -> Tokens:
        """The word pieces of `text` with their states, without [CLS] and [SEP]."""
        windows = list(self._windows(text))
        offsets = np.array([pair for window in windows for pair in window.offsets[1:-1]], dtype=np.int64)
        runs = [self._run(window, layers) for window in windows]
        empty = np.zeros((0, WIDTH), dtype=np.float32)
        states = {layer: np.concatenate([empty, *(run[layer][1:-1] for run in runs)]) for layer in layers}
        offsets = offsets.reshape(-1, 2)
        return Tokens(offsets[:, 0], offsets[:, 1], states)

    def digest(self) -> str:
        """`sha256:` over the list of checksums: changes with the weights and with the tokenizer."""
        return f"sha256:{hashlib.sha256((self.folder / SUMS).read_bytes()).hexdigest()}"

    def _windows(self, text: str) -> Iterator[Encoding]:
        # A lone surrogate has no UTF-8 form and would raise inside the tokenizer.
        clean = text.encode("utf-8", "replace").decode()
        whole = self._tokenizer.encode(clean)
        if len(whole.ids) > 2:  # more than [CLS] and [SEP]
            yield from (whole, *whole.overflowing)

    def _run(self, window: Encoding, layers: Sequence[str]) -> dict[str, Vectors]:
        ids = np.array([window.ids], dtype=np.int64)
        states = self._session.run(list(layers), {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return {layer: state[0] for layer, state in zip(layers, states, strict=True)}

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_buffer(checked(self.folder, TOKENIZER))
        tokenizer.enable_truncation(WINDOW + 2)
        return tokenizer

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        model = checked(self.folder, MODEL)
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=1)
def default_encoder() -> Encoder:
    """The shipped encoder, opened once a process."""
    return Encoder()


def embed(texts: Sequence[str]) -> Vectors:
    """`default_encoder().embed(texts)`: float32 [n, 384], each row of length 1."""
    return default_encoder().embed(texts)


def checked(folder: Path, name: str) -> bytes:
    """The bytes of a weights file.

    Raises `WeightsError` when the file or the list is missing, or the digest is not the listed one.
    """
    try:
        lines = [line.split(maxsplit=1) for line in (folder / SUMS).read_text().splitlines()]
        content = (folder / name).read_bytes()
    except OSError as error:
        raise WeightsError(f"{name}: the weights cannot be read: {error.strerror}") from error
    if [hashlib.sha256(content).hexdigest(), name] not in lines:
        raise WeightsError(f"{name}: its SHA-256 is not the one in {SUMS}; restore the file from the repository")
    return content

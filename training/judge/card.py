"""Writes the model card beside the weights from what was measured.

    python -m training.judge.card BENCH.json

BENCH.json holds the last line of `make bench-fidelity`. No figure of the card is typed.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.judge.export import OUT, SMALL, write_sums
from training.judge.rows import KEPT_APART, SOURCES

CARD = """# The offline fidelity judge

Reads a question, the sentences of the passages that speak of a claim, and the answer in one pass, and says of each claim and each
word piece how likely the passages do not carry it. {size:,} bytes, CPU, onnxruntime and tokenizers, no network.

| | |
|---|---|
| starts from | all-MiniLM-L6-v2 (Apache-2.0), 22.6 million parameters; word table and two of six blocks frozen |
| head | each answer token against the evidence tokens it lines up with (arXiv 1606.01933), then claims from their tokens |
| trained on | {samples:,} sequences: rows of the sets below, and mistakes made from their supported answers (`corrupt.py`) |
| calibrated on | rows the weights were not trained on: {tuned} |
| recipe | `python -m training.judge DATA_DIR`; seed {seed}; `MANIFEST.json` lists files, SHA-256 and licences |
| line | 0.5: where F1 was highest on the calibration rows at a fifth unsupported |

## Trained on
{sources}

AttributionBench and CLIFF gave no row to the weights: part of their questions and documents calibrates, the rest
({kept}) is only measured. A row whose context or answer also stands in an evaluation set was dropped.

## Measured
`make bench-fidelity`, 95 % intervals (bootstrap over questions or contexts). F1 at a fifth unsupported, one fixed line.
| set | n | unsupported | AUROC | frozen baseline | sentence cosine | F1 | F1, rule | F1, frozen | balanced accuracy |
|---|---|---|---|---|---|---|---|---|---|
{table}

The frozen baseline was fitted on some of CLIFF: its figure there is flattered. Always flagging has F1 .333 at a fifth.
Mean AUROC of the first four: {mean}. Characters people marked in CLIFF: span F1 {span} (blaming whole answers {whole}). 250 words
of context and 100 of answer: p50 {p50} ms, p95 {p95} ms on {cores}, {rate} answers a
second one by one, {rss} MB. AUROC of float32 minus int8: {int8}. Of {tried} flagged answers, so many passed once an order to pass
them stood in a passage: {passage}; behind the answer: {answer}; once a sentence of no matter stood in a passage: {any}.

## Limits
- English. Other languages are judged by checks and words alone, with low confidence, and say so.
- It reads what is said, not what follows: arithmetic, long chains and irony are beyond it. Sets that are not in the table
  were not measured with these weights.
- Scores order answers; they are no probabilities of your system until people have labelled answers of it (reviews).
- Facts of one passage put together wrongly (this founder, that year) are often missed where every word of it stands there.
"""


def main() -> int:
    bench = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()[-1])
    (OUT / "CARD.md").write_text(card(bench, OUT), encoding="utf-8")
    write_sums(OUT)
    return 0


def card(bench: Mapping[str, Any], folder: Path) -> str:
    """The card in Markdown."""
    head = json.loads((folder / "head.json").read_text(encoding="utf-8"))
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    return CARD.format(
        size=(folder / SMALL).stat().st_size,
        samples=manifest["samples"],
        seed=manifest["seed"],
        tuned=", ".join(f"{name} {count}" for name, count in head["rows"].items()),
        sources="\n".join(f"- {name}: {licence}" for name, licence in SOURCES.items() if name not in KEPT_APART),
        kept=", ".join(f"{name} {1 - share:.0%}" for name, share in KEPT_APART.items()),
        table="\n".join(_line(name, figures) for name, figures in bench["sets"].items()),
        mean=bench["mean_auroc"],
        span=_interval(bench["span_f1_cliff"]),
        whole=bench["span_f1_cliff_whole_answer"],
        p50=bench["ms_p50"],
        p95=bench["ms_p95"],
        cores="two cores",
        rate=bench["answers_per_s"],
        rss=bench["rss_mb"],
        int8=", ".join(f"{name} {value}" for name, value in bench.get("auroc_fp32_minus_int8", {}).items()) or "not measured",
        tried=bench["flips"]["tried"],
        passage=bench["flips"]["by_passage"],
        answer=bench["flips"]["by_answer"],
        any=bench["flips"]["by_any_sentence"],
    )


def _line(name: str, figures: Mapping[str, Any]) -> str:
    cells = [name, figures["n"], figures["unsupported"]]
    cells += [_interval(figures[key]) for key in ("auroc_judge", "auroc_frozen", "auroc_cosine")]
    cells += [_interval(figures[f"f1{key}_at_a_fifth"]) for key in ("", "_rule", "_frozen")]
    return "| " + " | ".join(str(cell) for cell in [*cells, _interval(figures["balanced_accuracy"])]) + " |"


def _interval(value: list[float]) -> str:
    return f"{value[0]:.2f} [{value[1]:.2f}, {value[2]:.2f}]"


if __name__ == "__main__":
    sys.exit(main())

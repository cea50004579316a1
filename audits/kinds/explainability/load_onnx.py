"""ONNX models. Runs in the sandboxed child only."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pandas as pd
from onnxruntime.capi import onnxruntime_pybind11_state as ort

from audits.contract import TargetError
from audits.kinds.explainability.models import Array, Loaded, columns

ONNX_ERRORS = (
    ort.Fail,
    ort.InvalidArgument,
    ort.InvalidGraph,
    ort.InvalidProtobuf,
    ort.NotImplemented,
    ort.NoModel,
    RuntimeError,
)


def load(path: Path, trusted: tuple[str, ...]) -> Loaded:
    """Any model: it can only be asked; `trusted` means nothing to this format."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except ONNX_ERRORS as error:
        raise TargetError("unreadable", f"The ONNX file does not load ({type(error).__name__}).") from None
    inputs = session.get_inputs()
    outputs = session.get_outputs()
    chosen = next((one for one in outputs if "prob" in one.name.lower()), outputs[0])
    several = len(inputs) > 1
    width = None if several else inputs[0].shape[1]

    def ask(frame: pd.DataFrame) -> Array:
        if several:
            feed = {one.name: _array(frame[[one.name]].to_numpy(), one.type) for one in inputs}
        else:
            feed = {inputs[0].name: _array(frame.to_numpy(), inputs[0].type)}
        (given,) = session.run([chosen.name], feed)
        if isinstance(given, list):  # a "ZipMap": one mapping class -> probability a row
            given = [[row[key] for key in sorted(row)] for row in given]
        return columns(given)

    names = tuple(one.name for one in inputs) if several else ()
    space = "probability" if "prob" in chosen.name.lower() else "raw"
    return Loaded(names, width if isinstance(width, int) else None, "asked", None, ask, space, accepts_missing=False)


def _array(values: Any, type_name: str) -> Any:
    kinds: Mapping[str, Any] = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(int64)": np.int64}
    return values.astype(kinds.get(type_name, object))

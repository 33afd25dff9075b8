"""Runs TA-Lib for talib.test.ts: reads {datasets, calls} as JSON from stdin, writes one list of outputs per call; null is NaN."""
import json
import sys

import numpy as np
import talib

request = json.load(sys.stdin)
data = {
    name: {k: np.array([np.nan if x is None else x for x in column], dtype=np.float64) for k, column in columns.items()}
    for name, columns in request["datasets"].items()
}


def plain(output, warmup):
    values = [None if x != x else x for x in output.astype(np.float64).tolist()]
    # integer outputs have zeros where others have NaN
    if output.dtype != np.float64:
        values[:warmup] = [None] * min(warmup, len(values))
    return values


def run(call):
    inputs = [data[call["dataset"]][k] for k in call["inputs"]]
    outputs = getattr(talib, call["fn"])(*inputs, **call["params"])
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    return [plain(x, call["warmup"]) for x in outputs]


json.dump({"version": talib.__version__, "outputs": [run(call) for call in request["calls"]]}, sys.stdout)

"""Files as MATLAB's save writes them, by SciPy: python3 tests/reference/matlab.py > tests/reference/matlab.json"""
import base64
import io
import json

import numpy as np
import scipy.io

rng = np.random.default_rng(5)
acc = rng.normal(size=(7, 3))
variables = dict(
    acc=acc,
    single=acc.astype("float32"),
    small=np.arange(-6, 6, dtype="int8").reshape(4, 3),
    counts=(1000 * acc).astype("int16"),
    whole=np.arange(12.0).reshape(3, 4),  # doubles that are stored as bytes
    cube=rng.normal(size=(2, 3, 4)),
    big=np.array([[2**40, -(2**41)]], dtype="int64"),
    fs=50.0,
    t=np.arange(7) / 50,
    y=np.array([0, 0, 1, 1, 2, 2, 2], dtype="uint8"),
    flag=np.array([[True, False]]),
    name="walking",
    cells=np.array([[1.0, "a"]], dtype=object),
    z=acc[:2] + 1j,
    trial=dict(acc=acc[:3], info=dict(rate=25.0)),
    empty=np.zeros((0, 3)),
    people=np.array(["ann", "böb", "c"]),  # a matrix of characters
    behaviours=np.array(["walk", "", "sit"], dtype=object),  # cells of texts
)
files = []
for compressed in (False, True):
    out = io.BytesIO()
    scipy.io.savemat(out, variables, do_compression=compressed)
    files.append(base64.b64encode(out.getvalue()).decode())
arrays, texts = {}, dict(name=["walking"])


def add(prefix, values):
    for name, value in values.items():
        if isinstance(value, dict):
            add(f"{prefix}{name}.", value)
        elif np.asarray(value).dtype.kind in "UO" and not isinstance(value, str) and name != "cells":
            texts[prefix + name] = [str(text) for text in value]
        elif not isinstance(value, str) and np.asarray(value).dtype.kind in "fiub":
            array = np.atleast_1d(np.asarray(value))
            shape = list(array.shape) if array.ndim != 2 or 1 not in array.shape else [array.size]
            arrays[prefix + name] = dict(shape=shape, values=array.reshape(-1).astype(float).tolist())


add("", variables)
print(json.dumps(dict(scipy=scipy.__version__, files=files, arrays=arrays, texts=texts)))

"""Files as DeepLabCut writes them, by pandas and PyTables: python3 tests/reference/deeplabcut.py > tests/reference/deeplabcut.json

Each file is gzip in base64; beside it what pandas.read_hdf says of it. DeepLabCut writes
`dataframe.to_hdf(path, "df_with_missing", format="table", mode="w")` for videos and the fixed form for labelled images.
"""
import base64
import gzip
import json
import os
import tempfile
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
rng = np.random.default_rng(7)
files = {}
scorer = "DLC_resnet50_mouseJun1shuffle1_50000"


def frame(rows, parts, animals=None, coords=("x", "y", "likelihood"), scorers=(scorer,), index=None, dtype="f8"):
    levels = [scorers, parts, coords] if animals is None else [scorers, animals, parts, coords]
    names = ["scorer", "bodyparts", "coords"] if animals is None else ["scorer", "individuals", "bodyparts", "coords"]
    columns = pd.MultiIndex.from_product(levels, names=names)
    values = rng.integers(0, 6400, (rows, len(columns))) / 10
    sure = [name[-1] == "likelihood" for name in columns]
    values[:, sure] = rng.integers(0, 100, (rows, sum(sure))) / 100
    return pd.DataFrame(values.astype(dtype), columns=columns, index=index)


def keep(name, table, key="df_with_missing", cut=None, **how):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.h5")
        table.to_hdf(path, key, mode="w", **how)
        with open(path, "rb") as file:
            data = file.read()
        back = pd.read_hdf(path, key) if cut is None else None
    entry = dict(file=base64.b64encode(gzip.compress(data[:cut], mtime=0)).decode())
    if back is not None:
        entry["columns"] = [list(map(str, c)) for c in back.columns]
        entry["index"] = [i if isinstance(i, (int, np.integer)) else str(i) for i in back.index.tolist()]
        entry["values"] = [[None if np.isnan(v) else float(v) for v in row] for row in back.to_numpy(dtype=float)]
    files[name] = entry


mouse = frame(6, ["nose", "tail_base"])
keep("table", mouse, format="table")
keep("fixed", mouse, format="fixed")
keep("several", frame(4, ["nose", "tail"], ["m1", "m2"]), format="table")
# A point that was never found, as multi-animal tracking leaves it.
lost = frame(5, ["nose", "tail"], ["m1", "m2"])
lost.iloc[1:3, :3] = np.nan
keep("lost", lost, format="table")
keep("single", pd.concat([frame(3, ["nose"], ["m1"]), frame(3, ["corner"], ["single"])], axis=1), format="table")
keep("float32", frame(4, ["nose"], dtype="f4"), format="table")
# Columns of two kinds lie in two blocks, not in the order of the table.
mixed = frame(4, ["nose", "tail"])
mixed[(scorer, "nose", "likelihood")] = [1, 0, 1, 1]
keep("mixed", mixed, format="table")
keep("mixed fixed", mixed, format="fixed")
keep("three", frame(3, ["nose"], coords=("x", "y", "z")), format="table")
keep("frames", frame(4, ["nose"], index=[10, 11, 14, 15]), format="table")
keep("turned", frame(3, ["nose"], index=[2, 1, 0]), format="table")
keep("far", frame(2, ["nose"], index=[0, 10**9]), format="table")
keep("unsure", frame(3, ["nose"], coords=("x", "y")), format="table")
keep("scorers", frame(3, ["nose"], scorers=("net", "other")), format="table")
keep("other", frame(3, ["nose", "tail_base"], scorers=("DLC_other",)), format="table")
keep("key", frame(3, ["nose"]), key="keypoints", format="table")
keep("images", frame(2, ["nose"], coords=("x", "y"), index=["labeled-data/a/img1.png", "labeled-data/a/img2.png"]), format="fixed")
keep("umlaut", frame(2, ["Näschen", "尾"]), format="table")
keep("empty", frame(0, ["nose"]), format="fixed")
keep("plain", pd.DataFrame({"a": [1.0, 2.0]}), format="table")
keep("packed", mouse, format="table", complib="zlib", complevel=5)
keep("blosc", mouse, format="table", complib="blosc", complevel=5)
keep("truncated", frame(400, ["nose", "tail"]), format="table", cut=20000)
print(json.dumps(dict(pandas=pd.__version__, files=files)))

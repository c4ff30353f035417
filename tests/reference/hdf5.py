"""Files as h5py and MATLAB (-v7.3) write them, by h5py: python3 tests/reference/hdf5.py > tests/reference/hdf5.json"""
import base64
import json
import os
import tempfile

import h5py
import numpy as np

rng = np.random.default_rng(7)
# Few digits, so that the vectors are short.
acc = rng.integers(-2000, 2000, (40, 3)) / 1000
labels = np.repeat([1, 2], 20)
arrays = {}


def written(fill, **how):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.h5")
        with h5py.File(path, "w", **how) as file:
            fill(file)
        with open(path, "rb") as file:
            return file.read()


def record(where, name, values, shape=None):
    values = np.asarray(values)
    own = list(values.shape) if shape is None else shape
    arrays.setdefault(where, {})[name] = dict(shape=own, values=values.reshape(-1).astype(float).tolist())


def plain(file):
    sets = {
        "imu/acc": acc.astype("f4"),
        "imu/gyro": 10 * acc,
        "imu/label": labels.astype("u1"),
        "counts": (1000 * acc).astype(">i2"),
        "big": np.array([2**40, -(2**41)], dtype="i8"),
        "cube": np.arange(24.0).reshape(2, 3, 4),
        "flag": np.array([True, False]),
        "fixed": np.array(["walk", "run"], dtype="S4"),
        "free": np.array(["walk", "läuft"], dtype=h5py.string_dtype()),
        "one": np.float64(2.5),
    }
    for name, values in sets.items():
        if name == "counts":
            file.create_dataset(name, data=values, chunks=(7, 2), compression="gzip", shuffle=True)
        elif name == "imu/gyro":
            file.create_dataset(name, data=values, chunks=(16, 3), compression="gzip", fletcher32=True)
        else:
            file[name] = values
        if values.dtype.kind in "fiub":
            record("h5", name, values)
    file["imu"].attrs["fs"] = 50
    file["imu"].attrs["place"] = "wrist"
    file.create_dataset("lzf", data=acc, chunks=True, compression="lzf")
    file["half"] = acc.astype("f2")
    file["complex"] = acc[:2] + 1j
    file["nothing"] = h5py.Empty("f4")
    file["same"] = h5py.SoftLink("/imu/acc")
    record("h5", "same", acc.astype("f4"))
    file["lost"] = h5py.SoftLink("/nowhere")
    file["away"] = h5py.ExternalLink("other.h5", "/x")
    file["imu/circle"] = h5py.SoftLink("/imu")
    # Claims 3 TB, of which nothing was written.
    file.create_dataset("vast", shape=(2**40, 3), dtype="f4", chunks=(1024, 3))


def matlab(file):
    """As MATLAB lays variables out: dimensions turned round, the class in an attribute, cells as references."""

    def put(where, name, values, kind):
        values = np.atleast_2d(values)
        own = where.create_dataset(name, data=values.T, **(dict(chunks=True, compression="gzip") if values.size > 50 else {}))
        own.attrs["MATLAB_class"] = np.bytes_(kind)
        shape = list(values.shape) if values.ndim != 2 or 1 not in values.shape else [values.size]
        record("mat", own.name[1:].replace("/", "."), values, shape)

    put(file, "acc", acc, "double")
    put(file, "single", acc.astype("f4"), "single")
    put(file, "cube", np.arange(24.0).reshape(2, 3, 4), "double")
    put(file, "y", labels[:, None].astype("u1"), "uint8")
    put(file, "fs", 50.0, "double")
    put(file, "t", np.arange(40)[None] / 50, "double")
    trial = file.create_group("trial")
    trial.attrs["MATLAB_class"] = np.bytes_("struct")
    put(trial, "acc", acc[:5], "double")
    text = file.create_dataset("name", data=np.frombuffer("walk".encode("utf-16-le"), "u2")[:, None])
    text.attrs["MATLAB_class"] = np.bytes_("char")
    references = file.create_group("#refs#")
    references["a"] = acc
    cells = file.create_dataset("cells", data=np.array([[references["a"].ref]], dtype=h5py.ref_dtype))
    cells.attrs["MATLAB_class"] = np.bytes_("cell")


header = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(116) + b"\0" * 8 + b"\x00\x02IM"
mat = bytearray(written(matlab, userblock_size=512))
mat[: len(header)] = header
files = dict(h5=written(plain), mat=bytes(mat))
print(json.dumps(dict(
    h5py=h5py.__version__,
    files={name: base64.b64encode(content).decode() for name, content in files.items()},
    arrays=arrays,
)))

"""Writes fsq_vectors.json: the FSQ quantiser in NumPy, float64, independent of the TypeScript and of hailo/fsq.py."""
import json
import os

import numpy as np

rng = np.random.default_rng(20230927)
cases = []
for levels in ([4, 4, 4], [8, 6, 5], [8, 5, 5, 4], [8, 6, 5, 5, 4], [3, 7], [16, 8, 8, 6], [15]):
    L = np.array(levels, dtype=np.float64)
    half = (L - 1) * (1 + 1e-3) / 2
    offset = np.where(L % 2 == 0, 0.5, 0.0)
    shift = np.arctanh(offset / half)
    basis = np.concatenate([[1], np.cumprod(levels)[:-1]]).astype(np.int64)
    z = np.concatenate([rng.normal(0, 1, (40, len(levels))), rng.normal(0, 4, (10, len(levels)))])
    z = z.astype(np.float32).astype(np.float64)
    bound = np.tanh(z + shift) * half - offset
    rounded = np.rint(bound)
    digits = (rounded + np.floor(L / 2)).astype(np.int64)
    cases.append({
        "levels": levels,
        "latents": z.tolist(),
        "bound": bound.tolist(),
        "digits": digits.tolist(),
        "codes": (digits * basis).sum(1).tolist(),
    })
with open(os.path.join(os.path.dirname(__file__), "fsq_vectors.json"), "w") as f:
    json.dump(cases, f)

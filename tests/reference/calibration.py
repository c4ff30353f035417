"""Autocalibration by NumPy's least squares, from the formulas of van Hees et al. 2014 (J. Appl. Physiol. 117).

python3 tests/reference/calibration.py > tests/reference/calibration.json
"""
import json

import numpy as np

rng = np.random.default_rng(4)


def fit(points):
    offset, gain, weights, last = np.zeros(3), np.ones(3), np.ones(len(points)), np.inf
    for _ in range(1000):
        now = (points + offset) * gain
        closest = now / np.linalg.norm(now, axis=1, keepdims=True)
        for a in range(3):
            design = np.column_stack([np.ones(len(now)), now[:, a]]) * np.sqrt(weights)[:, None]
            (move, stretch), *_ = np.linalg.lstsq(design, closest[:, a] * np.sqrt(weights), rcond=None)
            now[:, a] = move + stretch * now[:, a]
            offset[a] += move / (gain[a] * stretch)
            gain[a] *= stretch
        residual = 3 * np.mean(weights[:, None] * (now - closest) ** 2 / weights.sum()) * len(points)
        weights = np.minimum(1 / np.sqrt(((now - closest) ** 2).sum(1)), 100)
        if abs(residual - last) < 1e-10:
            break
        last = residual
    error = lambda p: float(np.mean(np.abs(np.linalg.norm(p, axis=1) - 1)))
    return offset, gain, error(points), error((points + offset) * gain)


cases = []
for n, noise in [(40, 0.0), (120, 0.002), (400, 0.004), (400, 0.002)]:
    v = rng.normal(size=(n, 3))
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    planted = dict(offset=rng.uniform(-0.06, 0.06, 3), gain=rng.uniform(0.95, 1.05, 3))
    points = v / planted["gain"] - planted["offset"] + noise * rng.normal(size=v.shape)
    if n == 400 and noise == 0.002:
        points[:15] *= 1.2  # moments that were not still
    offset, gain, before, after = fit(points)
    cases.append(dict(points=points.reshape(-1).tolist(), planted={k: v.tolist() for k, v in planted.items()},
                      offset=offset.tolist(), gain=gain.tolist(), before=before, after=after))
print(json.dumps(dict(numpy=np.__version__, cases=cases)))

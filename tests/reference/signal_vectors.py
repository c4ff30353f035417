"""Vectors for lib/signal from SciPy: python3 tests/reference/signal_vectors.py > tests/reference/signal_vectors.json"""
import json
import numpy as np
import scipy
from scipy import signal

rng = np.random.default_rng(1)
cases = []
for order, cutoff, rate, n in [(3, 0.3, 50, 200), (2, 5, 100, 60), (1, 2, 50, 40), (4, 20, 100, 80), (5, 10, 200, 33)]:
    x = np.cumsum(rng.normal(size=n))
    sos = signal.butter(order, cutoff, fs=rate, output="sos")
    w, h = signal.sosfreqz(sos, worN=[0.5 * cutoff, cutoff, 0.9 * rate / 2], fs=rate)
    cases.append(dict(order=order, cutoff=cutoff, rate=rate, x=x.tolist(), y=signal.sosfiltfilt(sos, x).tolist(),
                      frequencies=w.tolist(), magnitude=np.abs(h).tolist()))
print(json.dumps(dict(scipy=scipy.__version__, filters=cases)))

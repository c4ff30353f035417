"""The host part of the network: round, code, classifier. Standard library only.

Reads models/host_head.json, written by the exporter. The device part ends at the bounded latent, or at feature maps where
a device cannot take their statistics; everything behind happens here, in float64.
"""

import json
import math
import struct
from pathlib import Path


def read_floats(path):
    """All float32 values (little-endian) of a file."""
    data = Path(path).read_bytes()
    if len(data) % 4:
        raise ValueError(f"{path}: {len(data)} bytes are no whole number of float32 values")
    return list(struct.unpack(f"<{len(data) // 4}f", data))


def flatten(values):
    """Nested lists as one flat list."""
    if isinstance(values, list):
        return [x for v in values for x in flatten(v)]
    return [values]


def layers_of(facts):
    return [(flatten(layer["weight"]), flatten(layer["bias"]), layer["activation"]) for layer in facts]


def dense(layers, x):
    """A chain of dense layers."""
    for weight, bias, activation in layers:
        n = len(x)
        y = [b + sum(w * v for w, v in zip(weight[o * n:(o + 1) * n], x)) for o, b in enumerate(bias)]
        x = [max(0.0, v) for v in y] if activation == "relu" else y
    return x


def statistics(front, maps):
    """Statistic by statistic, and in each channel by channel and segment by segment."""
    channels, sensors, time = front["maps"]
    n = sensors * time // front["segments"]
    parts = []
    for channel in range(channels):
        for segment in range(front["segments"]):
            start = channel * sensors * time + segment * n
            parts.append(maps[start:start + n])
    means = [sum(part) / n for part in parts]
    values = {
        "mean": lambda: means,
        "max": lambda: [max(part) for part in parts],
        "std": lambda: [
            math.sqrt(sum((v - mean) ** 2 for v in part) / n + front["epsilon"]) for part, mean in zip(parts, means)
        ],
    }
    return [value for name in front["statistics"] for value in values[name]()]


class HostHead:
    """Evaluates the part behind the cut.

    >>> head = HostHead({"levels": [8, 6, 5], "half_width": [4, 3, 2], "basis": [1, 8, 48],
    ...                  "temperature": 1.0, "labels": [], "layers": []})
    >>> head.code([0.0, 0.0, 0.0])
    124
    >>> head.code([0.5, 1.5, -9.0])
    44
    """

    def __init__(self, facts):
        self.levels = facts["levels"]
        self.half_width = facts["half_width"]
        self.basis = facts["basis"]
        self.bounds = [facts.get(name) for name in ("half_range", "offset", "shift")]
        self.front = facts.get("front")
        if self.front is not None:
            self.front = {**self.front, "layers": layers_of(self.front["layers"])}
        self.temperature = facts["temperature"]
        self.labels = facts["labels"]
        self.layers = layers_of(facts["layers"])

    @classmethod
    def load(cls, path):
        return cls(json.loads(Path(path).read_text(encoding="utf-8")))

    def bounded(self, given):
        """The bounded latent of what the device part gives: itself, or what follows from feature maps [c, s, t]."""
        if self.front is None:
            return given
        return self.bound(dense(self.front["layers"], statistics(self.front, given)))

    def bound(self, latent):
        """tanh(z + shift) * half_range - offset; the latent itself without quantiser."""
        if self.levels is None:
            return list(latent)
        return [math.tanh(z + s) * h - o for z, h, o, s in zip(latent, *self.bounds)]

    def rounded(self, bounded):
        """Halves to even, as ONNX Round and Python's round() do; clamped to the levels."""
        if self.levels is None:
            return list(bounded)
        return [
            min(max(round(b), -h), level - 1 - h) for b, h, level in zip(bounded, self.half_width, self.levels)
        ]

    def code(self, bounded):
        """Index of the code, first dimension fastest; None without quantiser."""
        if self.levels is None:
            return None
        return sum((r + h) * b for r, h, b in zip(self.rounded(bounded), self.half_width, self.basis))

    def probabilities(self, bounded):
        """Softmax of the classifier's logits over the temperature; empty without classifier."""
        if not self.layers:
            return []
        x = [float(r) for r in self.rounded(bounded)]
        if self.levels is not None:
            x = [r / h for r, h in zip(x, self.half_width)]
        x = dense(self.layers, x)
        top = max(x)
        weights = [math.exp((v - top) / self.temperature) for v in x]
        total = sum(weights)
        return [w / total for w in weights]

    def label(self, bounded):
        """Index of the most probable label; None without classifier."""
        p = self.probabilities(bounded)
        return p.index(max(p)) if p else None


class Golden:
    """The packed windows and what every correct implementation makes of them."""

    def __init__(self, root):
        root = Path(root)
        self.metadata = json.loads((root / "models" / "model_metadata.json").read_text(encoding="utf-8"))
        self.facts = json.loads((root / "selftest" / "selftest.json").read_text(encoding="utf-8"))
        self.head = HostHead.load(root / "models" / "host_head.json")
        self.inputs = read_floats(root / "selftest" / "inputs.f32.bin")
        self.device = read_floats(root / "selftest" / "expected.device.f32.bin")
        window = self.metadata["window"]
        self.length = window if isinstance(window, int) else window["length"]
        self.channels = len(self.metadata["channels"])
        self.sensors = len(self.metadata["sensors"])
        self.size = self.channels * self.sensors * self.length
        self.n = len(self.inputs) // self.size
        self.dimensions = len(self.device) // self.n
        self.codes = self.facts.get("codes")

    def limits(self, quantised, tolerance=None, agreement=None):
        """Largest difference and least share of equal codes; for a quantised device from what 8 bits can do here."""
        if not quantised:
            return (1e-3 if tolerance is None else tolerance), (1.0 if agreement is None else agreement)
        coded = self.codes is not None and self.head.front is None
        int8 = self.facts.get("int8") or {}
        share, worst = int8.get("code_agreement"), int8.get("max_abs_error")
        if tolerance is None:  # one code, since rare peaks are clipped; elsewhere by the estimate's own error
            tolerance = 1.0 if coded or worst is None else 4 * worst
        if agreement is None:
            agreement = 0.75 if share is None else max(0.0, share - 0.125)
        return tolerance, agreement

    def expected(self, i):
        """What the device part gives for window i."""
        return self.device[i * self.dimensions:(i + 1) * self.dimensions]

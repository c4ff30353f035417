"""The encoder in NumPy, layer by layer, for machines without a runtime. Reads models/encoder.json."""

import json
import math

from host_head import read_floats
from recorded_encoder import RecordedEncoder


class PlainEncoder:
    """From a scaled window [C, S, L] to what the device part gives, in float64."""

    def __init__(self, root, pipeline_encoder, head):
        import numpy

        self.numpy = numpy
        path = root / pipeline_encoder
        facts = json.loads(path.read_text(encoding="utf-8"))
        self.layers = facts["layers"]
        self.weights = numpy.asarray(read_floats(path.parent / facts["weights"]), dtype=numpy.float64)
        self.head = head

    def run(self, window):
        x = self.numpy.asarray(window, dtype=self.numpy.float64)
        for layer in self.layers:
            x = getattr(self, "_" + layer["kind"])(x, layer)
        values = x.reshape(-1).tolist()
        return values if self.head.front else self.head.bound(values)

    def _numbers(self, layer, name, *shape):
        at = layer[name]
        return self.weights[at:at + math.prod(shape)].reshape(shape)

    def _conv(self, x, layer):
        numpy = self.numpy
        out, inputs, rows, width = layer["shape"]
        _, sensors, length = x.shape
        side = (width - 1) // 2
        weight = self._numbers(layer, "weight", out, inputs, rows, width)
        padded = numpy.pad(x, ((0, 0), (0, 0), (side, side)))
        y = numpy.repeat(self._numbers(layer, "bias", out)[:, None], (sensors - rows + 1) * length, axis=1)
        for r in range(rows):
            for k in range(width):
                part = padded[:, r:r + sensors - rows + 1, k:k + length].reshape(inputs, -1)
                y += weight[:, :, r, k] @ part
        y = numpy.maximum(y, 0).reshape(out, sensors - rows + 1, length)
        pool = layer["pool"]
        steps = length // pool
        return y[:, :, :steps * pool].reshape(out, sensors - rows + 1, steps, pool).max(axis=3)

    def _pool(self, x, layer):
        numpy = self.numpy
        channels, segments = x.shape[0], layer["segments"]
        flat = x.reshape(channels, -1)
        n = flat.shape[1] // segments
        parts = flat[:, :n * segments].reshape(channels * segments, n)
        statistics = {
            "mean": lambda: parts.mean(axis=1),
            "max": lambda: parts.max(axis=1),
            "std": lambda: numpy.sqrt(parts.var(axis=1) + layer["epsilon"]),
        }
        return numpy.concatenate([statistics[name]() for name in layer["statistics"]])

    def _recorded(self, x, layer):
        return RecordedEncoder(self.numpy, layer["graph"], self.weights).run(x)

    def _dense(self, x, layer):
        y = self._numbers(layer, "weight", *layer["shape"]) @ x + self._numbers(layer, "bias", layer["shape"][0])
        return self.numpy.maximum(y, 0) if layer["relu"] else y

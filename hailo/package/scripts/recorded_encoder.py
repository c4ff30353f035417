"""The layers of an encoder that was written with TensorFlow.js, in NumPy. Maps are [rows, columns, channels]."""

import math


def erf(numpy, x):
    return numpy.vectorize(math.erf, otypes=[float])(x)


def activation(numpy, kind, alpha, x):
    """A function number by number; softmax over channels."""
    if kind == "softmax":
        e = numpy.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)
    with numpy.errstate(over="ignore"):
        logistic = 1 / (1 + numpy.exp(-x)) if kind in ("sigmoid", "swish") else None
    return {
        "relu": lambda: numpy.maximum(x, 0),
        "relu6": lambda: numpy.clip(x, 0, 6),
        "leakyRelu": lambda: numpy.where(x < 0, alpha * x, x),
        "elu": lambda: numpy.where(x < 0, alpha * numpy.expm1(numpy.minimum(x, 0)), x),
        "gelu": lambda: 0.5 * x * (1 + erf(numpy, x / math.sqrt(2))),
        "swish": lambda: x * logistic,
        "tanh": lambda: numpy.tanh(x),
        "sigmoid": lambda: logistic,
        "hardSigmoid": lambda: numpy.clip(0.2 * x + 0.5, 0, 1),
    }[kind]()


class RecordedEncoder:
    """From a scaled window [C, S, L] to the features."""

    def __init__(self, numpy, layers, weights):
        self.numpy = numpy
        self.layers = layers
        self.weights = weights

    def run(self, window):
        values = []
        for layer in self.layers:
            inputs = [values[i] for i in layer["inputs"]] or [window]
            values.append(getattr(self, "_" + layer["op"])(layer, *inputs))
        return values[-1].reshape(-1)

    def _get(self, layer, part, otherwise=0.0):
        found = layer["weights"].get(part)
        if found is None:
            return otherwise
        shape = found["shape"]
        return self.weights[found["at"]:found["at"] + math.prod(shape)].reshape(shape)

    def _input(self, layer, x):
        rows, columns, channels = layer["size"]
        turned = x.transpose(2, 1, 0) if layer["layout"] == "time" else x.transpose(1, 2, 0)
        return turned.reshape(rows, columns, channels)

    def _taps(self, layer, x, fill):
        """What lies under each tap of the kernel: [rows, columns, channels] at its place."""
        rows, columns, _ = layer["size"]
        (high, wide), (down, along) = layer["kernel"], layer["strides"]
        top, left, bottom, right = layer["pads"]
        (d, e) = layer.get("dilations", [1, 1])
        padded = self.numpy.pad(x, ((top, bottom), (left, right), (0, 0)), constant_values=fill)
        for a in range(high):
            for b in range(wide):
                i, j = a * d, b * e
                yield a, b, padded[i:i + (rows - 1) * down + 1:down, j:j + (columns - 1) * along + 1:along]

    def _conv(self, layer, x):
        weight = self._get(layer, "weight")
        y = self.numpy.zeros(layer["size"]) + self._get(layer, "bias")
        for a, b, part in self._taps(layer, x, 0):
            y += part @ weight[:, :, a, b].T
        return y

    def _depthwise(self, layer, x):
        weight = self._get(layer, "weight")
        y = self.numpy.zeros(layer["size"]) + self._get(layer, "bias")
        for a, b, part in self._taps(layer, x, 0):
            y += self.numpy.repeat(part, layer["multiplier"], axis=2) * weight[:, 0, a, b]
        return y

    def _dense(self, layer, x):
        return x @ self._get(layer, "weight").T + self._get(layer, "bias")

    def _batchNorm(self, layer, x):
        scale = self._get(layer, "gamma", 1.0) / self.numpy.sqrt(self._get(layer, "variance") + layer["epsilon"])
        return (x - self._get(layer, "mean")) * scale + self._get(layer, "beta")

    def _layerNorm(self, layer, x):
        mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
        y = (x - mean) / self.numpy.sqrt(variance + layer["epsilon"])
        return y * self._get(layer, "gamma", 1.0) + self._get(layer, "beta")

    def _activation(self, layer, x):
        return activation(self.numpy, layer["kind"], layer["alpha"], x)

    def _maxPool(self, layer, x):
        y = self.numpy.full(layer["size"], -math.inf)
        for _, _, part in self._taps(layer, x, -math.inf):
            y = self.numpy.maximum(y, part)
        return y

    def _averagePool(self, layer, x):
        inside = self.numpy.ones(x.shape[:2] + (1,))
        total = sum(part for _, _, part in self._taps(layer, x, 0))
        return total / sum(part for _, _, part in self._taps(layer, inside, 0))

    def _globalMax(self, layer, x):
        return x.max(axis=(0, 1), keepdims=True)

    def _globalAverage(self, layer, x):
        return x.mean(axis=(0, 1), keepdims=True)

    def _reshape(self, layer, x):
        return x.reshape(layer["size"])

    def _permute(self, layer, x):
        return x.transpose(layer["order"])

    def _add(self, layer, *xs):
        return sum(xs[1:], xs[0])

    def _multiply(self, layer, *xs):
        return math.prod(xs[1:], start=xs[0])

    def _concat(self, layer, *xs):
        return self.numpy.concatenate(xs, axis=layer["axis"])

    def _dropout(self, layer, x):
        return x

    def _pad(self, layer, x):
        top, left, bottom, right = layer["pads"]
        return self.numpy.pad(x, ((top, bottom), (left, right), (0, 0)))

    def _crop(self, layer, x):
        top, left = layer["pads"][:2]
        rows, columns, _ = layer["size"]
        return x[top:top + rows, left:left + columns]

    def _recurrent(self, layer, x, step):
        """Runs `step(given, h)` over time; outputs of a backward layer stay in the order in which they were made."""
        given = x[0] @ self._get(layer, "kernel").T + self._get(layer, "bias")
        h, made = self.numpy.zeros(layer["units"]), []
        for row in (given[::-1] if layer["backwards"] else given):
            h = step(row, h)
            made.append(h)
        return self.numpy.asarray(made if layer["sequences"] else made[-1:])[None]

    def _gru(self, layer, x):
        recurrent, n = self._get(layer, "recurrent"), layer["units"]

        def step(given, h):
            gates = activation(self.numpy, layer["gate"], 0, given[:2 * n] + recurrent[:2 * n] @ h)
            update, reset = gates[:n], gates[n:]
            return update * h + (1 - update) * self.numpy.tanh(given[2 * n:] + recurrent[2 * n:] @ (reset * h))

        return self._recurrent(layer, x, step)

    def _lstm(self, layer, x):
        recurrent, n = self._get(layer, "recurrent"), layer["units"]
        cell = self.numpy.zeros(n)

        def step(given, h):
            nonlocal cell
            whole = given + recurrent @ h
            gates = activation(self.numpy, layer["gate"], 0, whole)
            cell = gates[n:2 * n] * cell + gates[:n] * self.numpy.tanh(whole[2 * n:3 * n])
            return gates[3 * n:] * self.numpy.tanh(cell)

        return self._recurrent(layer, x, step)

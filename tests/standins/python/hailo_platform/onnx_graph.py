"""Just enough of ONNX to run a device graph with numpy: decoder and the operators that the exporter writes."""

import struct

import numpy as np


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = varint(data, at)
        elif wire == 2:
            size, at = varint(data, at)
            value = data[at:at + size]
            at += size
        else:
            size = 8 if wire == 1 else 4
            value = data[at:at + size]
            at += size
        yield number, value


def tensor(data):
    shape, name, raw, kind = [], "", b"", 1
    for number, value in fields(data):
        if number == 1:
            shape.append(value)
        elif number == 2:
            kind = value
        elif number == 8:
            name = value.decode()
        elif number == 9:
            raw = value
    return name, np.frombuffer(raw, {1: "<f4", 7: "<i8"}[kind]).reshape(shape)


def attribute(data):
    name, value, ints = "", None, []
    for number, content in fields(data):
        if number == 1:
            name = content.decode()
        elif number == 2:
            value = struct.unpack("<f", content)[0]
        elif number == 3:
            value = content
        elif number == 8:
            ints.append(content)
    return name, ints or value


class Graph:
    """A decoded graph; `run` takes the input and returns the first output."""

    def __init__(self, model):
        self.nodes, self.constants, self.inputs, self.outputs = [], {}, [], []
        graph = next(value for number, value in fields(model) if number == 7)
        for number, value in fields(graph):
            if number == 1:
                self.nodes.append(self.node(value))
            elif number == 5:
                name, data = tensor(value)
                self.constants[name] = data
            elif number in (11, 12):
                name = next(v for n, v in fields(value) if n == 1).decode()
                (self.inputs if number == 11 else self.outputs).append(name)

    @staticmethod
    def node(data):
        inputs, outputs, op, attributes = [], [], "", {}
        for number, value in fields(data):
            if number == 1:
                inputs.append(value.decode())
            elif number == 2:
                outputs.append(value.decode())
            elif number == 4:
                op = value.decode()
            elif number == 5:
                name, content = attribute(value)
                attributes[name] = content
        return op, inputs, outputs, attributes

    def run(self, x):
        values = dict(self.constants)
        values[self.inputs[0]] = x
        for op, inputs, outputs, attributes in self.nodes:
            values[outputs[0]] = OPERATORS[op](attributes, *(values[name] for name in inputs))
        return values[self.outputs[0]]


def conv(a, x, w, b=0.0):
    top, left, bottom, right = a["pads"]
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    view = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))
    return np.einsum("nchwij,ocij->nohw", view, w) + np.reshape(b, (1, -1, 1, 1))


def max_pool(a, x):
    top, left, bottom, right = a.get("pads", [0, 0, 0, 0])
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=-np.inf)
    view = np.lib.stride_tricks.sliding_window_view(x, a["kernel_shape"], axis=(2, 3))
    down, along = a.get("strides", [1, 1])
    return view.max(axis=(4, 5))[:, :, ::down, ::along]


OPERATORS = {
    "Conv": conv,
    "MaxPool": max_pool,
    "Relu": lambda a, x: np.maximum(x, 0),
    "GlobalAveragePool": lambda a, x: x.mean(axis=(2, 3), keepdims=True),
    "GlobalMaxPool": lambda a, x: x.max(axis=(2, 3), keepdims=True),
    "Concat": lambda a, *xs: np.concatenate(xs, axis=a["axis"]),
    "Flatten": lambda a, x: x.reshape(x.shape[0], -1),
    "Gemm": lambda a, x, w, b=0.0: x @ (w.T if a.get("transB") else w) + b,
    "Add": lambda a, x, y: x + y,
    "Sub": lambda a, x, y: x - y,
    "Mul": lambda a, x, y: x * y,
    "Div": lambda a, x, y: x / y,
    "Tanh": lambda a, x: np.tanh(x),
    "Sqrt": lambda a, x: np.sqrt(x),
}

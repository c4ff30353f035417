"""Stand-in of pyHailoRT: the calls that the package's scripts make, on a HEF of the stand-in compiler.

Runs the network with numpy; input and output pass through the HEF's own 8-bit ranges, as on the chip.
"""

import base64
import json
import os
import struct
from enum import Enum

import numpy as np

from .onnx_graph import Graph

STAND_IN = True
__version__ = "4.23.0"
FAULT = os.environ.get("STANDIN_FAULT", "")

if FAULT == "no-pyhailort":
    raise ImportError("libhailort.so.4.23.0: cannot open shared object file")


class HailoSchedulingAlgorithm(Enum):
    NONE = 0
    ROUND_ROBIN = 1


class HailoStreamInterface(Enum):
    PCIe = 0


class FormatType(Enum):
    AUTO = 0
    UINT8 = 1
    FLOAT32 = 3


class _Info:
    def __init__(self, name, shape):
        self.name, self.shape = name, shape


class HEF:
    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        magic, version, proto = struct.unpack(">III", data[:12])
        if magic != 0x01484546 or version != 2:
            raise RuntimeError("HEF magic does not match")
        state = json.loads(data[44 + proto:])
        self.graph = Graph(base64.b64decode(state["onnx"]))
        self.network = state["network"]
        self.input_range, self.output_range = state["inputRange"], state["outputRange"]
        _, c, h, w = state["input"]["shape"]
        self.input_shape = (h, w, c)

    def get_input_vstream_infos(self):
        return [_Info(f"{self.network}/input_layer1", self.input_shape)]

    def get_output_vstream_infos(self):
        return [_Info(f"{self.network}/normalization1", None)]


class _Temperature:
    ts0_temperature = 51.5
    ts1_temperature = 51.0


class _Control:
    def get_chip_temperature(self):
        return _Temperature()


class _Physical:
    control = _Control()


class _Params:
    scheduling_algorithm = HailoSchedulingAlgorithm.ROUND_ROBIN


class _Group:
    def __init__(self, hef):
        self.hef = hef
        self.active = False

    def create_params(self):
        return object()

    def activate(self, _params):
        group = self

        class Activation:
            def __enter__(self):
                group.active = True

            def __exit__(self, *_):
                group.active = False

        return Activation()


class VDevice:
    @staticmethod
    def create_params():
        return _Params()

    def __init__(self, params):
        if params.scheduling_algorithm is not HailoSchedulingAlgorithm.NONE:
            raise RuntimeError("stand-in: activate() by hand needs the scheduler off")

    def configure(self, hef, _params):
        return [_Group(hef)]

    def get_physical_devices(self):
        return [_Physical()]

    def release(self):
        pass


class ConfigureParams:
    @staticmethod
    def create_from_hef(hef, interface):
        if not isinstance(interface, HailoStreamInterface):
            raise TypeError("interface")
        return {hef.network: None}


class _VStreamParams:
    @staticmethod
    def make(group, format_type=FormatType.AUTO):
        return (group, format_type)


InputVStreamParams = OutputVStreamParams = _VStreamParams


def _through_uint8(values, limits):
    low, high = limits
    scale = (high - low) / 255
    zero = round(-low / scale)
    return (np.clip(np.rint(values / scale + zero), 0, 255) - zero) * scale


class InferVStreams:
    def __init__(self, group, inputs, outputs):
        if inputs[1] is not FormatType.FLOAT32 or outputs[1] is not FormatType.FLOAT32:
            raise TypeError("stand-in: only FLOAT32 streams")
        self.group = group

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def infer(self, data):
        hef = self.group.hef
        if not self.group.active:
            raise RuntimeError("HAILO_NETWORK_GROUP_NOT_ACTIVATED(69)")
        x = data[hef.get_input_vstream_infos()[0].name]
        if x.dtype != np.float32 or x.shape != (1,) + hef.input_shape or not x.flags["C_CONTIGUOUS"]:
            raise RuntimeError(f"stand-in: expected C-contiguous float32 {(1,) + hef.input_shape}, got {x.shape}")
        scaled = _through_uint8(x, hef.input_range).transpose(0, 3, 1, 2)
        out = _through_uint8(hef.graph.run(scaled), hef.output_range)
        if out.ndim == 4:  # as the chip lays maps out
            out = out.transpose(0, 2, 3, 1)
        if FAULT == "wrong-output":
            out = out[:, ::-1]
        return {hef.get_output_vstream_infos()[0].name: out.astype(np.float32)}

"""The device part on whatever can run it: a Hailo-8, or onnxruntime on the CPU. One window at a time."""

import array


class Windows:
    """The golden windows as arrays, and the scaling that a host does before the device part."""

    def __init__(self, numpy, golden):
        self.numpy = numpy
        shape = (golden.n, golden.channels, golden.sensors, golden.length)
        self.raw = numpy.asarray(golden.inputs, dtype=numpy.float32).reshape(shape)
        scaler = golden.metadata["scaler"]
        self.center, self.scale = (
            numpy.asarray(scaler[name], dtype=numpy.float32).T[:, :, None] for name in ("center", "scale")
        )

    def scaled(self, i):
        """Window i as [C, S, L], scaled."""
        return (self.raw[i] - self.center) * self.scale


class OnnxBackend:
    """models/model.device.onnx on onnxruntime, one thread."""

    name = "onnxruntime"

    def __init__(self, root, golden):
        import numpy
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            str(root / "models" / "model.device.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.version = onnxruntime.__version__
        self.input = self.session.get_inputs()[0].name
        self.windows = Windows(numpy, golden)

    def prepare(self, i):
        """Golden window i, scaled, as the device part takes it: [1, C, S, L]."""
        return self.windows.scaled(i)[None]

    def run(self, window):
        return self.session.run(None, {self.input: window})[0].reshape(-1).tolist()

    def close(self):
        pass


class HailoBackend:
    """models/model.hef on a Hailo-8. HailoRT quantises the input and dequantises the output on the host."""

    name = "hailo"

    def __init__(self, root, golden):
        import hailo_platform as hailo
        import numpy

        self.numpy = numpy
        self.windows = Windows(numpy, golden)
        self.version = getattr(hailo, "__version__", "unknown")
        self.simulated = bool(getattr(hailo, "STAND_IN", False))
        params = hailo.VDevice.create_params()
        params.scheduling_algorithm = hailo.HailoSchedulingAlgorithm.NONE
        self.device = hailo.VDevice(params)
        hef = hailo.HEF(str(root / "models" / "model.hef"))
        configure = hailo.ConfigureParams.create_from_hef(hef, interface=hailo.HailoStreamInterface.PCIe)
        self.group = self.device.configure(hef, configure)[0]
        inputs = hailo.InputVStreamParams.make(self.group, format_type=hailo.FormatType.FLOAT32)
        outputs = hailo.OutputVStreamParams.make(self.group, format_type=hailo.FormatType.FLOAT32)
        self.input = hef.get_input_vstream_infos()[0].name
        self.output = hef.get_output_vstream_infos()[0].name
        self.pipeline = hailo.InferVStreams(self.group, inputs, outputs)
        self.pipeline.__enter__()
        self.active = self.group.activate(self.group.create_params())
        self.active.__enter__()

    def prepare(self, i):
        """Golden window i, scaled, as HailoRT takes it: [1, S, L, C], contiguous."""
        return self.numpy.ascontiguousarray(self.windows.scaled(i).transpose(1, 2, 0)[None])

    def run(self, window):
        return self.pipeline.infer({self.input: window})[self.output].reshape(-1).tolist()

    def temperature(self):
        try:
            return self.device.get_physical_devices()[0].control.get_chip_temperature().ts0_temperature
        except Exception:  # a board without sensor is no reason to fail
            return None

    def close(self):
        self.active.__exit__(None, None, None)
        self.pipeline.__exit__(None, None, None)
        self.device.release()


def open_backend(root, golden, wanted="auto"):
    """The wanted backend; with "auto" the Hailo where there is a HEF and its runtime, else onnxruntime, else None."""
    problems = []
    for kind, needed in ((HailoBackend, "model.hef"), (OnnxBackend, "model.device.onnx")):
        if wanted not in ("auto", kind.name):
            continue
        if not (root / "models" / needed).exists():
            problems.append(f"{kind.name}: models/{needed} is not in this package")
            continue
        try:
            return kind(root, golden), problems
        except ImportError as error:
            problems.append(f"{kind.name}: {error}")
    return None, problems


def float64_bytes(values):
    """Values as little-endian float64."""
    data = array.array("d", values)
    if array.array("H", [1]).tobytes() == b"\0\1":
        data.byteswap()
    return data.tobytes()

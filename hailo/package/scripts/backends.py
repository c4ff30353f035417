"""The device part on whatever can run it: a Hailo-8, onnxruntime, or NumPy. One window at a time."""

import array

from host_head import HostHead
from plain_encoder import PlainEncoder


class Scaling:
    """What a host does to a raw window before the device part."""

    def __init__(self, numpy, scaler):
        self.center, self.scale = (
            numpy.asarray(scaler[name], dtype=numpy.float32).T[:, :, None] for name in ("center", "scale")
        )

    def scaled(self, raw):
        """A raw window [C, S, L], scaled."""
        return (raw - self.center) * self.scale


def golden_windows(golden):
    """The golden windows as an array [n, C, S, L]."""
    import numpy

    shape = (golden.n, golden.channels, golden.sensors, golden.length)
    return numpy.asarray(golden.inputs, dtype=numpy.float32).reshape(shape)


class PlainBackend:
    """models/encoder.json in NumPy, for machines without a runtime."""

    name = "none"
    needed = "encoder.json"

    def __init__(self, root, scaler):
        import numpy

        self.version = f"numpy {numpy.__version__}"
        self.scaling = Scaling(numpy, scaler)
        self.encoder = PlainEncoder(root, "models/encoder.json", HostHead.load(root / "models" / "host_head.json"))

    def prepare(self, raw):
        return self.scaling.scaled(raw)

    def run(self, window):
        return self.encoder.run(window)

    def close(self):
        pass


class OnnxBackend:
    """models/model.device.onnx on onnxruntime, one thread."""

    name = "onnxruntime"
    needed = "model.device.onnx"

    def __init__(self, root, scaler):
        import numpy
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            str(root / "models" / "model.device.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self.version = onnxruntime.__version__
        self.input = self.session.get_inputs()[0].name
        self.scaling = Scaling(numpy, scaler)

    def prepare(self, raw):
        """A raw window [C, S, L], scaled, as the device part takes it: [1, C, S, L]."""
        return self.scaling.scaled(raw)[None]

    def run(self, window):
        return self.session.run(None, {self.input: window})[0].reshape(-1).tolist()

    def close(self):
        pass


class HailoBackend:
    """models/model.hef on a Hailo-8. HailoRT quantises the input and dequantises the output on the host."""

    name = "hailo"
    needed = "model.hef"

    def __init__(self, root, scaler):
        import hailo_platform as hailo
        import numpy

        self.numpy = numpy
        self.scaling = Scaling(numpy, scaler)
        front = HostHead.load(root / "models" / "host_head.json").front
        self.maps = None if front is None else front["maps"]
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

    def prepare(self, raw):
        """A raw window [C, S, L], scaled, as HailoRT takes it: [1, S, L, C], contiguous."""
        return self.numpy.ascontiguousarray(self.scaling.scaled(raw).transpose(1, 2, 0)[None])

    def run(self, window):
        values = self.pipeline.infer({self.input: window})[self.output]
        if self.maps is not None:  # [S, T, C] on the chip
            channels, sensors, time = self.maps
            values = values.reshape(sensors, time, channels).transpose(2, 0, 1)
        return values.reshape(-1).tolist()

    def temperature(self):
        try:
            return self.device.get_physical_devices()[0].control.get_chip_temperature().ts0_temperature
        except Exception:  # a board without sensor is no reason to fail
            return None

    def close(self):
        self.active.__exit__(None, None, None)
        self.pipeline.__exit__(None, None, None)
        self.device.release()


def open_backend(root, scaler, wanted="auto", plain=True):
    """The wanted backend; with "auto" the first that is there of Hailo, onnxruntime and, where `plain`, NumPy.

    Gives (backend or None, what stood in the way of those before it, in sentences).
    """
    problems = []
    for kind in (HailoBackend, OnnxBackend) + ((PlainBackend,) if plain else ()):
        if wanted not in ("auto", kind.name):
            continue
        if not (root / "models" / kind.needed).exists():
            problems.append(f"{kind.name}: models/{kind.needed} is not in this package")
            continue
        try:
            return kind(root, scaler), problems
        except ImportError as error:
            problems.append(f"{kind.name}: {error}")
        except Exception as error:  # a runtime's own: no device, device busy, driver of another version
            problems.append(f"{kind.name}: {type(error).__name__}: {error}")
    return None, problems


def float64_bytes(values):
    """Values as little-endian float64."""
    data = array.array("d", values)
    if array.array("H", [1]).tobytes() == b"\0\1":
        data.byteswap()
    return data.tobytes()

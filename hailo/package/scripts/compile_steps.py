#!/usr/bin/env python3
"""Steps of compile_hailo8.sh that no shell can do: the model script after parsing, and what the HEF was made from.

  python3 scripts/compile_steps.py shapes
  python3 scripts/compile_steps.py script HAR OUT.alls
  python3 scripts/compile_steps.py sidecar HEF ARCH VERSION CALIBRATION SCRIPT

`script` adds the range of the bounded latent, which the levels give, for the layer that the compiler made of the end
node. `sidecar` writes HEF.json: hashes of everything that went in and the compiler's logs. Motiflow demands it with a
HEF. Standard library only.
"""

import hashlib
import json
import sys
import tarfile
from pathlib import Path

sys.dont_write_bytecode = True  # a package stays as it was packed
ROOT = Path(__file__).resolve().parent.parent
LOGS = {"parse": "parser.log", "optimize": "optimize.log", "compile": "compiler.log"}


def end_nodes():
    return (ROOT / "hailo" / "end_nodes.txt").read_text(encoding="utf-8").split()


def bounded_layers(har):
    """The compiler's names of the layers that hold the end nodes' results."""
    with tarfile.open(har) as archive:
        name = next(name for name in archive.getnames() if name.endswith(".hn"))
        graph = json.load(archive.extractfile(name))
    found = []
    for node in end_nodes():
        names = [
            name.rsplit("/", 1)[-1]
            for name, layer in graph.get("layers", {}).items()
            if node in (layer.get("original_names") or []) and layer.get("type") != "output_layer"
        ]
        found += names[-1:]
    return found


def print_shapes():
    """The input with its shape, as the parser takes it."""
    metadata = json.loads((ROOT / "models" / "model_metadata.json").read_text(encoding="utf-8"))
    window = metadata["files"]["model.device.onnx"]["input"]
    print(f"{window['name']}=[{','.join(map(str, window['shape']))}]")


def write_script(har, out):
    lines = (ROOT / "hailo" / "model_script.alls").read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if "activation_clipping" not in line]  # its layers were those of another run
    head = json.loads((ROOT / "models" / "host_head.json").read_text(encoding="utf-8"))
    ranges = None if "front" in head else head.get("bounded_ranges")  # of feature maps only the calibration knows
    at = next(i for i, line in enumerate(lines) if line.startswith("post_quantization_optimization"))
    if ranges:
        low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
        lines[at:at] = [
            f"pre_quantization_optimization(activation_clipping, layers=[{layer}], mode=manual, "
            f"clipping_values=[{low!r}, {high!r}])"
            for layer in bounded_layers(har)
        ]
    Path(out).write_text("\n".join(lines) + "\n", encoding="utf-8")


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def write_sidecar(hef, arch, version, calibration, script):
    folder = Path(hef).parent
    facts = {
        "schema": 1,
        "hef": {"sha256": sha256(hef)},
        "arch": arch,
        "compiler": version,
        "device_onnx": {"sha256": sha256(ROOT / "models" / "model.device.onnx")},
        "calibration": {"sha256": sha256(calibration)},
        "end_nodes": end_nodes(),
        "script": Path(script).read_text(encoding="utf-8"),
        "logs": {stage: (folder / name).read_text(encoding="utf-8", errors="replace") for stage, name in LOGS.items()},
    }
    Path(f"{hef}.json").write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    commands = {"shapes": (print_shapes, 0), "script": (write_script, 2), "sidecar": (write_sidecar, 5)}
    command, count = commands.get(sys.argv[1] if len(sys.argv) > 1 else "", (None, 0))
    if command is None or len(sys.argv) != 2 + count:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    command(*sys.argv[2:])

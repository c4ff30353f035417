#!/usr/bin/env python3
"""From a raw window to a code, a label and a confidence, and the proof that it is the golden one.

  python3 examples/python/classify.py [WINDOW]

Takes golden window WINDOW (default 0). Where the device part can run here (Hailo-8 or onnxruntime) it starts from raw
sensor values; elsewhere from the packed result of the device part. Exit code 0 when the golden code comes out.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True  # a package stays as it was packed
sys.path.insert(0, str(ROOT / "scripts"))

from backends import golden_windows, open_backend  # noqa: E402
from host_head import Golden  # noqa: E402


def main():
    golden = Golden(ROOT)
    window = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    if not 0 <= window < golden.n:
        print(f"window must be in 0..{golden.n - 1}", file=sys.stderr)
        return 2
    backend, _ = open_backend(ROOT, golden.metadata["scaler"])
    if backend is None:
        given, source = golden.expected(window), "packed device result"
    else:
        given, source = backend.run(backend.prepare(golden_windows(golden)[window])), backend.name
        backend.close()
    head = golden.head
    bounded = head.bounded(given)
    code, label = head.code(bounded), head.label(bounded)
    text = f"window {window} ({source}): code {code}"
    if label is not None:
        text += f", {head.labels[label]} with confidence {max(head.probabilities(bounded)):.4f}"
    print(text)
    if golden.codes is not None and code != golden.codes[window]:
        print(f"expected code {golden.codes[window]}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Check that this package is whole and that this machine reproduces the golden windows.

  python3 scripts/selftest.py [--backend auto|hailo|onnxruntime|none] [--json FILE]

With nothing but the standard library it checks every file against SHA256SUMS and the host part (round, code,
classifier) against the packed results. Where onnxruntime or a Hailo-8 is there, it also runs the device part.
Exit code 0: passed, 1: failed, 2: the wanted backend is not there.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # a package stays as it was packed

from backends import open_backend  # noqa: E402
from host_head import Golden, read_floats  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent


def check_files(root):
    """Files that are missing or differ from SHA256SUMS."""
    bad = []
    for line in (root / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        path = root / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            bad.append(name)
    return bad


def check_head(root, golden):
    """Codes and labels from the packed bounded latents, against those of the full model."""
    head = golden.head
    codes = [head.code(golden.expected(i)) for i in range(golden.n)]
    wrong_codes = 0 if golden.codes is None else sum(a != b for a, b in zip(codes, golden.codes))
    result = {"n": golden.n, "wrong_codes": wrong_codes, "wrong_labels": 0, "max_probability_error": 0.0}
    columns = len(head.labels)
    full = root / "selftest" / "expected.full.f32.bin"
    if head.layers and full.exists():
        values = read_floats(full)
        width = len(values) // golden.n
        for i in range(golden.n):
            packed = values[i * width:i * width + columns]
            own = head.probabilities(golden.expected(i))
            result["wrong_labels"] += own.index(max(own)) != packed.index(max(packed))
            error = max(abs(a - b) for a, b in zip(own, packed))
            result["max_probability_error"] = max(result["max_probability_error"], error)
    result["passed"] = wrong_codes == 0 and result["wrong_labels"] == 0 and result["max_probability_error"] < 1e-4
    return result


def check_device(backend, golden, tolerance, agreement):
    """The device part on the golden windows."""
    worst, total, same = 0.0, 0.0, 0
    for i in range(golden.n):
        bounded = backend.run(backend.prepare(i))
        expected = golden.expected(i)
        errors = [abs(a - b) for a, b in zip(bounded, expected)]
        if len(bounded) != golden.dimensions or any(e != e for e in errors):
            worst = float("inf")
            break
        worst = max(worst, *errors)
        total += sum(errors)
        same += golden.head.code(bounded) == golden.head.code(expected)
    share = same / golden.n
    return {
        "backend": backend.name,
        "version": backend.version,
        "n": golden.n,
        "max_abs_error": None if worst == float("inf") else worst,
        "mean_abs_error": total / (golden.n * golden.dimensions),
        "code_agreement": share,
        "tolerance": {"max_abs": tolerance, "code_agreement": agreement},
        "passed": worst <= tolerance and share >= agreement,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backend", default="auto", choices=["auto", "hailo", "onnxruntime", "none"])
    parser.add_argument("--tolerance", type=float, help="largest difference at the cut")
    parser.add_argument("--agreement", type=float, help="share of golden codes that must be the same")
    parser.add_argument("--json", help="write the result to this file")
    args = parser.parse_args()

    golden = Golden(ROOT)
    bad = check_files(ROOT)
    report = {"files": {"bad": bad, "passed": not bad}, "host_head": check_head(ROOT, golden), "device": None}
    missing = False
    if args.backend != "none":
        backend, problems = open_backend(ROOT, golden, args.backend)
        if backend is None:
            report["device_skipped"] = problems
            missing = args.backend != "auto"
        else:
            quantised = backend.name == "hailo"
            tolerance = args.tolerance if args.tolerance is not None else (1.0 if quantised else 1e-3)
            agreement = args.agreement if args.agreement is not None else (0.75 if quantised else 1.0)
            report["device"] = check_device(backend, golden, tolerance, agreement)
            backend.close()
    parts = [part for part in (report["files"], report["host_head"], report["device"]) if part]
    report["passed"] = all(part["passed"] for part in parts)
    text = json.dumps(report, indent=1, sort_keys=True)
    if args.json:
        Path(args.json).write_text(text + "\n", encoding="utf-8")
    print(text)
    print("self-test", "passed" if report["passed"] else "FAILED", file=sys.stderr)
    return 2 if missing else 0 if report["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())

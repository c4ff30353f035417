#!/usr/bin/env python3
"""Check that this package is whole and that this machine reproduces the golden windows.

  python3 scripts/selftest.py [--backend auto|hailo|onnxruntime|none] [--json FILE]

With nothing but the standard library it checks every file against SHA256SUMS and the host part (round, code,
classifier) against the packed results. With NumPy it also runs the network, on a Hailo-8, on onnxruntime or, where
neither is there or with none, in NumPy itself, and streams a simulated recording through the whole pipeline.
Exit code 0: passed, 1: failed, 2: the wanted backend is not there.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # a package stays as it was packed

from backends import golden_windows, open_backend  # noqa: E402
from host_head import Golden, read_floats  # noqa: E402
from pipeline import Pipeline, load  # noqa: E402
from sample_clock import SampleClock  # noqa: E402
from samples import read_rows  # noqa: E402
from stream import predictions  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent


def check_files(root):
    """What is wrong with the files, by name; empty where all are as packed and the package's folders hold no others."""
    sums = root / "SHA256SUMS"
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
    if not lines:
        return ["SHA256SUMS: missing or empty"]
    bad, hashes = [], {}
    for line in lines:
        digest, _, name = line.partition("  ")
        path = root / name
        if len(digest) != 64 or not name:
            bad.append(f"SHA256SUMS: no line of a hash and a name: {line[:80]}")
        elif not path.is_file():
            bad.append(f"{name}: missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            bad.append(name)
        hashes[name] = digest
    for folder in sorted({name.split("/")[0] for name in hashes if "/" in name}):
        there = {p.relative_to(root).as_posix() for p in (root / folder).rglob("*") if p.is_file()}
        bad += [f"{name}: not of this package" for name in sorted(there - hashes.keys()) if "__pycache__" not in name]
    return bad + (check_manifest(root, hashes) if "MANIFEST.json" in hashes else [])


def check_manifest(root, hashes):
    """Whether MANIFEST.json and SHA256SUMS tell the same, and the id is that of these files."""
    try:
        manifest = json.loads((root / "MANIFEST.json").read_text(encoding="utf-8"))
        listed = {row["path"]: row["sha256"] for row in manifest["files"]}
        text = "".join(f"{row['sha256']}  {row['path']}\n" for row in manifest["files"])
        named = manifest["id"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"MANIFEST.json: cannot be read: {error}"]
    others = {name: digest for name, digest in hashes.items() if name != "MANIFEST.json"}
    differing = [name for name in sorted(listed.keys() | others.keys()) if listed.get(name) != others.get(name)]
    bad = [f"MANIFEST.json: another hash of {name}" for name in differing]
    if hashlib.sha256(text.encode()).hexdigest() != named.split(":")[-1]:
        bad.append("MANIFEST.json: the id is not that of its files")
    return bad


def check_head(root, golden):
    """Codes and labels from what the device part gave, against those of the full model."""
    head = golden.head
    bounded = [head.bounded(golden.expected(i)) for i in range(golden.n)]
    codes = [head.code(b) for b in bounded]
    wrong_codes = 0 if golden.codes is None else sum(a != b for a, b in zip(codes, golden.codes))
    result = {"n": golden.n, "wrong_codes": wrong_codes, "wrong_labels": 0, "max_probability_error": 0.0}
    columns = len(head.labels)
    full = root / "selftest" / "expected.full.f32.bin"
    if head.layers and full.exists():
        values = read_floats(full)
        width = len(values) // golden.n
        for i in range(golden.n):
            packed = values[i * width:i * width + columns]
            own = head.probabilities(bounded[i])
            result["wrong_labels"] += own.index(max(own)) != packed.index(max(packed))
            error = max(abs(a - b) for a, b in zip(own, packed))
            result["max_probability_error"] = max(result["max_probability_error"], error)
    result["passed"] = wrong_codes == 0 and result["wrong_labels"] == 0 and result["max_probability_error"] < 1e-4
    return result


def check_device(backend, golden, tolerance, agreement):
    """The device part on the golden windows."""
    worst, total, same = 0.0, 0.0, 0
    for i, raw in enumerate(golden_windows(golden)):
        given = backend.run(backend.prepare(raw))
        expected = golden.expected(i)
        errors = [abs(a - b) for a, b in zip(given, expected)]
        if len(given) != golden.dimensions or any(e != e for e in errors):
            worst = float("inf")
            break
        worst = max(worst, *errors)
        total += sum(errors)
        same += golden.head.code(golden.head.bounded(given)) == golden.head.code(golden.head.bounded(expected))
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


def check_stream(root, backend, quantised, agreement):
    """The simulated recording, sample by sample, against the lines that every host prints of it."""
    facts = load(root)
    pipeline = Pipeline(root, backend, bool(facts["not_in_real_time"]))
    clock = SampleClock(pipeline.rate, pipeline.length, facts["max_gap"], "s")
    with (root / "selftest" / "stream.expected.jsonl").open(encoding="utf-8") as file:
        expected = [json.loads(line) for line in file]
    with (root / "selftest" / "stream.csv").open(encoding="utf-8") as file:
        rows = read_rows(file, pipeline.columns, len(pipeline.sensors) == 1, "time")
        lines = list(predictions(pipeline, rows, clock))
    windows = [[line for line in side if line["event"] == "prediction"] for side in (lines, expected)]
    placed = [[(line["start"], line["time"]) for line in side] for side in windows]
    same = sum(a["code"] == b["code"] for a, b in zip(*windows))
    equal = sum(differs(a, b) is None for a, b in zip(lines, expected))
    result = {"n": len(expected), "equal_lines": equal, "windows": len(windows[1]), "same_codes": same}
    if quantised:  # 8 bits move codes near a boundary, and what follows from them
        result["passed"] = placed[0] == placed[1] and same >= agreement * len(windows[1])
    else:
        result["passed"] = len(lines) == len(expected) and equal == len(expected)
    return result


def differs(a, b, tolerance=1e-4):
    """Where two lines differ by more than the tolerance; None where nowhere."""
    if isinstance(a, dict) and isinstance(b, dict):
        if a.keys() != b.keys():
            return "keys"
        return next((key for key in a if differs(a[key], b[key], tolerance) is not None), None)
    if isinstance(a, list) and isinstance(b, list):
        return None if len(a) == len(b) and all(differs(x, y, tolerance) is None for x, y in zip(a, b)) else "list"
    if isinstance(a, float) or isinstance(b, float):
        return None if abs(a - b) <= tolerance else "number"
    return None if a == b else "value"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backend", default="auto", choices=["auto", "hailo", "onnxruntime", "none"])
    parser.add_argument("--tolerance", type=float, help="largest difference at the cut")
    parser.add_argument("--agreement", type=float, help="share of golden codes that must be the same")
    parser.add_argument("--json", help="write the result to this file")
    args = parser.parse_args()

    bad = check_files(ROOT)
    try:
        golden = Golden(ROOT)
    except (OSError, ValueError, KeyError, ZeroDivisionError) as error:
        print(json.dumps({"files": {"bad": bad, "passed": False}, "passed": False, "problem": str(error)}, indent=1))
        print("self-test FAILED: " + "; ".join(bad or [str(error)]), file=sys.stderr)
        return 1
    report = {"files": {"bad": bad, "passed": not bad}, "host_head": check_head(ROOT, golden)}
    report.update(device=None, stream=None)
    backend, problems = open_backend(ROOT, golden.metadata["scaler"], args.backend)
    missing = backend is None and args.backend not in ("auto", "none")
    if problems:
        report["device_skipped"] = problems
    if backend is not None:
        quantised = backend.name == "hailo"
        tolerance, agreement = golden.limits(quantised, args.tolerance, args.agreement)
        report["device"] = check_device(backend, golden, tolerance, agreement)
        if (ROOT / "pipeline.json").exists():  # a benchmark sends the models alone
            report["stream"] = check_stream(ROOT, backend, quantised, agreement)
        backend.close()
    parts = [part for part in (report["files"], report["host_head"], report["device"], report["stream"]) if part]
    report["passed"] = all(part["passed"] for part in parts)
    text = json.dumps(report, indent=1, sort_keys=True)
    if args.json:
        Path(args.json).write_text(text + "\n", encoding="utf-8")
    print(text)
    device = report["device"]
    ran = "files and host part only: nothing here runs the network" if device is None else device["backend"]
    print(f"self-test {'passed' if report['passed'] else 'FAILED'} ({ran})", file=sys.stderr)
    return 2 if missing else 0 if report["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())

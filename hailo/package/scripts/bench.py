#!/usr/bin/env python3
"""Measure latency on this machine, after the golden windows have been reproduced.

  python3 scripts/bench.py [--backend auto|hailo|onnxruntime] [--iterations 2000] [--out FOLDER]

One window in flight. End to end is scaling, device part and host part; the stages are kept apart. The latency is that of
the back-to-back loop. A second loop is paced at the rate at which the workflow predicts (times then count from the
scheduled arrival). Percentiles are nearest-rank.
Writes benchmark.json and samples.f64.bin (nanoseconds, [n, 4]: before, device, behind, end to end).
Exit code 0: measured, 1: the golden windows were not reproduced, 2: no backend.
"""

import argparse
import gc
import json
import math
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True  # a package stays as it was packed

from backends import float64_bytes, golden_windows, open_backend  # noqa: E402
from host_head import Golden  # noqa: E402
from selftest import check_device  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent


def nearest_rank(ordered, p):
    return ordered[max(0, math.ceil(p * len(ordered)) - 1)]


def summarize(samples):
    """Milliseconds of a list of (pre, device, post, total) nanoseconds."""
    total = sorted(s[3] for s in samples)
    n = len(total)
    mean = sum(total) / n
    variance = sum((t - mean) ** 2 for t in total) / max(1, n - 1)
    row = {"n": n, "unit": "ms", "percentile": "nearest-rank", "tail": n - math.ceil(0.99 * n) + 1}
    row.update(mean=mean / 1e6, sd=math.sqrt(variance) / 1e6, min=total[0] / 1e6, max=total[-1] / 1e6)
    row.update({f"p{p}": nearest_rank(total, p / 100) / 1e6 for p in (50, 95, 99)})
    row["stages"] = {name: sum(s[i] for s in samples) / n / 1e6 for i, name in enumerate(("pre", "device", "post"))}
    return row


def prediction_rate(metadata):
    """Windows per second that the workflow predicts; None where the metadata do not say the hop."""
    window = metadata["window"]
    hop = window.get("hop") if isinstance(window, dict) else None
    return metadata["rate"] / hop if hop else None


def loop(backend, golden, iterations, warmup, warmup_seconds, period):
    """Timed windows after the warm-up; `period` in seconds, None for back to back."""
    clock = time.perf_counter_ns
    raw = golden_windows(golden)

    def once(i):
        t0 = clock()
        window = backend.prepare(raw[i % golden.n])
        t1 = clock()
        given = backend.run(window)
        t2 = clock()
        bounded = golden.head.bounded(given)
        golden.head.label(bounded)
        golden.head.code(bounded)
        t3 = clock()
        return t0, t1, t2, t3

    done, start = 0, clock()
    while done < warmup or (period is None and clock() - start < warmup_seconds * 1e9):
        once(done)
        done += 1
    samples = []
    start = clock()
    for i in range(iterations):
        scheduled = None
        if period is not None:
            scheduled = start + int((i + 1) * period * 1e9)
            wait = (scheduled - clock()) / 1e9
            if wait > 0:
                time.sleep(wait)
        t0, t1, t2, t3 = once(i)
        samples.append((t1 - t0, t2 - t1, t3 - t2, t3 - (t0 if scheduled is None else scheduled)))
    return samples, done


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backend", default="auto", choices=["auto", "hailo", "onnxruntime"])
    parser.add_argument("--iterations", type=int, default=2000)
    parser.add_argument("--paced-iterations", type=int, help="default: as many as fit into 10 s, at most 100")
    parser.add_argument("--paced-hz", type=float, help="windows per second; default: sampling rate / hop of the windows")
    parser.add_argument("--warmup", type=int, default=100)
    parser.add_argument("--warmup-seconds", type=float, default=1.0)
    parser.add_argument("--tolerance", type=float)
    parser.add_argument("--agreement", type=float)
    parser.add_argument("--out", help="folder for benchmark.json and samples.f64.bin")
    args = parser.parse_args()

    golden = Golden(ROOT)
    backend, problems = open_backend(ROOT, golden.metadata["scaler"], args.backend, plain=False)
    if backend is None:
        print("no backend: " + "; ".join(problems), file=sys.stderr)
        return 2
    quantised = backend.name == "hailo"
    tolerance, agreement = golden.limits(quantised, args.tolerance, args.agreement)
    check = check_device(backend, golden, tolerance, agreement)
    report = {"schema": 1, "selftest": check, "series": [], "python": sys.version.split()[0]}
    report["origin"] = "simulated" if getattr(backend, "simulated", False) else "measured"
    hz = args.paced_hz or prediction_rate(golden.metadata)
    paced = args.paced_iterations
    if paced is None:
        paced = 0 if hz is None else max(1, min(100, int(10 * hz)))
    if paced > 0 and hz is None:
        parser.error("--paced-hz is needed: the package does not say the hop of its windows")
    flat = []
    if check["passed"]:
        gc.disable()
        before = backend.temperature() if quantised else None
        for mode, count, period in (
            ("back-to-back", args.iterations, None),
            ("paced", paced, None if hz is None else 1 / hz),
        ):
            if count == 0:
                continue
            samples, warmup = loop(backend, golden, count, args.warmup, args.warmup_seconds, period)
            row = {"mode": mode, "warmup": warmup, "origin": report["origin"], **summarize(samples)}
            report["series"].append(row if period is None else {**row, "hz": hz})
            flat.extend(value for sample in samples for value in sample)
        gc.enable()
        report["temperature"] = {"before": before, "after": backend.temperature() if quantised else None}
    backend.close()
    text = json.dumps(report, indent=1, sort_keys=True)
    if args.out:
        out = Path(args.out)
        out.mkdir(parents=True, exist_ok=True)
        (out / "benchmark.json").write_text(text + "\n", encoding="utf-8")
        (out / "samples.f64.bin").write_bytes(float64_bytes(flat))
    print(text)
    return 0 if check["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())

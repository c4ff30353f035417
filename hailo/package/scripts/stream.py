#!/usr/bin/env python3
"""Name behaviours from raw samples as they come: one line a window with time, code, behaviour and confidence.

  python3 scripts/stream.py [FILE|-|unix:PATH|tcp:PORT] [--time COLUMN] [--backend auto|hailo|onnxruntime|none]

Samples are rows of a CSV text whose header names the columns sensor.channel, in the units of pipeline.json, which
--columns prints, or in those that --units names. Needs NumPy. The encoder runs on a Hailo-8 (models/model.hef), on
onnxruntime, or, with none, in NumPy; auto takes the first that is there and says which. Lines are JSON, as `motiflow stream` prints them; --text prints
time, code, behaviour and confidence only.
Exit code 0: done, 1: a sample cannot be used, 2: a backend or input is missing.
"""

import argparse
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # a package stays as it was packed

from backends import open_backend  # noqa: E402
from pipeline import NotInRealTime, Pipeline, Unreadable, load  # noqa: E402
from sample_clock import SECONDS, ClockError, SampleClock  # noqa: E402
from sample_units import UnitWatch, factors, units_of  # noqa: E402
from samples import BadInput, open_lines, read_rows  # noqa: E402
from whole import Damaged, require_whole  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent


def converted(rows, factors, watch):
    """Samples in the units of the model; a warning where they do not look so."""
    for values, time, why, row in rows:
        if why is None:
            for i, factor in enumerate(factors):
                values[i] *= factor
            for doubt in watch.take(values):
                print(f"warning: {doubt}", file=sys.stderr)
        yield values, time, why, row
    for doubt in watch.end():
        print(f"warning: {doubt}", file=sys.stderr)


def predictions(pipeline, rows, clock=None, on_bad="stop"):
    """Lines of all samples; ("bad", why) for one that cannot be used, the last one with on_bad "stop"."""
    stop = on_bad == "stop"
    for values, time, why, row in rows:
        if why is None and clock is not None:
            events = clock.take(values, time, row)
        else:
            events = [("sample", values, None) if why is None else ("bad", why)]
        for event in events:
            yield from _take(pipeline, event, clock, stop)
            if event[0] == "bad" and stop:
                return
    for event in clock.end() if clock is not None else []:
        yield from _take(pipeline, event, clock, stop)
    yield from pipeline.gap(0, "end")


def _take(pipeline, event, clock, stop):
    kind, *what = event
    if kind == "sample":
        yield from pipeline.push(*what)
    elif kind == "missing":
        yield from pipeline.gap(what[0])
    else:
        # On a clock, the time of the next sample tells whether a bad one leaves a gap.
        if clock is None or stop:
            yield from pipeline.gap(1, "end" if stop else "gap")
        yield ("bad", what[0])


def plain(value):
    """Whole numbers without a decimal point, as JavaScript writes them."""
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def text_of(line, named):
    if line["event"] == "end":
        return f"- {line['reason']}"
    motif = line.get("motif")
    confidence = line["confidence"] if motif is None else motif["confidence"]
    shown = [line.get("time", line["seconds"]), line["code"], line["behaviour"] if named else None, confidence]
    return " ".join("-" if value is None else str(plain(value)) for value in shown)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("input", nargs="?", default="-", help="FILE, - for standard input, unix:PATH or tcp:PORT")
    parser.add_argument("--backend", default="auto", choices=["auto", "hailo", "onnxruntime", "none"])
    parser.add_argument("--time", metavar="COLUMN", help="column with the time; lost samples are then interpolated")
    parser.add_argument("--time-unit", choices=list(SECONDS), help="unit of the time, where it does not show")
    parser.add_argument("--max-gap", type=float, help="longest step in seconds that is no gap")
    parser.add_argument("--on-bad", default="stop", choices=["stop", "gap"], help="what a bad row does")
    parser.add_argument("--units", default="", help="units of the samples where they differ: acc=g,gyro=deg/s")
    parser.add_argument("--supplied-gravity", action="store_true", help="the samples hold the filtered channels")
    parser.add_argument("--columns", action="store_true", help="print the columns of a sample with their units")
    parser.add_argument("--text", action="store_true", help="short lines for people")
    args = parser.parse_args()

    try:
        require_whole(ROOT)
        facts = load(ROOT)
    except (Damaged, OSError) as error:
        print(f"Cannot open package: {error}", file=sys.stderr)
        return 2
    if args.columns:
        for sensor in facts["sensors"]:
            for wanted in facts["inputs"]:
                print(f"{sensor}.{wanted['channel']} [{wanted['unit']}]")
        return 0
    backend, problems = open_backend(ROOT, facts["scaler"], args.backend)
    for problem in problems:
        print(problem, file=sys.stderr)
    if backend is None:
        return 2
    bad = 0
    try:
        pipeline = Pipeline(ROOT, backend, args.supplied_gravity)
        clock = None
        if args.time is not None:
            max_gap = facts["max_gap"] if args.max_gap is None else args.max_gap
            clock = SampleClock(pipeline.rate, pipeline.length, max_gap, args.time_unit)
        units = units_of(facts, pipeline.columns)
        named = pipeline.motifs is not None or bool(pipeline.head.labels)
        print(
            f"{backend.name}: {pipeline.length} samples a window, one every {pipeline.hop} at {pipeline.rate:g} Hz",
            file=sys.stderr,
        )
        with open_lines(args.input) as lines:
            rows = read_rows(lines, pipeline.columns, len(pipeline.sensors) == 1, args.time)
            rows = converted(rows, factors(args.units, pipeline.columns, units), UnitWatch(pipeline.columns, units))
            for line in predictions(pipeline, rows, clock, args.on_bad):
                if isinstance(line, tuple):
                    print(f"error: {line[1]}", file=sys.stderr)
                    bad += 1
                    continue
                shown = text_of(line, named) if args.text else json.dumps(plain(line), ensure_ascii=False, separators=(",", ":"))
                print(shown, flush=True)
        if pipeline.index == 0:
            print(f"no window of {pipeline.length} samples came without a gap", file=sys.stderr)
            return 1
    except (BadInput, ClockError, NotInRealTime, Unreadable) as error:
        print(f"Cannot name behaviours: {error}", file=sys.stderr)
        return 2
    except (BrokenPipeError, KeyboardInterrupt):
        sys.stderr.close()
        return 0
    finally:
        backend.close()
    return 1 if bad and args.on_bad == "stop" else 0


if __name__ == "__main__":
    sys.exit(main())

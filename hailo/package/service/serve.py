#!/usr/bin/env python3
"""Name behaviours for months: survives an unplugged sensor and a restarted device, and keeps a log of limited size.

  python3 service/serve.py SOURCE --log FOLDER [--time COLUMN] [--subject NAME] [--backend auto|hailo|onnxruntime|none]

SOURCE is a named pipe, a device such as /dev/ttyUSB0, unix:PATH or tcp:PORT of this machine; it sends rows of CSV as
scripts/stream.py takes them, with a header of its own or the one given by --header. When it ends, fails or is silent, a
gap is written and it is opened again, after longer and longer pauses. A backend that fails is replaced by the next that
is there, or, where one is demanded by name, waited for; every change is written. Needs NumPy.
Exit code 0: stopped by SIGTERM or SIGINT, 2: it cannot begin.
"""

import argparse
import itertools
import json
import signal
import sys
import threading
import time
from pathlib import Path

sys.dont_write_bytecode = True  # a package stays as it was packed

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts")]

from live_lines import Absent, LiveLines  # noqa: E402
from pipeline import NotInRealTime, Pipeline, Unreadable, load  # noqa: E402
from rolling_log import RollingLog  # noqa: E402
from sample_clock import SECONDS, ClockError, SampleClock  # noqa: E402
from sample_units import UnitWatch, factors, units_of  # noqa: E402
from samples import BadInput, read_rows  # noqa: E402
from steady_backend import SteadyBackend, Stopped  # noqa: E402
from stream import converted, plain, predictions  # noqa: E402
from whole import require_whole  # noqa: E402


def is_numbers(line):
    """Whether a first line holds samples instead of names."""
    cells = line.replace(";", ",").replace("\t", ",").split(",")
    try:
        return bool([float(cell) for cell in cells])
    except ValueError:
        return False


class Service:
    def __init__(self, args):
        self.args = args
        self.stop = threading.Event()
        require_whole(ROOT)
        self.facts = load(ROOT)
        window = self.facts["window"]
        start = {
            "package": json.loads((ROOT / "MANIFEST.json").read_text(encoding="utf-8"))["id"],
            "subject": args.subject,
            "rate": self.facts["rate"] / window["hop"],
        }
        self.log = RollingLog(Path(args.log), start, args.max_bytes, args.keep)
        self.header = args.header
        self.gone = None  # since when there are no samples

    def say(self, event, **facts):
        """To the log, and in words to the journal."""
        self.log.write(event, **facts)
        words = ", ".join(f"{key} {value}" for key, value in facts.items() if value not in (None, []))
        print(f"{event}: {words}", file=sys.stderr, flush=True)

    def run(self):
        args = self.args
        source = LiveLines(args.source, args.silence, self.stop.is_set)
        backend = None
        try:
            backend = SteadyBackend(ROOT, self.facts["scaler"], args.backend, self.say, self.stop.wait, args.retry)
            pipeline = Pipeline(ROOT, backend, args.supplied_gravity)
            seconds, said = args.pause, None
            while not self.stop.is_set():
                count = pipeline.index
                try:
                    self.listen(source, pipeline)
                    reason = source.ended
                except (Absent, BadInput, ClockError, Unreadable) as error:
                    reason = str(error)
                seconds = args.pause if pipeline.index > count else min(60.0, 2 * seconds)
                if reason is not None and (reason != said or pipeline.index > count):
                    self.say("gap", reason=reason)
                    said = reason
                if self.gone is None:
                    self.gone = time.monotonic()
                self.stop.wait(seconds)
        except Stopped:
            pass
        finally:
            if backend is not None:
                backend.close()
            source.close()
            self.say("stop", reason="asked to")
            self.log.close()

    def listen(self, source, pipeline):
        """All samples of one connection."""
        args = self.args
        units = units_of(self.facts, pipeline.columns)
        clock = None
        if args.time is not None:
            clock = SampleClock(pipeline.rate, pipeline.length, self.facts["max_gap"], args.time_unit)
        rows = read_rows(self.named(source.open()), pipeline.columns, len(pipeline.sensors) == 1, args.time)
        rows = converted(rows, factors(args.units, pipeline.columns, units), UnitWatch(pipeline.columns, units))
        try:
            for line in predictions(pipeline, rows, clock, "gap"):
                if isinstance(line, tuple):
                    self.say("bad", reason=line[1])
                    continue
                facts = plain(line)
                event = facts.pop("event")
                if event == "prediction" and self.gone is not None:
                    self.say("resumed", seconds=round(time.monotonic() - self.gone, 3))
                    self.gone = None
                self.log.write(event, **facts)
        except (BadInput, ClockError, Unreadable):
            for line in pipeline.gap(0, "gap"):
                self.log.write(line.pop("event"), **plain(line))
            raise

    def named(self, lines):
        """Lines behind a header: their own, the one given, or that of an earlier connection."""
        first = next((line for line in lines if line.strip() and not line.lstrip().startswith("#")), None)
        if first is None:
            return
        if is_numbers(first):
            if self.header is None:
                raise BadInput("the source sends no header; name its columns with --header")
            lines = itertools.chain([self.header, first], lines)
        else:
            self.header = first
            lines = itertools.chain([first], lines)
        yield from lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", help="named pipe, device, unix:PATH or tcp:PORT")
    parser.add_argument("--log", required=True, metavar="FOLDER", help="where the log is kept")
    parser.add_argument("--max-bytes", type=int, default=4 << 20, help="largest size of a file of the log (4 MiB)")
    parser.add_argument("--keep", type=int, default=16, help="files of the log that are kept (16)")
    parser.add_argument("--subject", default="device", help="who wears the sensors, for the log")
    parser.add_argument("--backend", default="auto", choices=["auto", "hailo", "onnxruntime", "none"])
    parser.add_argument("--header", help="names of the columns, where the source sends none")
    parser.add_argument("--time", metavar="COLUMN", help="column with the time; lost samples are then interpolated")
    parser.add_argument("--time-unit", choices=list(SECONDS), help="unit of the time, where it does not show")
    parser.add_argument("--units", default="", help="units of the samples where they differ: acc=g,gyro=deg/s")
    parser.add_argument("--supplied-gravity", action="store_true", help="the samples hold the filtered channels")
    parser.add_argument("--silence", type=float, default=10.0, help="seconds without samples that are a gap (10)")
    parser.add_argument("--pause", type=float, default=0.5, help="first pause before opening again, in seconds (0.5)")
    parser.add_argument("--retry", type=float, default=60.0, help="seconds between looks for a better device (60)")
    args = parser.parse_args()
    if args.max_bytes < 8192 or args.keep < 2:
        parser.error("--max-bytes is at least 8192 and --keep at least 2")
    try:
        service = Service(args)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: service.stop.set())
        service.run()
    except (OSError, ValueError, NotInRealTime, ImportError) as error:
        print(f"Cannot serve: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

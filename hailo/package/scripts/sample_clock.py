"""Places samples with times of their own on the clock of the model. Standard library only.

Rows stay as they are while each lies within half a sample of its tick; from the first one on that does not, they are
interpolated linearly. Longer steps than max_gap are gaps. The first rows are held back until the unit is known.
"""

import math

from sample_times import milliseconds, written

SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
SAME_TICK = 1e-3  # share of a period within which a time and a tick are the same
AGAIN = 256  # rows after which the rate is looked at again, at least
FASTER, SLOWER = 1.03, 1.5  # how far the rate of the times may lie above or below the model's


class ClockError(ValueError):
    """Times that contradict the model's rate."""


def is_long_break(seconds, step):
    """A break that begins a new recording instead of a gap."""
    return seconds > max(60.0, 20 * step)


def typical_step(times):
    """Mean of the steps within half and one and a half times their median; 0 for none."""
    steps = sorted(b - a for a, b in zip(times, times[1:]) if b > a)
    if not steps:
        return 0.0
    median = steps[len(steps) // 2]
    usual = [step for step in steps if 0.5 * median < step < 1.5 * median]
    return sum(usual) / len(usual)


class SampleClock:
    """`take` gives ("sample", values, time), ("missing", count) and ("bad", why) for each row."""

    def __init__(self, rate, length, max_gap, unit=None):
        self.rate, self.max_gap = rate, max_gap
        self.unit = None if unit is None else SECONDS[unit]
        self.hold = min(1024, max(24, length))
        self.held, self.known, self.dates = [], False, False
        self.last = self.begin = None
        self.tick = self.rows = 0
        self.even = self.uneven = False
        self.recent = []  # times since the rate was last looked at

    def take(self, values, time, row):
        if self.known:
            return self._one(values, time, row)
        self.held.append((values, time, row))
        return self._open() if len(self.held) >= self.hold else []

    def end(self):
        """What is left when nothing more comes."""
        return [] if self.known else self._open()

    def _open(self):
        rows, self.held = self.held, []
        if rows:
            self._decide([time for _, time, _ in rows])
        return [event for values, time, row in rows for event in self._one(values, time, row)]

    def _read(self, time):
        """Seconds; None for what is no time."""
        if isinstance(time, (int, float)):
            return None if self.dates else time * self.unit
        if not self.dates:
            return None
        at = milliseconds(time)
        return None if at is None else at * 1e-3

    def _write(self, seconds):
        """A time of this stream as it would be written there."""
        if self.dates:
            return written(seconds)
        return float(f"{seconds / self.unit:.15g}")

    def _decide(self, times):
        self.dates = isinstance(times[0], str)
        if not self.dates and self.unit is None:
            step = typical_step([t for t in times if isinstance(t, (int, float))])
            fits = [
                unit for unit in SECONDS.values()
                if step > 0 and self.rate / SLOWER <= 1 / (step * unit) <= self.rate * FASTER
            ]
            if not fits:
                raise ClockError(
                    f"the steps of {step:.6g} are no {self.rate:g} samples a second in s, ms, us or ns; "
                    "record at the model's rate, or state --time-unit"
                )
            self.unit = fits[0]
        seconds = [s for s in map(self._read, times) if s is not None]
        self.step = typical_step(seconds) or 1 / self.rate
        self._check(seconds)
        self.limit = max(self.max_gap, 1.75 * self.step)
        self.uneven = any(abs((s - seconds[0]) * self.rate - i) > 0.5 for i, s in enumerate(seconds))
        self.known = True

    def _check(self, seconds):
        """The rate of the times is the model's; few of them show none."""
        step = typical_step(seconds)
        if len(seconds) > 20 and step > 0 and not self.rate / SLOWER <= 1 / step <= self.rate * FASTER:
            raise ClockError(f"the times show {1 / step:.4g} samples a second, the model reads {self.rate:g}")

    def _watch(self, seconds):
        """Looks at the rate again from time to time."""
        self.recent.append(seconds)
        if len(self.recent) >= max(self.hold, AGAIN):
            self._check(self.recent)
            self.recent = []

    def _shown(self, seconds):
        """A time in words: whole numbers without a decimal point."""
        time = self._write(seconds)
        return int(time) if isinstance(time, float) and time.is_integer() else time

    def _one(self, values, time, row):
        seconds = self._read(time)
        if seconds is None:
            return [("bad", f'row {row}: its time is "{time}", unlike the first ones')]
        last = self.last
        if last is not None and seconds < last[0]:
            return [("bad", f"row {row}: its time {self._shown(seconds)} lies before {self._shown(last[0])}")]
        self._watch(seconds)
        self.last = (seconds, values)
        if last is None or is_long_break(seconds - last[0], self.step):
            self.begin, self.tick, self.rows, self.even = seconds, 1, 1, not self.uneven
            sample = ("sample", values, self._write(seconds))
            if last is None:
                return [sample]
            return [("missing", math.floor((seconds - last[0]) * self.rate + 0.5) - 1), sample]
        at = (seconds - self.begin) * self.rate
        self.even = self.even and abs(at - self.rows) <= 0.5
        self.rows += 1
        if not self.even:
            return self._interpolate(last, (seconds, values))
        self.tick += 1
        return [("sample", values, self._write(seconds))]

    def _interpolate(self, a, b):
        """The ticks up to a row, between it and the one before."""
        start, stop = a[0] - self.begin, b[0] - self.begin
        span, out, missing = stop - start, [], 0
        while self.tick <= stop * self.rate + SAME_TICK / 10:
            t = self.tick / self.rate
            self.tick += 1
            if span > self.limit and min(t - start, stop - t) * self.rate > SAME_TICK:
                missing += 1
                continue
            if missing > 0:
                out.append(("missing", missing))
                missing = 0
            share = min(1.0, max(0.0, (t - start) / span)) if span > 0 else 0.0
            values = [v + (w - v) * share for v, w in zip(a[1], b[1])]
            out.append(("sample", values, self._write(self.begin + t)))
        if missing > 0:
            out.append(("missing", missing))
        return out

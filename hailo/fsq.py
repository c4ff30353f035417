#!/usr/bin/env python3
"""The quantiser fsq/v1-offset-atanh in plain Python, for hosts without Motiflow; float64, standard library only.

Use it where latents leave a network before the bound. Where the device already returns bounded values (as the packaged
device model does), start at `code_of_bounded`.

    printf '0.3 -0.7 1.2\\n' | python3 fsq.py 8,6,5                prints 205
    printf '0.3 -0.7 1.2\\n' | python3 fsq.py host_head.json       the same with the constants of a bundle or package
"""
import json
import math
import sys

VARIANT = "fsq/v1-offset-atanh"
EPSILON = 1e-3


class Quantizer:
    """Quantises latent vectors with `levels`, e.g. [8, 6, 5]; the first dimension is the fastest in a code."""

    def __init__(self, levels):
        for level in levels:
            if not isinstance(level, int) or not 3 <= level <= 1000:
                raise ValueError(f"Cannot quantise: a level must be an integer in 3..1000, got {level!r}")
        if not levels:
            raise ValueError("Cannot quantise: levels is empty")
        self.levels = list(levels)
        self.half_range = [(level - 1) * (1 + EPSILON) / 2 for level in levels]
        self.offset = [0.5 if level % 2 == 0 else 0.0 for level in levels]
        self.shift = [math.atanh(o / h) for o, h in zip(self.offset, self.half_range)]
        self.half_width = [level // 2 for level in levels]
        self.basis = [math.prod(levels[:i]) for i in range(len(levels))]

    @classmethod
    def from_host_head(cls, facts):
        """The quantiser of a host_head.json (parsed): its own constants, nothing computed anew."""
        if facts["levels"] is None:
            raise ValueError("Cannot quantise: the model has no quantiser")
        if facts["variant"] != VARIANT:
            raise ValueError(f"Cannot quantise: the file names {facts['variant']}, this is {VARIANT}")
        quantizer = cls(facts["levels"])
        for name in ("half_width", "basis", "half_range", "offset", "shift"):
            if name in facts:  # files of older exports lack the last three
                if len(facts[name]) != len(quantizer.levels):
                    raise ValueError(f"Cannot quantise: {name} and levels differ in length")
                setattr(quantizer, name, facts[name])
        return quantizer

    def bound(self, latent):
        """Bounded values tanh(z + shift) * half_range - offset of one latent vector."""
        self._check(latent)
        return [
            math.tanh(z + s) * h - o
            for z, s, h, o in zip(latent, self.shift, self.half_range, self.offset)
        ]

    def digits_of_bounded(self, bounded):
        """Digits 0..L-1; Python's round() is half to even, as it must be. Values beyond the levels are clamped."""
        self._check(bounded)
        return [
            min(max(round(b) + w, 0), level - 1)
            for b, w, level in zip(bounded, self.half_width, self.levels)
        ]

    def code_of_bounded(self, bounded):
        """Code of one vector of bounded values."""
        return sum(d * b for d, b in zip(self.digits_of_bounded(bounded), self.basis))

    def code(self, latent):
        """Code of one latent vector."""
        return self.code_of_bounded(self.bound(latent))

    def digits_of(self, code):
        """Digits of a code."""
        if not 0 <= code < math.prod(self.levels):
            raise ValueError(f"Cannot read code: {code} is outside 0..{math.prod(self.levels) - 1}")
        return [code // b % level for b, level in zip(self.basis, self.levels)]

    def values_of(self, code):
        """Quantised values in [-1, 1] of a code: what the classifier head takes."""
        return [(d - w) / w for d, w in zip(self.digits_of(code), self.half_width)]

    def _check(self, vector):
        if len(vector) != len(self.levels):
            raise ValueError(f"Cannot quantise: need {len(self.levels)} values, got {len(vector)}")
        if any(math.isnan(v) for v in vector):
            raise ValueError("Cannot quantise: a value is NaN")


def main(arguments):
    """Reads one latent vector a line from stdin and prints its code."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    if arguments[0].endswith(".json"):
        with open(arguments[0], encoding="utf-8") as file:
            quantizer = Quantizer.from_host_head(json.load(file))
    else:
        quantizer = Quantizer([int(level) for level in arguments[0].split(",")])
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            print(quantizer.code([float(v) for v in line.replace(",", " ").split()]))
        except ValueError as error:
            print(f"line {number}: {error}", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

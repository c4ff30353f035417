"""Raw samples in, behaviours out: pipeline.json executed sample by sample. Needs NumPy.

The same windows, codes, motifs and smoothed labels as Motiflow computes of a whole recording, and the same lines as
`motiflow stream` prints of this package.
"""

import json
import math

from host_head import HostHead
from hsmm import Hsmm
from motifs import open_motifs
from smoothing import Smoother


class Filter:
    """Second-order sections over one channel, starting as if the first value had always been there."""

    def __init__(self, sections):
        self.sections = [(s["b"], s["a"]) for s in sections]
        self.state = None

    def next(self, value):
        if self.state is None:
            self.state, level = [], value
            for b, a in self.sections:
                gain = (b[0] + b[1] + b[2]) / (1 + a[0] + a[1])
                self.state.append([(gain - b[0]) * level, (b[2] - a[1] * gain) * level])
                level *= gain
        for (b, a), state in zip(self.sections, self.state):
            y = b[0] * value + state[0]
            state[0] = b[1] * value - a[0] * y + state[1]
            state[1] = b[2] * value - a[1] * y
            value = y
        return value


class NotInRealTime(ValueError):
    """The pipeline needs samples to come."""


class Unreadable(ValueError):
    """A window of which the encoder makes no numbers."""


class Pipeline:
    """One continuous source of samples [sensors, inputs], flat. `push` and `gap` give lines as dictionaries."""

    def __init__(self, root, backend, supplied=False):
        import numpy

        self.numpy = numpy
        facts = load(root)
        if facts["not_in_real_time"] and not supplied:
            raise NotInRealTime("; ".join(facts["not_in_real_time"]))
        self.backend = backend
        self.head = HostHead.load(root / facts["head"])
        self.rate, window = facts["rate"], facts["window"]
        self.length, self.hop, self.context = window["length"], window["hop"], window["context"]
        self._channels(facts, [] if supplied else facts["filters"])
        self.ring = numpy.zeros((self.length, len(facts["sensors"]), len(facts["channels"])), dtype=numpy.float32)
        self.motifs = open_motifs(root, facts.get("motifs"), self.head)
        rules = facts.get("smoothing")
        self.smoother = None if rules is None else Smoother(rules)
        self.hsmm = Hsmm(facts["hsmm"]) if "hsmm" in facts else None
        self.position = self.filled = self.next = self.index = self.decided = self.open = 0
        self.unseen = set()

    def _channels(self, facts, filters):
        channels, sensors = facts["channels"], facts["sensors"]
        made = {name for f in filters for name in f["to"]}
        self.inputs = [name for name in channels if name not in made]
        self.columns = [f"{sensor}.{name}" for sensor in sensors for name in self.inputs]
        self.sensors = sensors
        self.kept = [channels.index(name) for name in self.inputs]
        self.derived = [
            (s, channels.index(source), channels.index(name), Filter(f["sections"]))
            for f in filters
            for s in range(len(sensors))
            for source, name in zip(f["from"], f["to"])
        ]

    def push(self, values, time=None):
        """Takes one sample; the line of the window that it completes, if it does."""
        sample = self.numpy.zeros(self.ring.shape[1:], dtype=self.numpy.float32)
        sample[:, self.kept] = self.numpy.asarray(values, dtype=self.numpy.float32).reshape(len(self.sensors), -1)
        for sensor, source, place, keep in self.derived:
            sample[sensor, place] = keep.next(float(sample[sensor, source]))
        # What lies before the first sample is taken to be like it, as in the batch.
        for _ in range(self.context if self.filled == 0 else 0):
            yield from self._add(sample, 0, time)
        self.position += 1
        yield from self._add(sample, 0, time)
        self.last, self.time = sample, time

    def gap(self, missing=0, reason="gap"):
        """Samples are missing here, or nothing more comes: windows that waited for context, labels held back."""
        for ahead in range(1, self.context + 1 if self.filled > 0 else 1):
            yield from self._add(self.last, ahead, self.time)
        self.position += missing
        self.filled = 0
        for *_, keep in self.derived:
            keep.state = None
        if self.hsmm:
            self.hsmm.reset()
        left = self.smoother.flush() if self.smoother else []
        decisions = [self._decision(label) for label in left]
        if self.open > 0:
            yield {"event": "end", "reason": reason, "smoothed": decisions}
        self.open = 0

    def _add(self, sample, ahead, time):
        self.ring[self.next] = sample
        self.next = (self.next + 1) % self.length
        self.filled += 1
        if self.filled >= self.length and (self.filled - self.length) % self.hop == 0:
            yield self._predict(self.position + ahead, time)

    def _predict(self, seen, time):
        window = self.numpy.concatenate([self.ring[self.next:], self.ring[:self.next]]).transpose(2, 1, 0)
        with self.numpy.errstate(over="ignore", invalid="ignore"):
            bounded = self.head.bounded(self.backend.run(self.backend.prepare(window)))
        if not all(map(math.isfinite, bounded)):
            raise Unreadable(
                f"the window that ends at sample {seen - self.context} has a latent that is no number; look for samples "
                "far beyond the range of the training data, or for a unit that differs"
            )
        code, p = self.head.code(bounded), self.head.probabilities(bounded)
        label = p.index(max(p)) if p else None
        index, self.index = self.index, self.index + 1
        motif, posterior, unseen = (None, p, False) if self.motifs is None else self.motifs.look(code, bounded)
        if unseen:
            self.unseen.add(index)
        decided = None
        if self.hsmm:
            decided = self.hsmm.push(motif, code)
        elif self.smoother and (motif is not None or label is not None):
            decided = self.smoother.push(label if motif is None else motif, posterior)
        end = seen - self.context
        line = {"event": "prediction", "index": index, "start": end - self.length + 2 * self.context, "end": end}
        line["seconds"] = end / self.rate
        if time is not None:
            line["time"] = time
        line["code"] = code
        line["label"] = None if label is None else self.head.labels[label]
        line["confidence"] = None if label is None else round(p[label], 6)
        line["uncertainty"] = None if label is None else round(1 - p[label], 6)
        if motif is not None:
            confidence = None if motif < 0 else round(posterior[motif], 6)
            line["motif"] = {"id": motif, "name": self._name(motif), "confidence": confidence, "unseen": unseen}
        known = self.motifs.names[motif] if motif is not None and motif >= 0 else "unknown"
        line["behaviour"] = line["label"] if motif is None else "unknown" if unseen else known
        line["smoothed"] = None if decided is None else self._decision(decided)
        self.open += 1
        return line

    def _name(self, label):
        names = self.head.labels if self.motifs is None else self.motifs.names
        return "unassigned" if label < 0 else names[label]

    def _decision(self, label):
        index, self.decided = self.decided, self.decided + 1
        name = "unknown" if index in self.unseen else self.hsmm.names[label] if self.hsmm else self._name(label)
        self.unseen.discard(index)
        return {"index": index, "id": label, "label": name}


def load(root):
    """pipeline.json of the package in `root`."""
    return json.loads((root / "pipeline.json").read_text(encoding="utf-8"))

"""Smoothing of labels as they come: hysteresis, mode filter, minimum dwell. Standard library only.

The same rules, ties and delays as Motiflow's stream: each label is decided a fixed number of predictions late.
"""


class Trigger:
    """Hysteresis: a new leader takes over once it is strong and the state weak, or has led for long enough."""

    def __init__(self, high, low, rule="strict", maxHold=None):
        self.high, self.low, self.strict, self.max_hold = high, low, rule == "strict", maxHold
        self.reset()

    def reset(self):
        self.state, self.held = -1, 0

    def next(self, posterior):
        challenger = max(range(len(posterior)), key=lambda c: (posterior[c], -c))
        p, own = posterior[challenger], posterior[self.state]
        if self.state < 0 or challenger == self.state or p == own:
            if self.state < 0:
                self.state = challenger
            self.held = 0
            return self.state
        strong, weak = p >= self.high, own < self.low
        leave = strong and weak if self.strict else strong or weak
        if not leave:
            self.held += 1
        if leave or (self.max_hold is not None and self.held > self.max_hold):
            self.state, self.held = challenger, 0
        return self.state


class Dwell:
    """A new label takes over, from its first prediction on, once it has lasted `minimum` predictions in a row."""

    def __init__(self, minimum):
        self.minimum = minimum
        self.waiting = []
        self.in_force = self.last = None
        self.run = 0

    def push(self, label):
        """The label of the prediction `minimum` - 1 earlier, once there is one."""
        if self.in_force is None:
            self.in_force, self.run = label, 0
        self.run = self.run + 1 if label == self.last else 1
        self.last = label
        self.waiting.append(self.in_force)
        if self.run >= self.minimum:
            self.waiting = [label] * len(self.waiting)
            self.in_force = label
        return self.waiting.pop(0) if len(self.waiting) == self.minimum else None

    def flush(self):
        left, self.waiting, self.in_force = self.waiting, [], None
        return left


def mode(labels, center):
    """The most frequent label; where labels tie, that of the centre if it is among them, else the smallest."""
    counts = {label: labels.count(label) for label in labels}
    top = max(counts.values())
    best = [label for label in counts if counts[label] == top]
    return labels[center] if labels[center] in best else min(best)


class Smoother:
    """Smooths one continuous stretch after another.

    >>> smoother = Smoother({"modeWidth": 3, "minDwell": 1, "hysteresis": None})
    >>> [smoother.push(label, None) for label in [1, 2, 1, 1]], smoother.flush()
    ([None, 1, 1, 1], [1])
    """

    def __init__(self, rules):
        hysteresis = rules["hysteresis"]
        self.trigger = None if hysteresis is None else Trigger(**hysteresis)
        self.half = (rules["modeWidth"] - 1) // 2
        self.dwell = Dwell(rules["minDwell"])
        self.labels, self.decided = [], 0

    def push(self, label, posterior):
        if self.trigger is not None:
            held = self.trigger.next(posterior)
            label = held if label >= 0 else label
        self.labels.append(label)
        return self.dwell.push(self._mode()) if len(self.labels) > self.half + self.decided else None

    def flush(self):
        """Ends the stretch: the labels still held back."""
        out = []
        while self.decided < len(self.labels):
            label = self.dwell.push(self._mode())
            if label is not None:
                out.append(label)
        out += self.dwell.flush()
        if self.trigger is not None:
            self.trigger.reset()
        self.labels, self.decided = [], 0
        return out

    def _mode(self):
        first = max(0, self.decided - self.half)
        label = mode(self.labels[first:self.decided + self.half + 1], self.decided - first)
        self.decided += 1
        if self.decided > self.half:  # labels that no later window needs are forgotten
            drop = self.decided - self.half
            self.labels, self.decided = self.labels[drop:], self.half
        return label

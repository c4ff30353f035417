"""A hidden semi-Markov model, decoded causally: the most probable state given what was seen so far. Standard library only."""

import math


class Hsmm:
    """Names windows by states, each at once."""

    def __init__(self, facts):
        self.names, self.facts = facts["names"], facts
        self.by_code, self.levels = facts["emission"] == "codes", facts["levels"]
        self.states, self.longest = facts["states"], facts["max_duration"]
        self.survivors = []
        for pmf in facts["durations"]:
            row, total = [], 0.0
            for value in reversed(pmf):
                total += value
                row.append(total)
            self.survivors.append(row[::-1])
        self.reset()

    def reset(self):
        self.open = [[0.0] * self.longest for _ in range(self.states)]
        self.old = [0.0] * self.states
        self.factor = [1.0] * self.states
        self.starts = list(self.facts["initial"])

    def push(self, motif, code):
        """The state of the next window by its motif, -1 for none, or its code."""
        symbol = code if self.by_code else motif
        log = [0.0] * self.states
        width, first = sum(self.levels), 0
        for level in self.levels if symbol >= 0 else []:
            for j in range(self.states):
                log[j] += self.facts["log_shares"][j * width + first + symbol % level]
            symbol //= level
            first += level
        return self._observe(log)

    def _observe(self, log):
        top, p, ending = max(log), [], []
        for j in range(self.states):
            pmf, survivors, factor = self.facts["durations"][j], self.survivors[j], self.factor[j]
            row = [self.starts[j]] + [value * factor for value in self.open[j][:-1]]
            self.open[j] = row
            tail = self.facts["tails"][j]
            self.old[j] = self.old[j] * factor * tail + row[-1]
            lasting = self.old[j] * pmf[-1]
            stay = sum(a * b for a, b in zip(row[:-1], survivors))
            end = sum(a * b for a, b in zip(row[:-1], pmf))
            self.factor[j] = math.exp(log[j] - top)
            p.append((stay + lasting) * self.factor[j])
            ending.append(end + lasting * (1 - tail))
        total = sum(p)
        if not total > 0:  # what no state explains begins a new stretch
            self.reset()
            return self._observe([0.0] * self.states)
        self.factor = [value / total for value in self.factor]
        ended = [end * factor for end, factor in zip(ending, self.factor)]
        transition, k = self.facts["transition"], self.states
        self.starts = [sum(ended[i] * transition[i * k + j] for i in range(k)) for j in range(k)]
        return p.index(max(p))

"""Motifs of windows: a row for each code, or Gaussians over the latent. Standard library only."""

import math

from host_head import read_floats


class CodeMotifs:
    """A table with a row for each code."""

    def __init__(self, root, facts):
        self.names, self.codes, self.k = facts["names"], facts["codes"], facts["k"]
        self.seen = set(facts["seen"])
        self.posterior = read_floats(root / facts["posterior"])
        if len(self.posterior) != self.k * len(self.codes):
            raise ValueError("the table of posteriors does not fit the codes")

    def look(self, code, bounded):
        """Motif (-1: none), posterior of each motif, and whether nobody had seen the code."""
        return self.codes[code], self.posterior[code * self.k:(code + 1) * self.k], code not in self.seen


class LatentMotifs:
    """Clusters score a point x by offset - |W (x - mean)|^2 / 2; the largest score names the motif."""

    def __init__(self, facts, head):
        self.names, self.k, self.clusters = facts["names"], facts["k"], facts["clusters"]
        d = facts["dimensions"]
        self.widths = head.half_width if head.levels is not None else [1] * d
        self.parts = [
            (
                offset,
                facts["means"][c * d:(c + 1) * d],
                [facts["whitening"][(c * d + r) * d:(c * d + r + 1) * d] for r in range(d)],
            )
            for c, offset in enumerate(facts["offsets"])
        ]
        covered = facts.get("covered")
        anchors = [] if covered is None else covered["anchors"]
        self.anchors = [anchors[at:at + d] for at in range(0, len(anchors), d)]
        self.limit = None if covered is None else covered["radius"] ** 2 * (1 + 1e-12)

    def look(self, code, bounded):
        x = [b / width for b, width in zip(bounded, self.widths)]
        scores = []
        for offset, mean, rows in self.parts:
            apart = [a - b for a, b in zip(x, mean)]
            scores.append(offset - sum(sum(w * v for w, v in zip(row, apart)) ** 2 for row in rows) / 2)
        top = max(scores)
        shares = [math.exp(score - top) for score in scores]
        total, posterior = sum(shares), [0.0] * self.k
        for motif, share in zip(self.clusters, shares):
            posterior[motif] += share / total
        near = self.limit is None or any(
            sum((a - b) ** 2 for a, b in zip(anchor, x)) <= self.limit for anchor in self.anchors
        )
        return self.clusters[scores.index(top)] if near else -1, posterior, False


def open_motifs(root, facts, head):
    """What names motifs; None where the package has none."""
    if facts is None:
        return None
    return LatentMotifs(facts, head) if facts.get("space") == "latent" else CodeMotifs(root, facts)

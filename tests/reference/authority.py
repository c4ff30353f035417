"""Writes authority.json: vectors of SciPy for the methods of few groups. Run: python3 tests/reference/authority.py"""
import json
import math
import pathlib

import numpy as np
from scipy import special, stats

rng = np.random.default_rng(14)

sign_flips = []
for n in (2, 3, 5, 6, 8, 10, 11):
    d = np.round(rng.normal(0.5, 1, n), 3)
    found = stats.permutation_test((d,), np.mean, permutation_type="samples", n_resamples=np.inf,
                                   alternative="two-sided")
    sign_flips.append({"d": d.tolist(), "p": float(found.pvalue)})

shares = []
for g, windows in ((5, 40), (8, 100), (12, 30), (9, None)):
    sizes = np.full(g, windows) if windows else rng.integers(10, 200, g)
    right = rng.binomial(sizes, rng.beta(20, 2, g))
    p = right.sum() / sizes.sum()
    left = np.array([(right.sum() - right[i]) / (sizes.sum() - sizes[i]) for i in range(g)])
    variance = max((g - 1) / g * ((left - left.mean()) ** 2).sum(), p * (1 - p) / sizes.sum())
    half = stats.t.ppf(0.975, g - 1) * math.sqrt(variance) / (p * (1 - p))
    shares.append({"right": right.tolist(), "sizes": sizes.tolist(),
                   "lower": float(special.expit(special.logit(p) - half)),
                   "upper": float(special.expit(special.logit(p) + half))})

# Equal groups: the jackknife's t on the plain scale is the t interval of the groups' scores.
scores = np.round(rng.normal(2, 0.4, 7), 3)
plain = stats.t.interval(0.95, len(scores) - 1, scores.mean(), stats.sem(scores))

folds = []
for k, members in ((3, 4), (5, 6)):
    d = np.round(rng.normal(0.02, 0.03, k * members) + np.repeat(rng.normal(0, 0.05, k), members), 4)
    means = d.reshape(k, members).mean(1)
    found = stats.ttest_1samp(means, 0)
    folds.append({"d": d.tolist(), "folds": np.repeat(np.arange(k), members).tolist(),
                  "t": float(found.statistic), "p": float(found.pvalue)})

# Cross-validated subjects: pseudo-values by subject, the folds' surplus, Satterthwaite's degrees of freedom.
cross_validated = []
for sizes in ((4, 4, 4), (3, 4, 2, 5), (1,) * 7, (6, 6)):
    values = [np.round(rng.normal(0.85 + rng.normal(0, 0.05), 0.04, size), 3) for size in sizes]
    means = np.array([v.mean() for v in values])
    people = sum(sizes)
    weights = np.concatenate([np.full(size, 1 / (len(sizes) * size)) for size in sizes])
    deviations = np.concatenate(values) - means.mean()
    own = people / (people - 1) * (weights**2 * deviations**2).sum()
    more = max(0.0, means.var(ddof=1) / len(sizes) - own)
    df = min(people - 1, (own + more)**2 / (own**2 / (people - 1) + more**2 / (len(sizes) - 1)))
    half = stats.t.ppf(0.975, df) * math.sqrt(own + more)
    cross_validated.append({"values": [v.tolist() for v in values],
                            "lower": float(means.mean() - half), "upper": float(means.mean() + half)})

perfect = [[n, *map(float, stats.binomtest(n, n).proportion_ci(method="wilson"))] for n in (5, 8, 12)]

pathlib.Path(__file__).with_name("authority.json").write_text(json.dumps(
    {"sign_flips": sign_flips, "shares": shares, "scores": scores.tolist(), "plain": [float(v) for v in plain],
     "folds": folds, "perfect": perfect,
     "cross_validated": cross_validated}, indent=1) + "\n")

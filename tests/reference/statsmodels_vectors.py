"""Vectors of statsmodels: Wilson, Welch, Kaplan-Meier and false discovery.

/usr/bin/python3 tests/reference/statsmodels_vectors.py > tests/reference/statsmodels.json
"""
import json

import numpy as np
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

rng = np.random.default_rng(14)
wilson = []
for k, n in ((0, 7), (7, 7), (3, 11), (59, 60), (997, 1000)):
    for level in (0.8, 0.95, 0.999):
        low, high = proportion_confint(k, n, alpha=1 - level, method="wilson")
        wilson.append([k, n, level, float(low), float(high)])

survival = []
for n, scale in ((9, 3), (40, 20), (200, 8)):
    whole, cut = np.ceil(rng.exponential(scale, n)), np.ceil(rng.exponential(1.5 * scale, n))
    seen, ended = np.minimum(whole, cut), whole <= cut
    curve = SurvfuncRight(seen, ended.astype(int))
    # The first time at which no more than 1 - q last on; none where so few are never reached.
    at = lambda q: next((float(t) for t, s in zip(curve.surv_times, curve.surv_prob) if s <= 1 - q + 1e-12), None)
    survival.append(dict(seconds=seen.tolist(), ended=ended.tolist(), p10=at(0.1), median=at(0.5), p90=at(0.9)))

welch = []
for a, b in ((5, 6), (8, 8), (20, 6)):
    x, y = np.round(rng.normal(0.9, 0.05, a), 3), np.round(rng.normal(0.85, 0.1, b), 3)
    means = CompareMeans(DescrStatsW(x), DescrStatsW(y))
    t, p, df = means.ttest_ind(usevar="unequal")
    low, high = means.tconfint_diff(usevar="unequal")
    welch.append(dict(a=x.tolist(), b=y.tolist(), t=t, p=p, df=df, interval=[low, high]))

p = np.round(rng.uniform(size=12) ** 3, 4)
p[3] = p[7]
print(json.dumps(dict(wilson=wilson, survival=survival, welch=welch, p=p.tolist(),
                      q=multipletests(p, method="fdr_bh")[1].tolist()), default=float))

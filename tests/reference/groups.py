"""Vectors of the group comparisons, by SciPy and statsmodels: python3 tests/reference/groups.py > tests/reference/groups.json"""
import itertools
import json

import numpy as np
import scipy.stats as st

rng = np.random.default_rng(11)
cases = []
for sizes in ([5, 6], [3, 4, 4], [8, 8, 9]):
    groups = [np.round(rng.normal(0.4 * g, 1, n), 1) for g, n in enumerate(sizes)]  # rounded: ties
    h = st.kruskal(*groups).statistic
    exact = None
    if sum(sizes) <= 11 and len(sizes) == 2:
        flat = np.concatenate(groups)
        more = total = 0
        for chosen in itertools.combinations(range(len(flat)), sizes[0]):
            mask = np.zeros(len(flat), bool)
            mask[list(chosen)] = True
            total += 1
            more += st.kruskal(flat[mask], flat[~mask]).statistic >= h - 1e-9
        exact = more / total
    cases.append(dict(groups=[list(g) for g in groups], h=h, exact=exact))
friedman = []
for subjects, sessions in ((6, 3), (9, 4)):
    values = np.round(rng.normal(size=(subjects, sessions)) + 0.5 * np.arange(sessions), 1)
    friedman.append(dict(values=values.tolist(), statistic=st.friedmanchisquare(*values.T).statistic))
wilcoxon = []
for n in (5, 9, 12):
    a, b = rng.normal(size=n), rng.normal(0.6, 1, n)
    wilcoxon.append(dict(a=list(a), b=list(b), p=st.wilcoxon(a, b, mode="exact").pvalue))
p = list(rng.uniform(0, 0.2, 9))
q = list(st.false_discovery_control(p, method="bh"))
print(json.dumps(dict(kruskal=cases, friedman=friedman, wilcoxon=wilcoxon, p=p, q=q), indent=1))

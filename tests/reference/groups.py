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
differences = []
for m, n, shift in ((5, 7, 0.3), (8, 8, 1.2), (12, 6, -0.5)):
    a, b = np.round(rng.normal(size=m), 2), np.round(rng.normal(shift, 2, n), 2)
    ci = st.ttest_ind(b, a, equal_var=False).confidence_interval(0.95)
    # Cliff's delta with the interval of Feng and Cliff (2004), by its matrix of dominances.
    d = np.sign(b[None, :] - a[:, None])
    delta = d.mean()
    s2 = (m**2 * ((d.mean(1) - delta) ** 2).sum() + n**2 * ((d.mean(0) - delta) ** 2).sum() - ((d - delta) ** 2).sum())
    s2 = max(s2 / (m * n * (m - 1) * (n - 1)), (1 - delta**2) / (m * n - 1))
    z2 = st.norm.ppf(0.975) ** 2
    half = np.sqrt(z2 * s2 * ((1 - delta**2) ** 2 + z2 * s2))
    ends = [(delta - delta**3 + sign * half) / (1 - delta**2 + z2 * s2) for sign in (-1, 1)]
    differences.append(dict(a=a.tolist(), b=b.tolist(), difference=b.mean() - a.mean(), welch=list(ci), delta=delta,
                            delta_interval=ends))
paired = []
for n in (6, 11):
    a = np.round(rng.normal(size=n), 2)
    b = np.round(a + rng.normal(0.4, 1, n), 2)
    ci = st.ttest_rel(b, a).confidence_interval(0.95)
    rank = st.rankdata(np.abs(b - a))
    paired.append(dict(a=a.tolist(), b=b.tolist(), interval=list(ci), signed=float((np.sign(b - a) * rank).sum()),
                       biserial=float((np.sign(b - a) * rank).sum() / rank.sum())))
p = list(rng.uniform(0, 0.2, 9))
q = list(st.false_discovery_control(p, method="bh"))
print(json.dumps(dict(kruskal=cases, friedman=friedman, wilcoxon=wilcoxon, differences=differences, paired=paired, p=p, q=q), indent=1))

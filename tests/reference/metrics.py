"""Writes metrics.json: vectors of SciPy and scikit-learn for tests/metrics. Run: python3 tests/reference/metrics.py"""
import json
import pathlib

import numpy as np
from scipy import optimize, special, stats
from sklearn import metrics as skm

rng = np.random.default_rng(20240611)
xs = [0.01, 0.1, 0.5, 0.9, 1, 1.5, 2.3, 7, 33.3, 171, 1234.5]


def t_quantile(p, df):
    """stats.t.ppf is only good to 1e-9 far out (SciPy 1.10), so it is polished on stats.t.cdf."""
    guess = float(stats.t.ppf(p, df))
    span = 1e-3 * max(1, abs(guess))
    return optimize.brentq(lambda t: stats.t.cdf(t, df) - p, guess - span, guess + span, xtol=1e-14, rtol=1e-14)


special_vectors = {
    "lgamma": [[x, float(special.gammaln(x))] for x in xs],
    "digamma": [[x, float(special.digamma(x))] for x in xs],
    "betainc": [[a, b, x, float(special.betainc(a, b, x))]
                for a in (0.5, 1, 2.5, 30, 400) for b in (0.5, 2, 11, 250) for x in (0.001, 0.2, 0.5, 0.77, 0.999)],
    "gammaQ": [[a, x, float(special.gammaincc(a, x))]
               for a in (0.5, 1, 3.5, 50) for x in (0.01, 0.7, 2, 30, 90)],
    "tCdf": [[t, df, float(stats.t.cdf(t, df))] for t in (-9, -2.1, -0.3, 0, 0.7, 4) for df in (1, 2.5, 4, 30, 1e4)],
    "tQuantile": [[p, df, t_quantile(p, df)]
                  for p in (1e-6, 0.005, 0.3, 0.5, 0.9, 0.975, 0.9999) for df in (1, 4, 11.9, 200)],
    "normalCdf": [[x, float(stats.norm.cdf(x))] for x in (-8, -3, -0.5, 0, 0.1, 2, 6)],
    "normalQuantile": [[p, float(stats.norm.ppf(p))] for p in (1e-10, 0.01, 0.4, 0.5, 0.8, 0.975, 0.999999)],
}

classification = []
for n, k in ((40, 3), (200, 6), (25, 5)):
    truth = rng.integers(0, k, n)
    if k == 5:
        truth[truth == 4] = 0  # a class that never occurs but may be predicted
    logits = rng.normal(size=(n, k)) + 1.5 * np.eye(k)[truth]
    logits = np.round(logits, 6)
    predicted = logits.argmax(1)
    p = special.softmax(logits, axis=1)
    classification.append({
        "classes": k,
        "truth": truth.tolist(),
        "logits": logits.ravel().tolist(),
        "confusion": skm.confusion_matrix(truth, predicted, labels=range(k)).tolist(),
        "accuracy": skm.accuracy_score(truth, predicted),
        "balanced": skm.recall_score(truth, predicted, average="macro", labels=sorted(set(truth.tolist()))),
        "macro_f1": skm.f1_score(truth, predicted, average="macro"),
        "nll": skm.log_loss(truth, p, labels=range(k)),
        "brier": float(((p - np.eye(k)[truth]) ** 2).sum(1).mean()),
    })

effects = []
for n, m in ((6, 8), (12, 12), (3, 20)):
    a, b = np.round(rng.normal(1, 0.3, n), 4), np.round(rng.normal(0.8, 0.5, m), 4)
    t = stats.ttest_ind(a, b, equal_var=False)
    case = {"a": a.tolist(), "b": b.tolist(), "t": t.statistic, "p": t.pvalue}
    if n == m:
        r = stats.ttest_rel(a, b)
        case |= {"paired_t": r.statistic, "paired_p": r.pvalue}
    effects.append(case)

out = pathlib.Path(__file__).with_suffix(".json")
out.write_text(json.dumps({"special": special_vectors, "classification": classification, "effects": effects}) + "\n")

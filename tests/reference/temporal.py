"""
Writes temporal.json: hidden semi-Markov vectors by enumerating every segmentation, and naive smoothing.
Run: python3 tests/reference/temporal.py
"""
import itertools
import json
import pathlib

import numpy as np
from scipy import special, stats

rng = np.random.default_rng(7)


def durations(family, D, theta, r):
    d = np.arange(1, D + 1)
    if family == "poisson":
        p = stats.poisson.pmf(d - 1, theta)
    elif family == "geometric":
        p = stats.geom.pmf(d, 1 - theta)
    else:
        p = stats.nbinom.pmf(d - 1, r, 1 - theta)
    return p / p.sum()


def segmentations(T, D, K):
    """All (state, duration) lists; the last duration is the observed part of a segment that may go on."""
    def go(left, last):
        for j in range(K):
            if j == last:
                continue
            for d in range(1, min(D, left) + 1):
                if d == left:
                    yield [(j, d)]
                else:
                    for rest in go(left - d, j):
                        yield [(j, d)] + rest
    return go(T, -1)


def enumerate_case(family, K, M, D, T, missing):
    pi = rng.dirichlet(np.ones(K))
    A = np.zeros((K, K))
    for i in range(K):
        A[i, [j for j in range(K) if j != i]] = rng.dirichlet(np.ones(K - 1))
    B = rng.dirichlet(np.ones(M), K)
    theta = rng.uniform(0.3, 2, K) if family == "poisson" else rng.uniform(0.2, 0.8, K)
    r = rng.uniform(0.6, 4, K)
    obs = rng.integers(0, M, T)
    if missing:
        obs[T // 2] = -1
    P = np.array([durations(family, D, theta[j], r[j]) for j in range(K)])
    S = P[:, ::-1].cumsum(1)[:, ::-1]
    total, gamma, xi, eta, paths = 0.0, np.zeros((T, K)), np.zeros((K, K)), np.zeros((K, D)), {}
    for seg in segmentations(T, D, K):
        w, t, states = 1.0, 0, []
        for n, (j, d) in enumerate(seg):
            w *= pi[j] if n == 0 else A[seg[n - 1][0], j]
            w *= S[j, d - 1] if n == len(seg) - 1 else P[j, d - 1]
            for s in range(t, t + d):
                w *= B[j, obs[s]] if obs[s] >= 0 else 1
            t += d
            states += [j] * d
        total += w
        gamma[np.arange(T), states] += w
        for n, (j, d) in enumerate(seg[:-1]):
            xi[j, seg[n + 1][0]] += w
            eta[j, d - 1] += w
        j, u = seg[-1]
        eta[j, u - 1:] += w * P[j, u - 1:] / S[j, u - 1]
        paths[tuple(states)] = max(paths.get(tuple(states), 0), w)
    best = max(paths, key=paths.get)
    return {
        "family": family, "states": K, "symbols": M, "maxDuration": D, "initial": pi.tolist(),
        "transition": A.ravel().tolist(), "emission": B.ravel().tolist(), "theta": theta.tolist(), "r": r.tolist(),
        "observed": obs.tolist(), "pmf": P.ravel().tolist(), "logLikelihood": float(np.log(total)),
        "gamma": (gamma / total).ravel().tolist(), "xi": (xi / total).ravel().tolist(),
        "eta": (eta / total).ravel().tolist(), "path": list(best), "logProbability": float(np.log(paths[best])),
    }


hsmm = [enumerate_case(f, K, M, D, T, missing)
        for f, K, M, D, T, missing in [
            ("negative_binomial", 2, 3, 4, 7, False), ("negative_binomial", 3, 4, 5, 8, True),
            ("poisson", 3, 2, 3, 7, False), ("geometric", 2, 2, 8, 8, False), ("geometric", 3, 3, 10, 6, True)]]

# A geometric HSMM with a generous D is an HMM with self-transition p: forward algorithm of the HMM.
K, M, T, D = 3, 4, 60, 400
pi, B = rng.dirichlet(np.ones(K)), rng.dirichlet(np.ones(M), K)
p = rng.uniform(0.4, 0.9, K)
A = np.zeros((K, K))
for i in range(K):
    A[i, [j for j in range(K) if j != i]] = rng.dirichlet(np.ones(K - 1))
obs = rng.integers(0, M, T)
H = A * (1 - p)[:, None] + np.diag(p)
alpha = np.log(pi) + np.log(B[:, obs[0]])
for t in range(1, T):
    alpha = special.logsumexp(alpha[:, None] + np.log(H), axis=0) + np.log(B[:, obs[t]])
hmm = {"states": K, "symbols": M, "maxDuration": D, "initial": pi.tolist(), "transition": A.ravel().tolist(),
       "emission": B.ravel().tolist(), "p": p.tolist(), "observed": obs.tolist(),
       "logLikelihood": float(special.logsumexp(alpha))}

out = pathlib.Path(__file__).with_suffix(".json")
out.write_text(json.dumps({"hsmm": hsmm, "hmm": hmm}) + "\n")

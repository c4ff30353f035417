"""Vectors for lib/cluster made by scikit-learn and SciPy on duplicated rows.

Run: /usr/bin/python3 tests/reference/cluster.py > tests/reference/cluster.json
"""
import json
import sys

import numpy as np
import scipy
import sklearn
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import cdist
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score, homogeneity_completeness_v_measure
from sklearn.metrics import normalized_mutual_info_score, silhouette_samples, silhouette_score
from sklearn.mixture import GaussianMixture


def plain(x):
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    if isinstance(x, np.ndarray):
        return plain(x.tolist())
    if isinstance(x, np.generic):
        return x.item()
    return x


def weighted_set(seed, m, d, centres, spread, lattice=None):
    """m distinct points in d dimensions around some centres, each with a multiplicity."""
    rng = np.random.default_rng(seed)
    mu = rng.uniform(-1, 1, (centres, d))
    x = mu[rng.integers(0, centres, m)] + rng.normal(0, spread, (m, d))
    if lattice is not None:
        h = np.array([level // 2 for level in lattice])
        digits = np.clip(np.round(x * h) + h, 0, np.array(lattice) - 1)
        x = (digits - h) / h
    x = np.unique(x, axis=0)
    w = rng.integers(1, 8, len(x))
    return x, w


def first_of(w):
    return np.concatenate([[0], np.cumsum(w)[:-1]])


def kmeans_cases():
    out = []
    for seed, m, d, k, spread, tol in [(1, 40, 2, 3, 0.2, 1e-4), (2, 120, 5, 6, 0.15, 0.0), (3, 90, 3, 8, 0.3, 0.0)]:
        x, w = weighted_set(seed, m, d, k, spread)
        start = x[np.random.default_rng(seed).permutation(len(x))[:k]]
        fit = KMeans(k, init=start, n_init=1, tol=tol, algorithm="lloyd", max_iter=300)
        fit.fit(np.repeat(x, w, axis=0))
        out.append(dict(x=x, w=w, start=start, tol=tol, labels=fit.labels_[first_of(w)], centres=fit.cluster_centers_,
                        inertia=fit.inertia_, iterations=fit.n_iter_))
    return out


def gmm_cases():
    out = []
    for seed, m, d, k in [(4, 150, 2, 3), (5, 200, 3, 4)]:
        x, w = weighted_set(seed, m, d, k, 0.2)
        rows = np.repeat(x, w, axis=0)
        means = x[np.random.default_rng(seed).permutation(len(x))[:k]]
        pi = np.full(k, 1 / k)
        for kind in ["full", "tied", "diag", "spherical"]:
            precisions = {"full": np.tile(np.eye(d) / 0.09, (k, 1, 1)), "tied": np.eye(d) / 0.09,
                          "diag": np.full((k, d), 1 / 0.09), "spherical": np.full(k, 1 / 0.09)}[kind]
            g = GaussianMixture(k, covariance_type=kind, weights_init=pi, means_init=means, precisions_init=precisions,
                                max_iter=500, tol=1e-5)
            labels = g.fit_predict(rows)
            out.append(dict(x=x, w=w, kind=kind, k=k, means=means, variance=0.09, tol=1e-5,
                            labels=labels[first_of(w)], weights=g.weights_, fitted_means=g.means_,
                            covariances=np.ravel(g.covariances_), bic=g.bic(rows), score=g.score(rows),
                            lower_bound=g.lower_bound_, iterations=g.n_iter_,
                            responsibilities=g.predict_proba(rows)[first_of(w)][:5]))
    return out


def dbscan_cases():
    out = []
    x, w = np.array([[0.], [1], [2], [5], [6], [9]]), np.array([3, 1, 2, 4, 1, 1])
    sets = [(x, w, 1.0, 5)]
    sets.append((*weighted_set(6, 150, 2, 4, 0.15), 0.12, 12))
    sets.append((*weighted_set(7, 300, 3, 5, 0.3, [8, 6, 5]), 0.36, 20))
    for x, w, eps, least in sets:
        fit = DBSCAN(eps=eps, min_samples=least).fit(np.repeat(x, w, axis=0))
        core = np.zeros(int(w.sum()), int)
        core[fit.core_sample_indices_] = 1
        out.append(dict(x=x, w=w, eps=eps, min_samples=least, labels=fit.labels_[first_of(w)], core=core[first_of(w)]))
    return out


def linkage_cases():
    out = []
    for seed, m, d in [(8, 30, 2), (9, 60, 3)]:
        x, w = weighted_set(seed, m, d, 4, 0.25)
        rows = np.repeat(x, w, axis=0)
        for kind in ["ward", "average", "complete", "single"]:
            z = linkage(rows, kind)
            z = z[len(rows) - len(x):]  # merges of equal rows, at height 0, come first
            cuts = {str(k): AgglomerativeClustering(k, linkage=kind).fit(rows).labels_[first_of(w)] for k in [2, 5]}
            height = (z[-4, 2] + z[-5, 2]) / 2
            at = fcluster(linkage(rows, kind), height, "distance")[first_of(w)]
            out.append(dict(x=x, w=w, kind=kind, heights=z[:, 2], sizes=z[:, 3], cuts=cuts, height=height, at_height=at))
    return out


def silhouette_cases():
    out = []
    for seed, m, d, k, lattice in [(10, 40, 2, 3, None), (11, 80, 3, 6, [8, 6, 5]), (12, 30, 2, 2, None)]:
        x, w = weighted_set(seed, m, d, k, 0.3, lattice)
        labels = np.random.default_rng(seed).integers(0, k, len(x))
        labels[0] = k  # a cluster of one distinct point
        if seed == 12:
            w[0] = 1  # and of one row
        rows, y = np.repeat(x, w, axis=0), np.repeat(labels, w)
        # scikit-learn's own distances of equal rows are up to 1e-8 instead of 0; SciPy's are exact.
        distances = cdist(rows, rows)
        out.append(dict(x=x, w=w, k=k + 1, labels=labels, score=silhouette_score(distances, y, metric="precomputed"),
                        samples=silhouette_samples(distances, y, metric="precomputed")[first_of(w)]))
    return out


def agreement_cases():
    out = []
    for seed, m, a, b, noise in [(13, 60, 4, 5, 0.3), (14, 60, 3, 3, 1.0), (15, 30, 6, 2, 0.0)]:
        rng = np.random.default_rng(seed)
        truth, w = rng.integers(0, a, m), rng.integers(1, 9, m)
        predicted = np.where(rng.random(m) < noise, rng.integers(0, b, m), truth % b)
        t, p = np.repeat(truth, w), np.repeat(predicted, w)
        h, c, v = homogeneity_completeness_v_measure(t, p)
        out.append(dict(truth=truth, predicted=predicted, w=w, ari=adjusted_rand_score(t, p),
                        nmi=normalized_mutual_info_score(t, p), homogeneity=h, completeness=c, v=v))
    return out


json.dump(plain(dict(
    made_by=dict(script="tests/reference/cluster.py", sklearn=sklearn.__version__, scipy=scipy.__version__,
                 numpy=np.__version__),
    kmeans=kmeans_cases(), gmm=gmm_cases(), dbscan=dbscan_cases(), linkage=linkage_cases(),
    silhouette=silhouette_cases(), agreement=agreement_cases(),
)), sys.stdout)
sys.stdout.write("\n")

"""scikit-learn's side of tests/bench/cluster.ts: the same rows, timed one after the other.

Usage: python3 cluster_sklearn.py FOLDER WORK...  (rows_100000.npy and rows_1000000.npy, float64 [N, 5]; start.json)
Prints one JSON object: seconds by name.
"""
import json
import sys
import time
import warnings

import numpy as np
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import silhouette_score
from sklearn.mixture import GaussianMixture


def timed(work):
    start = time.perf_counter()
    value = work()
    return time.perf_counter() - start, value


folder = sys.argv[1]
small = np.load(f"{folder}/rows_100000.npy")
large = np.load(f"{folder}/rows_1000000.npy")
with open(f"{folder}/start.json") as file:
    start = json.load(file)
wanted = sys.argv[2:]
seconds = {}


def sweep():
    for k in range(4, 25):
        KMeans(k, n_init=10, random_state=k).fit(small)


if "sweep" in wanted:
    seconds["sweep"], _ = timed(sweep)
if "silhouette" in wanted:
    labels = KMeans(12, n_init=1, random_state=0).fit(large[:10000]).labels_
    seconds["silhouette"], _ = timed(lambda: silhouette_score(large[:10000], labels))
if "ward" in wanted:
    seconds["ward"], _ = timed(lambda: AgglomerativeClustering(12).fit(large[:10000]))
if "gmm" in wanted:
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    mixture = GaussianMixture(12, reg_covar=start["reg_covar"], max_iter=start["rounds"], tol=0,
                              weights_init=np.array(start["weights"]), means_init=np.array(start["means"]),
                              precisions_init=np.tile(np.eye(5) / start["variance"], (12, 1, 1)))
    seconds["gmm"], _ = timed(lambda: mixture.fit(large))
    seconds["gmm_score"] = mixture.score(large)
if "dbscan" in wanted:
    seconds["dbscan"], fit = timed(lambda: DBSCAN(eps=0.3, min_samples=200).fit(small))
    seconds["dbscan_clusters"] = int(fit.labels_.max() + 1)
print(json.dumps(seconds))

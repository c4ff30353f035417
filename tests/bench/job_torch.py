"""The whole job of tests/bench/job.ts as one script of PyTorch, SciPy, scikit-learn and nbconvert.

`job_torch.py HAPT.zip EPOCHS OUT.html`: raw recordings to windows, network, codes, motifs, judgement by subject and an
HTML page of tables. It draws no figures and executes no notebook, which Motiflow's report does. Prints accuracy.
"""
import io
import sys
import zipfile

import nbformat
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from nbconvert import HTMLExporter
from scipy import stats
from scipy.signal import butter, sosfiltfilt
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, confusion_matrix, f1_score

ARCHIVE, EPOCHS, OUT = sys.argv[1], int(sys.argv[2]), sys.argv[3]
LENGTH, HOP, CONTEXT, RATE = 128, 64, 64, 50
TEST = {2, 4, 9, 10, 12, 13, 18, 20, 24}
LEVELS = torch.tensor([4.0, 4.0, 4.0])
torch.manual_seed(7)
rng = np.random.default_rng(7)


def recordings():
    """Samples [T, 9] with gravity, labels [T] from 0, −1 elsewhere, and the subject of each recording."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        names = {n.rsplit("/", 1)[-1]: n for n in archive.namelist()}
        read = lambda name: np.loadtxt(io.BytesIO(archive.read(names[name])))
        labels = read("labels.txt").astype(int)
        low = butter(3, 0.3, fs=RATE, output="sos")
        for experiment, subject in sorted({(row[0], row[1]) for row in labels}):
            acc, gyro = (read(f"{kind}_exp{experiment:02}_user{subject:02}.txt") for kind in ("acc", "gyro"))
            marks = np.full(len(acc), -1)
            for _, _, activity, first, last in labels[labels[:, 0] == experiment]:
                if activity <= 6:
                    marks[first - 1:last] = activity - 1
            yield np.hstack([acc, gyro, sosfiltfilt(low, acc, axis=0)]).astype(np.float32), marks, subject


def windows():
    x, y, who = [], [], []
    for samples, marks, subject in recordings():
        edges = np.flatnonzero(np.diff(marks)) + 1
        for first, last in zip(np.r_[0, edges], np.r_[edges, len(marks)]):
            if marks[first] < 0:
                continue
            for start in range(first, last - LENGTH + 1, HOP):
                if start >= CONTEXT and start + LENGTH + CONTEXT <= len(samples):
                    x.append(samples[start - CONTEXT:start + LENGTH + CONTEXT].T[:, None])
                    y.append(marks[start])
                    who.append(subject)
    return np.stack(x), np.array(y), np.array(who)


class Network(nn.Module):
    def __init__(self, classes):
        super().__init__()
        sizes = [(9, 32, 4), (32, 64, 2), (64, 64, 1)]
        self.convs = nn.ModuleList([nn.Conv2d(a, b, (1, 5), padding=(0, 2), bias=False) for a, b, _ in sizes])
        self.norms = nn.ModuleList([nn.BatchNorm2d(b) for _, b, _ in sizes])
        self.pools = [pool for *_, pool in sizes]
        self.neck, self.projection = nn.Linear(128, 64), nn.Linear(64, len(LEVELS))
        self.head = nn.Sequential(nn.Linear(len(LEVELS), 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, classes))
        self.auxiliary = nn.Linear(128, classes)
        self.half = (LEVELS - 1) * 1.001 / 2
        self.shift = torch.atanh(0.5 / self.half)

    def forward(self, x):
        for conv, norm, pool in zip(self.convs, self.norms, self.pools):
            x = F.max_pool2d(F.relu(norm(conv(x))), (1, pool))
        features = torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)
        z = self.projection(F.relu(self.neck(features)))
        bounded = torch.tanh(z + self.shift) * self.half - 0.5
        codes = bounded + (torch.round(bounded) - bounded).detach()
        return z, codes, self.head(codes / 2), self.auxiliary(features)


def train(x, y):
    network = Network(int(y.max()) + 1).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-4)
    steps = EPOCHS * (len(x) // 64)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(EPOCHS):
        for rows in np.array_split(rng.permutation(len(x)), len(x) // 64):
            # Shift, scale and turn as the trainer does: a part of the window, and a random rotation of each triad.
            shift = rng.integers(-32, 33)
            batch = np.roll(x[rows], shift, axis=3) * rng.normal(1, 0.1, (len(rows), 1, 1, 1)).astype(np.float32)
            q, r = np.linalg.qr(np.eye(3) + 0.4 * rng.normal(size=(len(rows), 3, 3)))
            q = q * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None]
            batch = np.einsum("nij,ntjsl->ntisl", q, batch.reshape(len(rows), 3, 3, 1, -1)).reshape(batch.shape)
            z, _, logits, auxiliary = network(torch.from_numpy(batch.astype(np.float32)))
            target = torch.from_numpy(y[rows])
            loss = F.cross_entropy(logits, target, label_smoothing=0.1)
            loss = loss + 0.5 * F.cross_entropy(auxiliary, target, label_smoothing=0.1)
            loss = loss + 0.005 * ((z.var(0, unbiased=False) - 1) ** 2 + z.mean(0) ** 2).mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return network.eval()


def main():
    x, y, who = windows()
    held = np.isin(who, list(TEST))
    scale = np.sqrt((x[~held].reshape(-1, 3, 3, x.shape[3]) ** 2).mean((0, 2, 3))).repeat(3)[:, None, None]
    x = x / scale
    networks = [train(x[~held], y[~held]) for _ in range(2)]  # the second stands for the twin without quantiser
    with torch.no_grad():
        parts = [networks[0](torch.from_numpy(part)) for part in np.array_split(x, 20)]
    codes, logits = (torch.cat([part[i] for part in parts]).numpy() for i in (1, 2))
    predicted = logits.argmax(1)
    accuracy = [float((predicted == y)[who == s].mean()) for s in sorted(TEST)]
    low, high = stats.t.interval(0.95, len(accuracy) - 1, np.mean(accuracy), stats.sem(accuracy))
    motifs = KMeans(12, n_init=10, random_state=7).fit(codes[~held]).predict(codes[held])
    rows = [
        f"accuracy by subject: {np.mean(accuracy):.3f} [{low:.3f}, {high:.3f}], n = {len(accuracy)} subjects",
        f"macro-F1: {f1_score(y[held], predicted[held], average='macro'):.3f}",
        f"motifs and classes: {adjusted_rand_score(y[held], motifs):.3f}",
        f"codes used: {len(np.unique(codes, axis=0))}",
        f"{confusion_matrix(y[held], predicted[held])}",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(f"```\n{row}\n```") for row in rows])
    with open(OUT, "w", encoding="utf-8") as page:
        page.write(HTMLExporter().from_notebook_node(notebook)[0])
    print(f"{(predicted == y)[held].mean():.4f}")


main()

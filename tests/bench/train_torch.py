"""Whole training steps of the bench's network in PyTorch, on request: one line `threads batch steps` in, seconds out.

Started by tests/bench/train.ts with Debian's python3-torch. Same layers, losses, clipping and optimiser.
"""
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

LEVELS = [4, 4, 4]
CLASSES = 10


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([
            nn.Conv2d(9, 32, (1, 5), padding=(0, 2), bias=False),
            nn.Conv2d(32, 64, (1, 5), padding=(0, 2), bias=False),
            nn.Conv2d(64, 64, (2, 5), padding=(0, 2), bias=False),
        ])
        self.norms = nn.ModuleList([nn.BatchNorm2d(n) for n in (32, 64, 64)])
        self.projection = nn.Linear(128, len(LEVELS))
        self.head = nn.Sequential(nn.Linear(len(LEVELS), 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, CLASSES))
        self.auxiliary = nn.Linear(128, CLASSES)
        levels = torch.tensor(LEVELS, dtype=torch.float32)
        self.half = (levels - 1) * 1.001 / 2
        self.offset = torch.where(levels % 2 == 0, 0.5, 0.0)
        self.shift = torch.atanh(self.offset / self.half)
        self.width = torch.floor(levels / 2)

    def forward(self, x):
        for i in range(3):
            x = self.norms[i](self.convs[i](x))
            if i < 2:
                x = F.max_pool2d(x, (1, 2))
            x = F.relu(x)
        features = torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)
        z = self.projection(features)
        bounded = torch.tanh(z + self.shift) * self.half - self.offset
        quantised = (bounded + (torch.round(bounded) - bounded).detach()) / self.width
        return z, self.head(quantised), self.auxiliary(features)


def steps_of(threads, batch):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    torch.set_flush_denormal(True)
    network = Network().train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=1e-4)
    x = torch.randn(batch, 9, 2, 100)
    y = torch.arange(batch) % CLASSES

    def step():
        optimizer.zero_grad(set_to_none=True)
        z, logits, auxiliary = network(x)
        loss = F.cross_entropy(logits, y) + 0.5 * F.cross_entropy(auxiliary, y)
        loss = loss + 0.05 * ((z.var(0, unbiased=False) - 1) ** 2 + z.mean(0) ** 2).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        return float(loss)

    return step


known = {}
print(torch.__version__, flush=True)
for line in sys.stdin:
    threads, batch, count = map(int, line.split())
    torch.set_num_threads(threads)
    step = known.setdefault((threads, batch), None) or steps_of(threads, batch)
    known[(threads, batch)] = step
    started = time.perf_counter()
    for _ in range(count):
        step()
    print(time.perf_counter() - started, flush=True)

"""Whole training steps of the bench's networks in PyTorch, on request.

Arguments: network, threads, batch. A number of steps in, seconds by the clock and of the processor out, line by line.

Started by tests/bench/train.ts with Debian's python3-torch. Same layers, losses, clipping and optimiser.
"""
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

LEVELS = [4, 4, 4]
CLASSES = 10


class BuiltIn(nn.Module):
    """Motiflow's own encoder: 128 features."""

    features = 128

    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([
            nn.Conv2d(9, 32, (1, 5), padding=(0, 2), bias=False),
            nn.Conv2d(32, 64, (1, 5), padding=(0, 2), bias=False),
            nn.Conv2d(64, 64, (2, 5), padding=(0, 2), bias=False),
        ])
        self.norms = nn.ModuleList([nn.BatchNorm2d(n) for n in (32, 64, 64)])

    def forward(self, x):
        for i in range(3):
            x = self.norms[i](self.convs[i](x))
            if i < 2:
                x = F.max_pool2d(x, (1, 2))
            x = F.relu(x)
        return torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)


class Depthwise(nn.Module):
    """workflows/encoders/depthwise.ts: 64 features."""

    features = 64

    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(9, 32, (1, 5), padding=(0, 2), bias=False), nn.BatchNorm2d(32), nn.ReLU())
        self.blocks = nn.ModuleList()
        self.shortcuts = nn.ModuleList()
        before = 32
        for filters in (32, 64, 64):
            self.blocks.append(nn.Sequential(
                nn.Conv2d(before, before, (1, 7), padding=(0, 3), groups=before, bias=False),
                nn.Conv2d(before, filters, 1, bias=False),
                nn.BatchNorm2d(filters),
            ))
            self.shortcuts.append(nn.Identity() if before == filters else nn.Conv2d(before, filters, 1, bias=False))
            before = filters
        self.last = nn.Sequential(nn.Conv2d(64, 64, (2, 5), groups=64, bias=False), nn.BatchNorm2d(64), nn.ReLU())

    def forward(self, x):
        x = self.first(x)
        for block, shortcut in zip(self.blocks, self.shortcuts):
            x = F.max_pool2d(F.relu(shortcut(x) + block(x)), (1, 2))
        return self.last(x).mean((2, 3))


class Network(nn.Module):
    """An encoder with quantiser, classifier and the second classifier on its features."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder
        self.projection = nn.Linear(encoder.features, len(LEVELS))
        self.head = nn.Sequential(nn.Linear(len(LEVELS), 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, CLASSES))
        self.auxiliary = nn.Linear(encoder.features, CLASSES)
        levels = torch.tensor(LEVELS, dtype=torch.float32)
        self.half = (levels - 1) * 1.001 / 2
        self.offset = torch.where(levels % 2 == 0, 0.5, 0.0)
        self.shift = torch.atanh(self.offset / self.half)
        self.width = torch.floor(levels / 2)

    def forward(self, x):
        features = self.encoder(x)
        z = self.projection(features)
        bounded = torch.tanh(z + self.shift) * self.half - self.offset
        quantised = (bounded + (torch.round(bounded) - bounded).detach()) / self.width
        return z, self.head(quantised), self.auxiliary(features)


ENCODERS = {"built-in": BuiltIn, "depthwise": Depthwise}


def steps_of(name, threads, batch):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    torch.set_flush_denormal(True)
    network = Network(ENCODERS[name]()).train()
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


name, threads, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
step = steps_of(name, threads, batch)
print(torch.__version__, flush=True)
for line in sys.stdin:
    started, used = time.perf_counter(), time.process_time()
    for _ in range(int(line)):
        step()
    print(time.perf_counter() - started, time.process_time() - used, flush=True)

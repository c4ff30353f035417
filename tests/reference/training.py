"""One training step of a small network in PyTorch: loss, logits and gradients for tests/model/train/training_graph_test.ts.

Run: /usr/bin/python3 tests/reference/training.py   (Debian's python3-torch)
"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(3)
B, C, S, L, K, LEVELS = 6, 3, 2, 41, 4, [4, 5]
WIDTHS = [4, 5, 6]
AUX = 0.5


def make(pooling, segments, neck):
    p = {}
    inputs = C
    for i, out in enumerate(WIDTHS):
        kh = S if i == 2 else 1
        p[f"block{i}.weight"] = torch.randn(out, inputs, kh, 5) * 0.4
        p[f"block{i}.bn.gamma"] = 1 + 0.2 * torch.randn(out)
        p[f"block{i}.bn.beta"] = 0.2 * torch.randn(out)
        inputs = out
    features = WIDTHS[-1] * len(pooling) * segments
    width = features
    for i, out in enumerate(neck):
        p[f"neck{i}.weight"] = torch.randn(out, width) * 0.5
        p[f"neck{i}.bias"] = torch.randn(out) * 0.1
        width = out
    p["projection.weight"] = torch.randn(len(LEVELS), width) * 0.5
    p["projection.bias"] = torch.randn(len(LEVELS)) * 0.1
    p["head0.weight"] = torch.randn(7, len(LEVELS)) * 0.7
    p["head0.bias"] = torch.randn(7) * 0.1
    p["head1.weight"] = torch.randn(K, 7) * 0.7
    p["head1.bias"] = torch.randn(K) * 0.1
    p["auxiliary.weight"] = torch.randn(K, features) * 0.5
    p["auxiliary.bias"] = torch.randn(K) * 0.1
    return {k: v.double().requires_grad_() for k, v in p.items()}


def forward(p, x, pooling, quantise, segments, neck):
    for i in range(3):
        y = F.conv2d(x, p[f"block{i}.weight"], padding=(0, 2))
        mean = y.mean((0, 2, 3))
        var = y.var((0, 2, 3), unbiased=False)
        y = (y - mean[:, None, None]) / torch.sqrt(var + 1e-5)[:, None, None]
        y = y * p[f"block{i}.bn.gamma"][:, None, None] + p[f"block{i}.bn.beta"][:, None, None]
        if i < 2:
            y = F.max_pool2d(y, (1, 2))
        x = F.relu(y)
    parts = []
    length = x.shape[3] // segments
    x = x[..., :length * segments]
    x = x.reshape(*x.shape[:3], segments, length).permute(0, 1, 3, 2, 4).flatten(1, 2)  # [B, C·segments, 1, length]
    for which in pooling:
        if which == "mean":
            parts.append(x.mean((2, 3)))
        elif which == "max":
            parts.append(x.amax((2, 3)))
        else:
            parts.append(torch.sqrt(x.var((2, 3), unbiased=False) + 1e-5))
    f = torch.cat(parts, 1)
    n = f
    for i in range(len(neck)):
        n = F.relu(n @ p[f"neck{i}.weight"].T + p[f"neck{i}.bias"])
    z = n @ p["projection.weight"].T + p["projection.bias"]
    if quantise:
        lv = torch.tensor(LEVELS, dtype=torch.float64)
        half = (lv - 1) * 1.001 / 2
        offset = torch.where(lv % 2 == 0, 0.5, 0.0).double()
        b = torch.tanh(z + torch.atanh(offset / half)) * half - offset
        q = (b + (torch.round(b) - b).detach()) / torch.floor(lv / 2)
    else:
        q = z
    h = F.relu(q @ p["head0.weight"].T + p["head0.bias"])
    return h @ p["head1.weight"].T + p["head1.bias"], f @ p["auxiliary.weight"].T + p["auxiliary.bias"]


def case(pooling, quantise, segments=1, neck=()):
    p = make(pooling, segments, neck)
    x = torch.randn(B, C, S, L).double()
    target = torch.softmax(torch.randn(B, K).double(), 1)
    target = target / B
    logits, aux = forward(p, x, pooling, quantise, segments, neck)
    loss = -(target * F.log_softmax(logits, 1)).sum() - AUX * (target * F.log_softmax(aux, 1)).sum()
    loss.backward()
    flat = lambda t: [round(v, 7) for v in t.detach().reshape(-1).tolist()]
    return {
        "pooling": pooling, "segments": segments, "neck": list(neck),
        "levels": LEVELS if quantise else None,
        "window": flat(x), "target": flat(target), "loss": loss.item(), "logits": flat(logits),
        "parameters": {k: flat(v) for k, v in p.items()},
        "gradients": {k: flat(v.grad) for k, v in p.items()},
    }


cases = [case(["mean", "max"], True), case(["mean", "std"], True), case(["std"], False), case(["mean", "max", "std"], True, 3),
         case(["mean", "max"], True, 1, (8, 6))]
out = {"shape": [B, C, S, L], "classes": K, "widths": WIDTHS, "head": [7], "auxiliary": AUX, "cases": cases,
       "made_with": f"PyTorch {torch.__version__}, float64"}
path = pathlib.Path(__file__).with_name("training.json")
path.write_text(json.dumps(out) + "\n")
print(path.name, path.stat().st_size, "bytes")

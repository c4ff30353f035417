"""Decodes loggers' files independently of lib/signal/read/devices, block by block with NumPy.

python3 tests/reference/devices.py ../shared/data/devices > tests/reference/devices.json
python3 tests/reference/devices.py --time FILE    seconds and samples of one file
"""
import calendar
import json
import os
import re
import sys
import time
import zipfile

import numpy as np


def cwa(path):
    """Axivity: begin of each block, its samples, and the decoded numbers."""
    raw = np.fromfile(path, dtype=np.uint8)
    begins, counts, values, broken = [], [], [], []
    for k in range((len(raw) - 1024) // 512):
        block = raw[1024 + 512 * k:1536 + 512 * k]
        words = block.view("<u2")
        if words[0] != 0x5841 or int(words.sum(dtype=np.uint64)) & 0xFFFF:
            broken.append(k)
            continue
        stamp = int(block[14:18].view("<u4")[0])
        rate = 3200 / (1 << (15 - (int(block[24]) & 15)))
        offset = int(block[26:28].view("<i2")[0])
        fraction = int(words[2])
        fraction = (fraction & 0x7FFF) / 32768 if fraction & 0x8000 else 0.0
        offset += int(fraction * int(rate))
        parts = ((stamp >> 26) + 2000, (stamp >> 22) & 15, (stamp >> 17) & 31, (stamp >> 12) & 31, (stamp >> 6) & 63,
                 stamp & 63)
        count = int(words[14])
        axes, packing = block[25] >> 4, block[25] & 15
        scale = int(words[9])
        if packing == 0:
            w = block[30:30 + 4 * count].view("<u4").astype(np.int64)
            axis = [((w >> s & 1023) ^ 512) - 512 << (w >> 30) for s in (0, 10, 20)]
            xyz = np.stack(axis, 1) / (1 << (8 + (scale >> 13)))
        else:
            xyz = block[30:30 + 2 * axes * count].view("<i2").reshape(count, axes).astype(float)
            g = 1 / (1 << (8 + (scale >> 13)))
            dps = 8000 / (1 << (scale >> 10 & 7)) / 32768
            xyz = xyz * ([g] * 3 if axes == 3 else [dps] * 3 + [g] * 3)
            xyz = xyz if axes == 3 else xyz[:, [3, 4, 5, 0, 1, 2]]
        begins.append(calendar.timegm(parts) + fraction - offset / rate)
        counts.append(count)
        values.append(xyz)
    return begins, counts, np.concatenate(values), broken, rate


def gt3x(path):
    """ActiGraph: both the log of records and the older stream of 12 bits."""
    with zipfile.ZipFile(path) as archive:
        info = dict(line.split(": ", 1) for line in archive.read("info.txt").decode().splitlines() if ": " in line)
        names = archive.namelist()
        log = archive.read("log.bin" if "log.bin" in names else "activity.bin")
    rate = float(info["Sample Rate"])
    start = (int(info["Start Date"]) - 621355968000000000) / 1e7
    scale = float(info.get("Acceleration Scale", 341))

    def unpack(data):
        nibbles = np.stack([data >> 4, data & 15], 1).reshape(-1)
        nibbles = nibbles[:len(nibbles) // 9 * 9].astype(np.int64).reshape(-1, 3, 3)
        v = nibbles[:, :, 0] << 8 | nibbles[:, :, 1] << 4 | nibbles[:, :, 2]
        return ((v ^ 2048) - 2048)[:, [1, 0, 2]] / scale

    if "log.bin" not in names:
        values = unpack(np.frombuffer(log, dtype=np.uint8))
        return [start], [len(values)], values, [], rate
    begins, counts, values, at = [], [], [], 0
    while at < len(log):
        if log[at] == 0:
            at += 1
            continue
        kind, second, size = log[at + 1], int.from_bytes(log[at + 2:at + 6], "little"), log[at + 6] | log[at + 7] << 8
        payload = np.frombuffer(log, dtype=np.uint8, count=size, offset=at + 8)
        head = np.frombuffer(log, dtype=np.uint8, count=size + 9, offset=at)
        assert log[at] == 0x1E and np.bitwise_xor.reduce(head) == 255, f"broken record at {at}"
        if kind in (0, 26) and size > 1:
            xyz = unpack(payload) if kind == 0 else payload.view("<i2").reshape(-1, 3) / scale
            begins.append(second)
            counts.append(len(xyz))
            values.append(xyz)
        at += size + 9
    return begins, counts, np.concatenate(values), [], rate


def geneactiv(path):
    """GENEActiv: pages of 300 samples in hexadecimal digits."""
    with open(path, encoding="latin-1", newline="\r\n") as file:
        head, *pages = file.read().split("Recorded Data\r\n")
    number = lambda text, name: float(re.search(rf"(?m)^{name}:\s*(-?[\d.]+)", text).group(1))
    gain = np.array([number(head, f"{a} gain") for a in "xyz"])
    offset = np.array([number(head, f"{a} offset") for a in "xyz"])
    begins, counts, values, broken = [], [], [], []
    for k, page in enumerate(pages):
        *lines, digits = page.rstrip("\r\n").split("\r\n")
        text = "\r\n".join(lines)
        found = re.search(r"Page Time:(\d+)-(\d+)-(\d+) (\d+):(\d+):(\d+):(\d+)", text)
        if len(digits) % 12 or not digits or not found:
            broken.append(k)
            continue
        nibbles = np.array([int(d, 16) for d in digits]).reshape(-1, 12)
        v = np.stack([nibbles[:, i] << 8 | nibbles[:, i + 1] << 4 | nibbles[:, i + 2] for i in (0, 3, 6)], 1)
        values.append((((v ^ 2048) - 2048) * 100 - offset) / gain)
        begins.append(calendar.timegm(tuple(map(int, found.groups()[:6]))) + int(found.group(7)) / 1000)
        counts.append(len(v))
    return begins, counts, np.concatenate(values), broken, number(head, "Measurement Frequency")


def decode(path):
    return {"cwa": cwa, "gt3x": gt3x, "bin": geneactiv}[path.rsplit(".", 1)[1]](path)


if sys.argv[1] == "--time":
    began = time.process_time()
    values = decode(sys.argv[2])[2].astype(np.float32)
    print(json.dumps(dict(seconds=time.process_time() - began, samples=len(values))))
else:
    table = {}
    for name in sorted(os.listdir(sys.argv[1])):
        if not name.endswith((".cwa", ".gt3x", ".bin")):
            continue
        begins, counts, values, broken, rate = decode(os.path.join(sys.argv[1], name))
        table[name] = dict(rate=rate, blocks=len(begins), samples=len(values), first=begins[0], last=begins[-1],
                           broken=broken, mean=values.mean(0).tolist(), sd=values.std(0).tolist(),
                           head=values[:3].tolist(), tail=values[-3:].tolist())
    print(json.dumps(table, indent=1))

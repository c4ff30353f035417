"""Least and largest value that the graph of an ONNX file gives for windows [n, h, w, c] of an npy file."""

import sys

import numpy as np
from hailo_platform.onnx_graph import Graph

with open(sys.argv[1], "rb") as file:
    out = Graph(file.read()).run(np.load(sys.argv[2])[: int(sys.argv[3])].transpose(0, 3, 1, 2))
print(min(0.0, float(out.min())), max(0.0, float(out.max())))

"""Prints golden values for rounding.test.ts as the gguf package computes them, llama.cpp's own Python code (pip install gguf)."""

import hashlib
import json
import struct
import sys

import gguf
import numpy as np


def read_matrix(path, name):
    """A BF16 tensor of a safetensors file, in float32."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))[name]
        start, end = header["data_offsets"]
        file.seek(8 + length + start)
        halves = np.frombuffer(file.read(end - start), dtype=np.uint16)
    return (halves.astype(np.uint32) << 16).view(np.float32).reshape(header["shape"])


def round_rows(matrix, kind):
    return gguf.dequantize(gguf.quantize(matrix, kind), kind)


def digest(values):
    return hashlib.sha256(np.ascontiguousarray(values, dtype="<f4").tobytes()).hexdigest()


kinds = {"8": gguf.GGMLQuantizationType.Q8_0, "4": gguf.GGMLQuantizationType.Q4_0}
for name in ("model.embed_tokens.weight", "model.layers.1.self_attn.o_proj.weight"):
    matrix = read_matrix(sys.argv[1], name)
    for bits, kind in kinds.items():
        print(name, bits, digest(round_rows(matrix, kind)))
    turned = np.ascontiguousarray(matrix.T)
    for bits, kind in kinds.items():
        print(name, "stored [in, out]", bits, digest(round_rows(turned, kind).T))
block = np.array([[(i * 37 % 64 - 31.5) / 8 for i in range(32)]], dtype=np.float32)
for bits, kind in kinds.items():
    print("block", bits, round_rows(block, kind)[0].tolist())

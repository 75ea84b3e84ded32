"""Writes test/fixtures/rehearse/attacks.json: small tensors and what each attack of src/rehearse makes of them.

The formulas are written here anew from the papers and from mergekit's documentation, in numpy; float8 is torch's own type.
    python test/unit/rehearse/makeAttackGolden.py
"""

import json
import pathlib

import numpy as np
import torch

random = np.random.default_rng(5)
rows, columns = 6, 64


def draw(scale=1.0, shape=(rows, columns)):
    return (scale * random.standard_normal(shape)).astype(np.float32)


base = draw()
marked = base + draw(0.3)
other = base + draw(0.3)
far = draw()
norms = np.abs(draw(shape=(columns,))) + np.float32(0.1)


def symmetric(w, bits):
    """Round to nearest in groups of 32, as the judge of the measurements does it in torch."""
    groups = torch.tensor(w).view(rows, -1, 32)
    top = 2 ** (bits - 1) - 1
    scale = groups.abs().amax(-1, keepdim=True) / top + 1e-12
    return ((groups / scale).round().clamp(-top - 1, top) * scale).view(rows, columns).numpy()


def float8(w):
    t = torch.tensor(w)
    scale = t.abs().max() / 448
    return ((t / scale).to(torch.float8_e4m3fn).float() * scale).numpy()


def slerp(share, a, b):
    """From b to a."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    cosine = (a * b).sum() / (np.linalg.norm(a) * np.linalg.norm(b))
    theta = np.arccos(cosine)
    return np.sin(share * theta) / np.sin(theta) * a + np.sin((1 - share) * theta) / np.sin(theta) * b


def sparsify(delta, density):
    kept = int(density * delta.size)
    order = np.argsort(-np.abs(delta), axis=None, kind="stable")[:kept]
    mask = np.zeros(delta.size, dtype=bool)
    mask[order] = True
    return np.where(mask.reshape(delta.shape), delta, 0)


def ties(share, ours, theirs):
    weighted = np.stack([share * sparsify(ours - base, 0.2), (1 - share) * sparsify(theirs - base, 0.2)])
    majority = np.where(weighted.sum(0) >= 0, 1, -1)
    return base + np.where(np.sign(weighted) == majority, weighted, 0).sum(0)


def magnitude(w, share):
    limit = np.sort(np.abs(w), axis=None)[max(1, int(share * w.size)) - 1]
    return np.where(np.abs(w) <= limit, 0, w)


def wanda(w, share):
    pruned = w.copy()
    least = np.argsort(np.abs(w) * norms, axis=1, kind="stable")[:, : int(columns * share)]
    np.put_along_axis(pruned, least, 0, axis=1)
    return pruned


harmful, harmless = draw(shape=(5, rows)), draw(shape=(4, rows))
direction = harmful.astype(np.float64).mean(0) - harmless.astype(np.float64).mean(0)
direction /= np.linalg.norm(direction)
projected = base - np.outer(direction, direction @ base.astype(np.float64))

logits = draw(2.0, (50,))
logits[7] = logits.max() + 0.5
p = np.exp(logits.astype(np.float64) - logits.max())
p /= p.sum()
order = np.argsort(-p, kind="stable")


def kept(ids):
    chances = np.zeros_like(p)
    chances[ids] = p[ids] / p[ids].sum()
    return chances


def nucleus(mass):
    count = int(np.searchsorted(np.cumsum(p[order]), mass)) + 1
    return kept(order[:count])


def temperature(t):
    q = np.exp((logits.astype(np.float64) - logits.max()) / t)
    return q / q.sum()


def flat(values):
    return [float(f"{value:.9g}") for value in np.asarray(values, dtype=np.float32).ravel()]


golden = {
    "shape": [rows, columns],
    **{name: flat(values) for name, values in [("base", base), ("marked", marked), ("other", other), ("far", far), ("norms", norms)]},
    "harmful": [flat(state) for state in harmful],
    "harmless": [flat(state) for state in harmless],
    "logits": flat(logits),
    "weights": {
        "round:8": flat(symmetric(marked, 8)),
        "round:4": flat(symmetric(marked, 4)),
        "round:3": flat(symmetric(marked, 3)),
        "fp8": flat(float8(marked)),
        "merge-linear:0.3": flat(0.3 * marked.astype(np.float64) + 0.7 * other),
        "merge-slerp:0.3": flat(slerp(0.3, marked, far)),
        "task-arithmetic:0.3": flat(base + 0.3 * (marked - base).astype(np.float64) + 0.7 * (other - base)),
        "ties:0.3": flat(ties(0.3, marked, other)),
        "ties-with-base:0.3": flat(ties(0.3, marked, base)),
        "prune:0.2": flat(magnitude(marked, 0.2)),
        "wanda:0.5": flat(wanda(marked, 0.5)),
        "abliterate": flat(projected),
    },
    "answers": {
        "temperature:0.7": [float(x) for x in temperature(0.7)],
        "top-p:0.9": [float(x) for x in nucleus(0.9)],
        "top-k:5": [float(x) for x in kept(order[:5])],
        "min-p:0.1": [float(x) for x in kept(np.nonzero(p >= 0.1 * p.max())[0])],
    },
}
path = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "rehearse" / "attacks.json"
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")

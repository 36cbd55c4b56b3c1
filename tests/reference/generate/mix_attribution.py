# SPDX-License-Identifier: Apache-2.0
# Shapley values of the mix effects of attributes at 50 digits: the mean over all orders of entry,
# standard errors by numeric derivatives.
# Usage: python3 mix_attribution.py > ../mix_attribution.csv
import itertools
import random

import mpmath as mp
from score_decomposition import N, errors, inputs

random.seed(20261125)


def table(levels, empty):
    cells = []
    for values in itertools.product(*[range(k) for k in levels]):
        cells.append((values, [tuple(random.randint(0, 40) for _ in range(3)) for _ in (0, 1)]))
    for k in range(empty):
        cells[3 * k + 1][1][k % 2] = (0, 0, 0)
    return cells


def folded_mix(keys, w, s):
    groups = {}
    for j, key in enumerate(keys):
        groups.setdefault(key, []).append(j)
    total = N(0)
    for members in groups.values():
        share = [sum(w[t][j] for j in members) for t in (0, 1)]
        mean = [sum(w[t][j] * s[t][j] for j in members) / share[t] if share[t] else None for t in (0, 1)]
        mean = [mean[0] if m is None else m for m in mean] if mean[1] is None else [mean[1] if m is None else m for m in mean]
        if mean[0] is not None:
            total += (share[1] - share[0]) * (mean[0] + mean[1]) / 2
    return total


print(f"# mpmath {mp.__version__}, script generate/mix_attribution.py, date 2026-11-25")
print("case,values,before,after,weights_before,weights_after,part,value,standard_error")
CASES = [((2, 2), 0, False), ((3, 2), 2, False), ((2, 3, 2), 2, False), ((2, 2, 2, 2), 1, False), ((3, 2), 0, True)]
for case, (levels, empty, known) in enumerate(CASES):
    cells = table(levels, empty)
    size, d = len(cells), len(levels)
    shares = ["", ""]
    if known:
        shares = [" ".join(str(2 ** -(k + 1 if k < size - 1 else k)) for k in range(size)),
                  " ".join(str(2 ** -(size - k if k else size - 1)) for k in range(size))]
    w, s, v, n, here = inputs([[c[1][t] for c in cells] for t in (0, 1)], shares, "score")

    def values(w, s):
        effect = {}
        for r in range(d + 1):
            for subset in itertools.combinations(range(d), r):
                effect[subset] = folded_mix([tuple(c[0][i] for i in subset) for c in cells], w, s)
        effect[()] = N(0)
        found = [N(0)] * d
        orders = list(itertools.permutations(range(d)))
        for order in orders:
            for k, i in enumerate(order):
                found[i] += (effect[tuple(sorted(order[:k + 1]))] - effect[tuple(sorted(order[:k]))]) / len(orders)
        return found + [effect[(i,)] for i in range(d)]

    found = values(w, s)
    error = errors(values, w, s, v, n)
    text = [";".join(" ".join(map(str, row)) for row in rows)
            for rows in ([c[0] for c in cells], [c[1][0] for c in cells], [c[1][1] for c in cells])]
    for i in range(d):
        print(",".join([str(case)] + text + shares + [f"mix{i}", mp.nstr(found[i], 17), mp.nstr(error[i], 17)]))
        print(",".join([str(case)] + text + shares + [f"alone{i}", mp.nstr(found[d + i], 17), "0"]))

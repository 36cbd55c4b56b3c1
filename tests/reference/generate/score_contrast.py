# SPDX-License-Identifier: Apache-2.0
# Contrasts of net promoter scores and their linear trend at 60 digits, from the textbook formulas.
# Usage: python3 score_contrast.py > ../score_contrast.csv
import mpmath as mp
from groups_tail import normal_tail

mp.mp.dps = 60
N = mp.mpf
T = 10**12
THREE = ((20, 30, 50), (40, 30, 30), (25, 35, 40))
CASES = [  # function, groups, weights or positions
    ("contrast", THREE, "1 -0.5 -0.5"), ("contrast", THREE, "0 1 -1"), ("contrast", THREE, "-1 0.25 0.75"),
    ("contrast", ((83, 47, 120), (91, 49, 110)), "1 -1"), ("contrast", ((0, 0, 5), (1, 3, 16), (2, 3, 9)), "2 -1 -1"),
    ("contrast", ((400, 10, 90), (90, 10, 400), (300, 300, 300)), "1 -2 1"), ("contrast", ((1, 0, 0), (0, 1, 1)), "-3 3"),
    ("contrast", ((3 * T // 10, 2 * T // 10, 5 * T // 10), (300000500000, 2 * T // 10, 499999500000),
                  (T, 2 * T, 3 * T)), "1 -1 0"),
    ("trend", THREE, ""), ("trend", THREE, "0 1 2"), ("trend", THREE, "1 6 2.5"), ("trend", THREE, "3 2 1"),
    ("trend", ((3, 7, 10), (1, 2, 3), (4, 4, 4), (0, 1, 1)), "-2 0 1 5"),
    ("trend", ((900, 300, 100), (700, 300, 300), (500, 300, 500), (300, 300, 700), (100, 300, 900)), ""),
    ("trend", ((1, 1, 1), (1, 1, 1), (1, 1, 1)), ""), ("trend", ((2, 1, 0), (1, 1, 1), (0, 1, 2)), "2020 2021 2023"),
    ("trend", ((T, 2 * T, 3 * T), (T - 10**6, 2 * T, 3 * T), (T, 2 * T, 3 * T + 10**6)), ""),
]
ASKED = [("two_sided", "0.95"), ("less", "0.9"), ("greater", "0.999")]

print(f"# mpmath {mp.__version__}, script generate/score_contrast.py, date 2026-11-25")
print("function,groups,numbers,alternative,level,estimate,standard_error,statistic,p_value,lower,upper")
for function, groups, text in CASES:
    numbers = [N(float(v)) for v in text.split()]
    if function == "contrast":
        c = numbers
    else:
        x = numbers or [N(i + 1) for i in range(len(groups))]
        m = sum(x) / len(x)
        c = [(v - m) / sum((w - m) ** 2 for w in x) for v in x]
    s = [N(p - d) / (d + q + p) for d, q, p in groups]
    v = [(N(p + d) / (d + q + p) - t * t) / (d + q + p) for (d, q, p), t in zip(groups, s)]
    estimate = sum(a * b for a, b in zip(c, s))
    se = mp.sqrt(sum(a * a * b for a, b in zip(c, v)))
    if abs(estimate) < N("1e-50"):
        estimate = N(0)
    z = estimate / se
    farthest = sum(abs(a) for a in c)
    for side, level in ASKED:
        tail = (1 - N(float(level))) / (2 if side == "two_sided" else 1)
        outer = normal_tail(abs(z))
        p = min(2 * outer, N(1)) if side == "two_sided" else outer if (z > 0) == (side == "greater") else 1 - outer
        reach = mp.sqrt(2) * mp.erfinv(1 - 2 * tail) * se
        lower = -farthest if side == "less" else max(estimate - reach, -farthest)
        upper = farthest if side == "greater" else min(estimate + reach, farthest)
        print(",".join([function, ";".join(" ".join(map(str, g)) for g in groups), text, side, level] +
                       [mp.nstr(a, 17) for a in (estimate, se, z, p if p > N("1e-300") else N(0), lower, upper)]))

# SPDX-License-Identifier: Apache-2.0
# Cochran-Armitage test of trend at 60 digits, from the textbook formulas: the slope by weighted
# least squares on the shares.
# Usage: python3 share_trend.py > ../share_trend.csv
import mpmath as mp
from groups_tail import normal_tail

mp.mp.dps = 60
N = mp.mpf
T = 10**12
SMOKERS = ((83, 86), (90, 93), (129, 136), (70, 82))
CASES = [
    (SMOKERS, ""), (SMOKERS, "0 0 0 1"), (SMOKERS, "-3 2.5 1 10"), (((20, 100), (40, 100), (25, 100)), ""),
    (((20, 100), (40, 100), (25, 100)), "1 3 2"), (((0, 5), (3, 8), (9, 9)), ""), (((0, 5), (8, 8)), ""),
    (((0, 1), (1, 1), (0, 1), (1, 1)), ""), (((5, 10), (50, 100), (500, 1000)), ""),
    (((100, 1000), (300, 1000), (500, 1000), (800, 1000)), "2020 2021 2022 2024"),
    (((800, 1000), (500, 1000), (300, 1000), (100, 1000)), ""),
    (((T, 2 * T), (T + 10**6, 2 * T), (T + 10**6, 2 * T)), ""), (((1, T), (3, T), (9, T)), ""),
]
ASKED = [("two_sided", "0.95"), ("less", "0.9"), ("greater", "0.999")]

print(f"# mpmath {mp.__version__}, script generate/share_trend.py, date 2026-11-25")
print("successes,trials,positions,alternative,level,estimate,standard_error,statistic,p_value,lower,upper")
for groups, text in CASES:
    x = [N(float(v)) for v in text.split()] or [N(i + 1) for i in range(len(groups))]
    n = [N(t) for _, t in groups]
    share = [N(r) / t for r, t in groups]
    p = sum(N(r) for r, _ in groups) / sum(n)
    m = sum(a * b for a, b in zip(n, x)) / sum(n)
    s = sum(a * (b - m) ** 2 for a, b in zip(n, x))
    c = [a * (b - m) / s for a, b in zip(n, x)]
    slope = sum(a * b for a, b in zip(c, share))
    if abs(slope) < N("1e-50"):
        slope = N(0)
    se = mp.sqrt(p * (1 - p) / s)
    own = mp.sqrt(sum(a * a * q * (1 - q) / b for a, q, b in zip(c, share, n)))
    z = slope / se
    farthest = sum(abs(a) for a in c) / 2
    for side, level in ASKED:
        tail = (1 - N(float(level))) / (2 if side == "two_sided" else 1)
        outer = normal_tail(abs(z))
        value = min(2 * outer, N(1)) if side == "two_sided" else outer if (z > 0) == (side == "greater") else 1 - outer
        reach = mp.sqrt(2) * mp.erfinv(1 - 2 * tail) * own
        lower = -farthest if side == "less" else max(slope - reach, -farthest)
        upper = farthest if side == "greater" else min(slope + reach, farthest)
        print(",".join([" ".join(str(r) for r, _ in groups), " ".join(str(t) for _, t in groups), text, side, level] +
                       [mp.nstr(a, 17) for a in (slope, se, z, value, lower, upper)]))

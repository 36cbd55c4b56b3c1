# SPDX-License-Identifier: Apache-2.0
# Rank tests of two groups at 60 digits, from mid-ranks, up to 10^12 answers: the normal test, the
# test of Brunner and Munzel with its interval (checked against SciPy where that can hold the data),
# and Newcombe's interval by bisection.
# Usage: python3 rank_tests.py > ../rank_tests.csv
import mpmath as mp
import numpy as np
import scipy
from scipy.stats import brunnermunzel, mannwhitneyu
from groups_tail import normal_tail, t_quantile, t_tail

mp.mp.dps = 60
N = mp.mpf
T = 10**12
CASES = [
    ((20, 30, 50), (40, 30, 30)), ((83, 47, 120), (91, 49, 110)), ((3, 7, 10), (1, 2, 3)),
    ((74, 10, 22, 35, 40, 140, 41, 57, 119, 227, 235), (20, 5, 11, 9, 20, 60, 30, 41, 60, 90, 70)),
    ((0, 0, 1, 0, 0, 2, 0, 1, 3, 0, 4), (1, 0, 0, 0, 0, 2, 0, 0, 3, 0, 4)), ((5, 0, 5), (1, 18, 1)),
    ((0, 1, 0), (1, 1, 1)), ((0, 0, 1), (2, 0, 1)), ((1, 0), (0, 1)), ((0, 0, 5), (7, 0, 0)), ((7, 0, 0), (0, 0, 5)),
    ((1, 2, 97), (0, 9, 91)), ((10, 20, 300), (300, 20, 10)), ((2, 2, 2), (3, 3, 3)), ((0, 5, 0), (0, 4, 0)),
    ((2, 0, 1), (1, 0, 0)), ((400, 0, 3), (2, 1, 2)),
    ((3 * T // 10, 2 * T // 10, 5 * T // 10), (300000500000, 2 * T // 10, 499999500000)),
    ((T, 0, 2 * T, 5, 0, T, 3 * T, 0, 1, T, T), (T, 7, 2 * T, 0, 0, T, 3 * T, 0, 1, T, T + 10**6)),
    ((0, 1, T), (T, 1, 1)),
]
ASKED = [("two_sided", "0.95"), ("less", "0.9"), ("greater", "0.999"), ("two_sided", "0.5")]


def newcombe(theta, m, n, z):  # upper limit, z > 0
    size = N(m + n) / 2 - 1
    f = lambda x: x - theta - z * mp.sqrt(x * (1 - x) * (1 + size * ((1 - x) / (2 - x) + x / (1 + x))) / m / n)
    if theta == 1:
        return N(1)
    low, high = theta, N(1)
    for _ in range(180):
        middle = (low + high) / 2
        if f(middle) < 0:
            low = middle
        else:
            high = middle
    return low


print(f"# mpmath {mp.__version__} and SciPy {scipy.__version__}, script generate/rank_tests.py, date 2026-11-25")
print("method,a,b,alternative,level,superiority,standard_error,statistic,df,p_value,lower,upper")
for a, b in CASES:
    na, nb = sum(a), sum(b)
    n = na + nb
    pooled = [x + y for x, y in zip(a, b)]
    # Mid-ranks among all, and within each group.
    def midranks(counts):
        ranks, below = [], 0
        for t in counts:
            ranks.append(below + N(t + 1) / 2)
            below += t
        return ranks
    r, ra, rb = midranks(pooled), midranks(a), midranks(b)
    mean_a = sum(x * y for x, y in zip(a, r)) / na
    mean_b = sum(x * y for x, y in zip(b, r)) / nb
    u = na * mean_a - N(na) * (na + 1) / 2
    theta = u / na / nb
    for method in ("mann_whitney", "brunner_munzel"):
        df = None
        if method == "mann_whitney":
            variance = N(na) * nb / 12 * (n + 1 - sum(N(t) ** 3 - t for t in pooled) / (N(n) * (n - 1)))
            se = mp.sqrt(variance) / na / nb
        else:
            if min(na, nb) < 2:
                continue
            sa = sum(c * (x - y - mean_a + N(na + 1) / 2) ** 2 for c, x, y in zip(a, r, ra)) / (na - 1)
            sb = sum(c * (x - y - mean_b + N(nb + 1) / 2) ** 2 for c, x, y in zip(b, r, rb)) / (nb - 1)
            se = mp.sqrt(na * sa + nb * sb) / na / nb
            if se == 0:
                continue
            df = (na * sa + nb * sb) ** 2 / ((na * sa) ** 2 / (na - 1) + (nb * sb) ** 2 / (nb - 1))
        z = (theta - N(1) / 2) / se if se > 0 else N(0)
        for side, level in ASKED:
            tail = (1 - N(float(level))) / (2 if side == "two_sided" else 1)
            outer = normal_tail(abs(z)) if df is None else t_tail(abs(z), df)
            p = 2 * outer if side == "two_sided" else outer if (z > 0) == (side == "greater") else 1 - outer
            if n < 10**6 and se > 0:
                x = np.repeat(np.arange(len(a)), a)
                y = np.repeat(np.arange(len(b)), b)
                word = side.replace("_", "-")
                if df is None:
                    peer = mannwhitneyu(x, y, use_continuity=False, alternative=word, method="asymptotic").pvalue
                else:
                    # SciPy's statistic has the other sign.
                    w, peer = brunnermunzel(x, y, alternative=word)
                    assert abs(w + z) < 1e-9 * (1 + abs(z)), (a, b)
                assert abs(peer - p) <= 1e-8 * p + 1e-14, (a, b, side, peer, p)
            critical = mp.sqrt(2) * mp.erfinv(1 - 2 * tail) if df is None else t_quantile(tail, df)
            if df is None:
                lower, upper = 1 - newcombe(1 - theta, na, nb, critical), newcombe(theta, na, nb, critical)
            else:
                lower, upper = max(theta - critical * se, N(0)), min(theta + critical * se, N(1))
            if side == "less":
                lower = N(0)
            if side == "greater":
                upper = N(1)
            print(",".join([method, " ".join(map(str, a)), " ".join(map(str, b)), side, level] +
                           [mp.nstr(v, 17) for v in (theta, se, z, df or N(0), p if p > N("1e-300") else N(0),
                                                     lower, upper)]), flush=True)

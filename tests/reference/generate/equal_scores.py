# SPDX-License-Identifier: Apache-2.0
# Tests of equal net promoter scores of several groups at 60 digits, from the textbook formulas.
# A group without variance is given the variance 1e-40 / n, the limit that the library documents.
# Usage: python3 equal_scores.py > ../equal_scores.csv
import mpmath as mp
from groups_tail import chi_squared_tail, f_tail

mp.mp.dps = 60
N = mp.mpf
T = 10**12
CASES = [
    ((20, 30, 50), (40, 30, 30)), ((83, 47, 120), (91, 49, 110)),
    ((20, 30, 50), (40, 30, 30), (25, 35, 40)), ((3, 7, 10), (1, 2, 3), (4, 4, 4), (0, 1, 1)),
    ((1, 1, 0), (0, 1, 1)), ((2, 0, 0), (1, 1, 0), (0, 3, 1)), ((0, 0, 5), (1, 3, 16), (2, 3, 9)),
    ((0, 0, 5), (0, 0, 9), (2, 3, 9), (1, 0, 40)), ((0, 4, 0), (3, 1, 3), (5, 5, 4)),
    ((362, 176, 462), (342, 968, 1436), (80, 500, 90), (1, 50, 2)),
    ((10, 80, 10), (5, 0, 95), (50, 0, 50)), ((400, 10, 90), (90, 10, 400), (300, 300, 300)),
    ((1000, 100, 10), (10, 100, 1000)), ((20, 360, 20), (25, 50, 25)), ((5, 5, 5), (5, 5, 5), (5, 5, 5)),
    ((3 * T // 10, 2 * T // 10, 5 * T // 10), (300000500000, 2 * T // 10, 499999500000)),
    ((T, 2 * T, 3 * T), (T + 10**6, 2 * T, 3 * T), (T, 2 * T + 3 * 10**6, 3 * T), (1, 0, 3)),
    tuple((2 + i % 3, 5 + i % 7, 6 + i % 5) for i in range(40)),
    tuple((50 + i % 9, 500 + i % 70, 60 + i * 3) for i in range(40)),
]

print(f"# mpmath {mp.__version__}, script generate/equal_scores.py, date 2026-11-25")
print("method,groups,statistic,df1,df2,p_value")
for groups in CASES:
    k = len(groups)
    for method in ("wald", "welch", "adjusted_wald"):
        w, s = [], []
        for d, q, p in groups:
            if method == "adjusted_wald":
                d, q, p = d + N(3) / 4, q + N(3) / 2, p + N(3) / 4
            n = d + q + p
            score = N(p - d) / n
            v = N(p + d) / n - score**2
            divisor = n - 1 if method == "welch" else n
            w.append(divisor / v if v > N("1e-50") else n * N("1e40"))
            s.append(score)
        mean = sum(a * b for a, b in zip(w, s)) / sum(w)
        q = sum(a * (b - mean) ** 2 for a, b in zip(w, s))
        if method != "welch":
            f, df2, tail = q, 0, chi_squared_tail(q, N(k - 1))
        else:
            lam = sum((1 - a / sum(w)) ** 2 / (sum(g) - 1) for a, g in zip(w, groups))
            f = q / (k - 1) / (1 + 2 * N(k - 2) / (k * k - 1) * lam)
            df2 = (k * k - 1) / (3 * lam)
            tail = f_tail(f, N(k - 1), df2)
        if q < N("1e-30"):
            f, tail = N(0), N(1)
        text = ";".join(" ".join(map(str, g)) for g in groups)
        print(",".join([method, text, mp.nstr(f, 17), str(k - 1), mp.nstr(df2, 17), mp.nstr(tail, 17) if tail > N("1e-300") else "0"]),
              flush=True)

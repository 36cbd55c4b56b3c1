# SPDX-License-Identifier: Apache-2.0
# Chi-squared and G test of groups by categories at 60 digits; for tables without empty columns that
# SciPy's chi2_contingency takes, checked against it first.
# Usage: python3 category_homogeneity.py > ../category_homogeneity.csv
import mpmath as mp
import numpy as np
import scipy
from scipy.stats import chi2_contingency
from groups_tail import chi_squared_tail

mp.mp.dps = 60
N = mp.mpf
T = 10**12
CASES = [
    ((20, 30, 50), (40, 30, 30)), ((83, 47, 120), (91, 49, 110)),
    ((20, 30, 50), (40, 30, 30), (25, 35, 40)), ((3, 7, 10), (1, 2, 3), (4, 4, 4), (0, 1, 1)),
    ((1, 1, 0), (0, 1, 1)), ((2, 0, 0), (1, 1, 0), (0, 3, 1)), ((0, 0, 5), (1, 3, 16), (2, 3, 9)),
    ((5, 0, 5), (7, 0, 1), (1, 0, 2)), ((0, 4, 9), (0, 6, 3)), ((1, 0, 0), (0, 0, 1)),
    ((1, 0, 0), (0, 1, 0), (0, 0, 1)), ((30, 0, 0), (0, 40, 0), (0, 0, 50)),
    ((362, 176, 462), (342, 968, 1436), (80, 500, 90), (1, 50, 2)), ((400, 10, 90), (90, 10, 400)),
    ((5, 5, 5), (5, 5, 5), (5, 5, 5)), ((1, 2, 3), (100, 200, 300), (10, 20, 31)),
    ((1000000, 5, 1000000), (0, 7, 3), (3, 0, 1)),
    ((3 * T // 10, 2 * T // 10, 5 * T // 10), (300000500000, 2 * T // 10, 499999500000)),
    ((T, 2 * T, 3 * T), (T + 10**6, 2 * T, 3 * T), (T, 2 * T + 3 * 10**6, 3 * T), (1, 0, 3)),
    tuple((2 + i % 3, 5 + i % 7, 6 + i % 5) for i in range(40)),
    tuple((50 + i % 9, 500 + i % 70, 60 + i * 3) for i in range(40)),
]

print(f"# mpmath {mp.__version__} and SciPy {scipy.__version__}, script generate/category_homogeneity.py, "
      "date 2026-11-25")
print("method,groups,statistic,df,p_value,cramers_v")
for groups in CASES:
    rows = [sum(g) for g in groups]
    columns = [sum(g[j] for g in groups) for j in range(3)]
    n = sum(rows)
    kept = [j for j in range(3) if columns[j] > 0]
    x2 = g2 = N(0)
    for i, g in enumerate(groups):
        for j in kept:
            e = N(rows[i]) * columns[j] / n
            x2 += (g[j] - e) ** 2 / e
            g2 += 2 * g[j] * mp.log(g[j] / e) if g[j] > 0 else 0
    df = (len(groups) - 1) * (len(kept) - 1)
    v = mp.sqrt(x2 / n / min(len(groups) - 1, len(kept) - 1))
    if abs(g2) < N("1e-40"):
        g2 = N(0)
    for method, statistic in (("pearson", x2), ("likelihood_ratio", g2)):
        p = chi_squared_tail(statistic, N(df))
        if n < 10**6:
            table = np.array([[g[j] for j in kept] for g in groups])
            peer = chi2_contingency(table, correction=False,
                                    lambda_="pearson" if method == "pearson" else "log-likelihood")
            assert peer[2] == df and abs(peer[0] - statistic) <= 1e-10 * (1 + statistic)
            assert abs(peer[1] - p) <= 1e-9 * p + 1e-300
        text = ";".join(" ".join(map(str, g)) for g in groups)
        print(",".join([method, text, mp.nstr(statistic, 17), str(df),
                        mp.nstr(p, 17) if p > N("1e-300") else "0", mp.nstr(v, 17)]))

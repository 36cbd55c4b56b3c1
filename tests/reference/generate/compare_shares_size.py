# SPDX-License-Identifier: Apache-2.0
# How often each two-sided 5 % test of equal shares rejects where they are equal: the largest over
# shares of .005 to .995, enumerated.
# Usage: /usr/bin/python3 compare_shares_size.py > ../compare_shares_size.csv
import numpy as np
import scipy
from scipy.stats import binom, fisher_exact, norm

Z = norm.isf(0.025)


def rejections(na, nb):
    a, b = np.meshgrid(np.arange(na + 1), np.arange(nb + 1), indexing="ij")
    pa, pb, n = a / na, b / nb, na + nb
    d = pa - pb
    with np.errstate(divide="ignore", invalid="ignore"):
        wald = np.abs(d) > Z * np.sqrt(pa * (1 - pa) / na + pb * (1 - pb) / nb)
        p = (a + b) / n
        z2 = np.where(d == 0, 0, d * d / (p * (1 - p) * (1 / na + 1 / nb)))

    def wilson(k, m):
        c, r = k + Z * Z / 2, Z * np.sqrt(k * (m - k) / m + Z * Z / 4)
        return (c - r) / (m + Z * Z), (c + r) / (m + Z * Z)

    (la, ua), (lb, ub) = wilson(a, na), wilson(b, nb)
    newcombe = (d - np.hypot(pa - la, ub - pb) > 0) | (d + np.hypot(ua - pa, pb - lb) < 0)
    fisher = np.array([[fisher_exact([[i, j], [na - i, nb - j]])[1] for j in range(nb + 1)]
                       for i in range(na + 1)]) <= 0.05
    return {"wald": wald, "wald_pooled": z2 > Z * Z, "newcombe": newcombe,
            "miettinen_nurminen": z2 * (n - 1) / n > Z * Z, "fisher": fisher}


print(f"# NumPy {np.__version__}, SciPy {scipy.__version__}, script generate/compare_shares_size.py, date 2026-11-25")
print("method,n_a,n_b,size,at")
shares = np.arange(1, 200) / 200
for na, nb in ((5, 5), (10, 10), (20, 20), (30, 30), (5, 30), (10, 30), (10, 60),
               (10, 100), (5, 1000), (50, 50)):
    for method, rejected in rejections(na, nb).items():
        sizes = [binom.pmf(np.arange(na + 1), na, p) @ rejected @ binom.pmf(np.arange(nb + 1), nb, p) for p in shares]
        best = int(np.argmax(np.round(sizes, 12)))
        print(f"{method},{na},{nb},{sizes[best]:.17g},{shares[best]}")

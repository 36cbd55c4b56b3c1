# SPDX-License-Identifier: Apache-2.0
# Weighted kappa with its two standard errors by statsmodels.
# Usage: python3 weighted_kappa.py > ../weighted_kappa.csv
import numpy as np
import statsmodels
from statsmodels.stats.inter_rater import cohens_kappa

rng = np.random.default_rng(20261125)


def table(n, sd, size):
    true = rng.normal(0.7 * (size - 1), 0.22 * size, n)
    waves = [np.clip(np.rint(true + rng.normal(0, sd, n)), 0, size - 1).astype(int) for _ in range(2)]
    found = np.zeros((size, size), int)
    np.add.at(found, tuple(waves), 1)
    return found


TABLES = [table(300, 1.5, 11), table(25, 1, 11), table(80, 5, 11), table(200, 0.5, 3),
          np.array([[60, 25, 15], [10, 50, 20], [5, 12, 103]]), np.array([[3, 9, 4], [2, 0, 1], [7, 1, 1]])]
print(f"# statsmodels {statsmodels.__version__}, script generate/weighted_kappa.py, date 2026-11-25")
print("scale,pairs,weights,value,standard_error,null_standard_error,lower,upper")
for t in TABLES:
    pairs = ";".join(f"{i} {j} {t[i, j]}" for i in range(len(t)) for j in range(len(t)) if t[i, j])
    for weights in ("linear", "quadratic"):
        # 11 x 11 tables have empty margins; the results do not depend on them.
        r = cohens_kappa(t, wt=weights)
        print(f"{'category' if len(t) == 3 else 'rating'},{pairs},{weights},{r.kappa:.17g},{r.std_kappa:.17g},"
              f"{r.std_kappa0:.17g},{r.kappa_low:.17g},{r.kappa_upp:.17g}")

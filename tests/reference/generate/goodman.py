# SPDX-License-Identifier: Apache-2.0
# Writes goodman.csv: Goodman's simultaneous intervals for three shares.
# Usage: python3 goodman.py > ../goodman.csv
import statsmodels
from statsmodels.stats.proportion import multinomial_proportions_confint

print(f"# statsmodels {statsmodels.__version__}, script generate/goodman.py, date 2026-11-22")
print("detractors,passives,promoters,level,d_lower,d_upper,q_lower,q_upper,p_lower,p_upper")
for counts in [(20, 30, 50), (3, 7, 10), (362, 176, 462), (1, 13, 7), (342, 968, 1436), (5, 90, 5)]:
    for level in (0.9, 0.95, 0.99):
        rows = multinomial_proportions_confint(counts, alpha=1 - level, method="goodman")
        cells = [f"{x:.17g}" for row in rows for x in row]
        print(",".join([*map(str, counts), str(level), *cells]))

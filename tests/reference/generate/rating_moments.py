# SPDX-License-Identifier: Apache-2.0
"""Size, mean and squared deviations of counted scores, in exact fractions, rounded once.

python3 rating_moments.py > ../rating_moments.csv
"""
import platform
from fractions import Fraction

most = 2**53
cases = [
    (0, [74, 10, 22, 35, 40, 140, 41, 57, 119, 227, 235]),  # R package NPS, its data set
    (0, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    (0, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]),
    (0, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]),
    (1, [3, 0, 5, 11, 2]),
    (1, [10**12, 0, 0, 0, 10**12 + 1]),
    (1, [0, 0, 0, most - 1, 1]),
    (-2, [5, 1, 4, 1, 5]),
    (996, [10**12, 3, 10**12, 1, 7]),
    (996, [1, 0, 0, 0, most - 1]),
    (-1000, [most // 2] + [0] * 1999 + [most // 2]),
    (-1000, [most - 1] + [0] * 1999 + [1]),
    (990, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, most - 1]),
]

print(f"# Python {platform.python_version()} fractions, script generate/rating_moments.py, "
      "date 2026-11-22")
print("lowest,counts,n,mean,squared_deviations")
for lowest, counts in cases:
    scores = range(lowest, lowest + len(counts))
    n = sum(counts)
    mean = Fraction(sum(x * c for x, c in zip(scores, counts)), n)
    deviations = sum(c * (x - mean) ** 2 for x, c in zip(scores, counts))
    print(f"{lowest},{' '.join(map(str, counts))},{n},{float(mean):.17g},{float(deviations):.17g}")

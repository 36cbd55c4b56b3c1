# SPDX-License-Identifier: Apache-2.0
# usage: /usr/bin/python3 hypergeometric.py > ../hypergeometric.csv
import mpmath
from mpmath import loggamma, mp, mpf, nstr

mp.dps = 60


def log_comb(n, k):
    n, k = mpf(n), mpf(k)
    return loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1)


cases = []
for marked, unmarked, drawn in (
    (0, 5, 3), (5, 0, 3), (1, 1, 1), (3, 4, 5), (10, 90, 7), (50, 60, 55), (1000, 20, 900), (7, 10**6, 5 * 10**5),
    (60_000, 140_000, 100_000), (700_000, 1_300_000, 999_999), (3, 10**12, 10**11), (10**12, 2 * 10**12, 10**9),
    (2**51, 2**52, 2**50), (2**52, 2**52, 2**53 - 7), (5 * 10**8, 2**52, 2**51),
):
    n = marked + unmarked
    low, high = max(0, drawn - unmarked), min(marked, drawn)
    mean = drawn * marked // n
    sd = mpmath.sqrt(mpf(drawn) * marked / n * unmarked / n * (n - drawn) / max(n - 1, 1))
    for z in (-30, -9, -3, -1, 0, 1, 4, 12, 36):
        cases.append((min(max(mean + int(z * sd), low), high), marked, unmarked, drawn))
    if n < 300:
        cases += [(low, marked, unmarked, drawn), (high, marked, unmarked, drawn)]
print(f"# mpmath {mpmath.__version__}, script generate/hypergeometric.py, date 2026-11-25")
print("k,marked,unmarked,drawn,log_pmf")
for k, marked, unmarked, drawn in sorted(set(cases), key=lambda c: (c[1] + c[2], c)):
    value = log_comb(marked, k) + log_comb(unmarked, drawn - k) - log_comb(marked + unmarked, drawn)
    print(f"{k},{marked},{unmarked},{drawn},{nstr(value, 17)}")

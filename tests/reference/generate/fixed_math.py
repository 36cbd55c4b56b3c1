# SPDX-License-Identifier: Apache-2.0
# Logarithms, exponentials and binomial log probabilities in 80 digits.
# usage: python3 fixed_math.py > ../fixed_math.csv
import random

import mpmath
from mpmath import exp, log, loggamma, mpf

mpmath.mp.dps = 80
random.seed(4)
print(f"# mpmath {mpmath.__version__}, script generate/fixed_math.py, date 2026-11-22")
print("function,x,n,p,value")


def row(function, x, n, p, value):
    print(f"{function},{x:.17g},{n:.17g},{p:.17g},{mpmath.nstr(value, 17)}")


for x in [1e-300, 2.5e-17, 0.49999, 0.5, 0.7071, 0.70711, 0.99999, 1.00001, 1.4142, 1.4143, 2, 3,
          10, 12345.678, 1e15, 1e300] + [random.uniform(0.5, 2) for _ in range(30)]:
    row("log", x, 0, 0, log(mpf(x)))
for x in [-700, -41.5, -13.8, -1, -1e-9, 0, 0.3465, 0.3466, 1, 700] + [
        random.uniform(-14, 0) for _ in range(20)]:
    row("exp", x, 0, 0, exp(mpf(x)))
for k in [1, 2, 3, 7, 14, 15, 16, 17, 30, 100, 10**6, 2**53]:
    row("stirling", k, 0, 0,
        loggamma(mpf(k) + 1) - (mpf(k) + 0.5) * log(mpf(k)) + k - log(2 * mpmath.pi) / 2)
cases = [(0, 1, 0.5), (1, 1, 0.25), (0, 10, 0.5), (10, 10, 0.3), (5, 10, 0.5), (0, 10**12, 1e-11),
         (10**12, 10**12, 0.5), (3 * 10**11 + 10**6, 10**12, 0.3), (2**52 + 10**8, 2**53, 0.5)]
for _ in range(60):
    n = int(10**random.uniform(0, 15.9))
    p = random.choice([random.random(), min(0.5, 10 / n)])
    sd = (n * p * (1 - p))**0.5
    cases.append((int(min(n, max(0, round(n * p + random.gauss(0, 3) * sd)))), n, p))
for k, n, p in cases:
    P = mpf(p)
    row("binomial", k, n, p, loggamma(mpf(n) + 1) - loggamma(mpf(k) + 1) - loggamma(mpf(n - k) + 1)
        + k * log(P) + (n - k) * log(1 - P))

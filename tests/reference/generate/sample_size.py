# SPDX-License-Identifier: Apache-2.0
# Writes sample_size.csv and margin_of_error.csv at 40 digits, from the definitions: the sample size
# is the root of the variance equation of the design, adjusted Wald's that of its expected counts.
# Usage: python3 sample_size.py FOLDER
import itertools
import sys

import mpmath as mp

mp.mp.dps = 40
folder = sys.argv[1]
m = lambda x: mp.mpf(str(x))
text = lambda v: mp.nstr(v, 17)
first = f"# mpmath {mp.__version__}, script generate/sample_size.py, date 2026-11-22\n"


def z_of(level):
    return mp.sqrt(2) * mp.erfinv(m(level))


def variance(method, shares, n):
    """Of the score from n answers of a simple random sample; n need not be whole."""
    d, q, p = map(m, shares)
    if method == "wald":
        return (p + d - (p - d) ** 2) / n
    size = n + 3
    a, b = (p * n + m("0.75")) / size, (d * n + m("0.75")) / size
    return (a + b - (a - b) ** 2) / size


def worth(n, population, form, deff):
    """The simple random sample from an endless population with the same variance."""
    if population == 0:
        return n / deff
    divisor = population - 1 if form == "divisor_n" else population
    return mp.inf if n == population else n / deff * divisor / (population - n)


def solve(f, low, high):
    """Bisection: f falls."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) > 0 else (low, middle)
    return high


designs = [(0, "divisor_n", "1"), (1000, "divisor_n", "1"), (1000, "divisor_n_minus_1", "1"),
           (1000, "divisor_n", "1.3"), (0, "divisor_n", "1.3"), (80000, "divisor_n", "0.9"),
           (30, "divisor_n", "2.5")]
shares = [("0.2", "0.3", "0.5"), ("0.5", "0", "0.5"), ("0", "0.1", "0.9"), ("0.125", "0.5", "0.375")]

with open(f"{folder}/sample_size.csv", "w") as out:
    out.write(first + "method,margin,level,detractors,passives,promoters,population,form,design_effect,"
              "response_rate,n0,after_population,after_design_effect,completes,invitations\n")
    for method, s, (N, form, deff), (margin, level), rate in itertools.product(
            ("wald", "adjusted_wald"), shares, designs,
            (("0.05", "0.95"), ("0.03", "0.9"), ("0.001", "0.99"), ("0.3", "0.95")), ("1", "0.2")):
        goal = (m(margin) / z_of(level)) ** 2

        def size(N, deff):
            f = lambda n: variance(method, s, worth(n, N, form, deff)) - goal
            high = m(N) * (1 - m("1e-35")) if N else deff / goal
            return solve(f, m("1e-30"), high)

        n0, n1, n2 = size(0, mp.mpf(1)), size(N, mp.mpf(1)), size(N, m(deff))
        out.write(",".join([method, margin, level, *s, str(N), form, deff, rate, text(n0), text(n1), text(n2),
                            str(int(mp.ceil(n2))), str(int(mp.ceil(n2 / m(rate))))]) + "\n")

with open(f"{folder}/margin_of_error.csv", "w") as out:
    out.write(first + "method,completes,level,detractors,passives,promoters,population,form,design_effect,margin\n")
    for method, s, (N, form, deff), n, level in itertools.product(
            ("wald", "adjusted_wald"), shares, designs, (10, 900, 2000, 10**12), ("0.8", "0.95")):
        if N and n >= N:
            continue
        value = z_of(level) * mp.sqrt(variance(method, s, worth(mp.mpf(n), N, form, m(deff))))
        out.write(",".join([method, str(n), level, *s, str(N), form, deff, text(value)]) + "\n")

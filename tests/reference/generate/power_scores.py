# SPDX-License-Identifier: Apache-2.0
# Writes power_scores.csv at 40 digits, from the definition: the power is the probability that a
# normal difference with the variance of the design falls where the test rejects; sizes and
# detectable differences are where that power, searched by bisection, is the one asked for.
# Usage: python3 power_scores.py > power_scores.csv
import functools

import mpmath as mp

mp.mp.dps = 40
m = mp.mpf  # the double that a program passes
text = lambda v: mp.nstr(v, 17)


def tail(x):
    return mp.erfc(x / mp.sqrt(2)) / 2


@functools.cache
def tail_quantile(p):
    low, high = mp.mpf(-40), mp.mpf(40)
    for _ in range(150):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle) > p else (low, middle)
    return low


def variance(shares):
    d, q, p = map(m, shares)
    return p + d - (p - d) ** 2


def corrected(level, comparisons, correction):
    alpha = 1 - m(level)
    if correction == "bonferroni":
        return alpha / comparisons
    return 1 - (1 - alpha) ** (mp.mpf(1) / comparisons)


def power(d, se, claim, side, margin, alpha):
    """P(reject): the rejection region of the estimate, under a normal distribution around d."""
    above = lambda limit: tail((limit - d) / se)  # P(estimate > limit)
    below = lambda limit: tail((d - limit) / se)
    if claim == "equivalence":
        z = tail_quantile(alpha)
        low, high = -margin + z * se, margin - z * se
        return 1 - below(low) - above(high) if low < high else mp.mpf(0)
    if claim != "difference":
        z = tail_quantile(alpha)
        return above((-margin if claim == "non_inferiority" else margin) + z * se)
    if side == "two_sided":
        z = tail_quantile(alpha / 2)
        return above(z * se) + below(-z * se)
    z = tail_quantile(alpha)
    return above(z * se) if side == "greater" else below(-z * se)


def bisect(f, low, high, steps=150):  # f rises
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < 0 else (low, middle)
    return low


even, last, low_s, top = (0.5, 0.0, 0.5), (0.2, 0.3, 0.5), (0.45, 0.3, 0.25), (0.02, 0.08, 0.9)
base = dict(family="two", difference=0.05, power=0.8, level=0.95, claim="difference", side="two_sided", margin=0.0,
            comparisons=1, correction="bonferroni", a=even, b=even, deff_a=1.0, deff_b=1.0, allocation=1.0,
            correlation=0.0, overlap=0.0, population=0, size_a=500, size_b=500, both=0)
cases = []


def case(**changes):
    cases.append({**base, **changes})


# Two groups.
case()
case(a=last, b=last)
case(a=last, b=low_s, difference=0.5, size_a=12, size_b=30)
case(a=last, b=top, difference=-0.58, allocation=0.5, size_a=9, size_b=4)
case(a=last, b=last, side="greater", power=0.9, allocation=3.0)
case(a=last, b=last, side="less", difference=-0.1, level=0.99)
case(a=last, b=last, side="less", difference=0.1)  # the wrong side: a power below alpha
case(power=0.06, difference=0.1)  # the second tail matters
case(power=0.3, level=0.8, difference=-0.02)
case(power=0.999999, difference=0.3, a=top, b=top)
case(comparisons=10, a=last, b=last)
case(comparisons=45, correction="sidak", a=last, b=top, side="greater")
case(comparisons=3, correction="sidak", deff_a=1.7, deff_b=1.2, allocation=0.25)
case(size_a=1, size_b=1, difference=1.5, a=last, b=last, power=0.5)
case(size_a=10**12, size_b=10**13, difference=1e-6, a=last, b=last)
case(size_a=100000, size_b=100000, difference=0.2, a=last, b=last)  # power of 1 but for 1e-300
case(size_a=100000, size_b=100000, difference=-0.08, a=last, b=last, side="greater")  # far lower tail
case(claim="equivalence", difference=0.0, margin=0.05, a=last, b=last, size_a=4000, size_b=5000)
case(claim="equivalence", difference=0.02, margin=0.05, a=last, b=last, size_a=10000, size_b=5000, allocation=0.5)
case(claim="equivalence", difference=-0.049, margin=0.05, a=last, b=last, power=0.9, size_a=4000, size_b=4000)
case(claim="equivalence", difference=0.0, margin=0.5, a=top, b=top, power=0.1, level=0.99, size_a=10, size_b=10)
case(claim="equivalence", difference=0.0, margin=0.05, a=last, b=last, size_a=50, size_b=50)  # no power at all
case(claim="non_inferiority", difference=0.0, margin=0.05, a=last, b=last, size_a=3000, size_b=3000)
case(claim="non_inferiority", difference=-0.02, margin=0.05, a=last, b=low_s, level=0.975, size_a=6000, size_b=100)
case(claim="superiority", difference=0.1, margin=0.05, a=last, b=last, comparisons=2, size_a=3000, size_b=3000)
# One group and a target; b is not read.
case(family="target", size_a=20, difference=1 / 3)
case(family="target", a=last, deff_a=1.5, difference=-0.04, power=0.9)
case(family="target", a=last, population=2000, difference=0.05, size_a=800)
case(family="target", a=last, population=2000, deff_a=2.0, difference=0.05, side="greater", size_a=1999)
case(family="target", a=top, claim="non_inferiority", margin=0.03, difference=0.0, size_a=400)
case(family="target", a=last, claim="equivalence", margin=0.1, difference=0.01, size_a=700, comparisons=4)
# The same people twice, or some of them.
case(family="paired", overlap=1.0, correlation=0.5, both=500)
case(family="paired", a=last, b=low_s, overlap=1.0, correlation=0.7, size_a=80, size_b=80, both=80, difference=0.2)
case(family="paired", a=last, b=last, overlap=0.3, correlation=0.6, size_a=400, size_b=700, both=100, allocation=2.0)
case(family="paired", a=last, b=top, overlap=0.5, correlation=-0.4, size_a=400, size_b=300, both=300, allocation=0.5)
case(family="paired", a=last, b=last, overlap=0.0, correlation=0.9, size_a=400, size_b=300, both=0)
case(family="paired", a=last, b=last, overlap=0.8, correlation=0.5, deff_a=1.4, deff_b=1.1, size_a=400, size_b=400,
     both=320, claim="equivalence", margin=0.1, difference=0.0)
case(family="paired", a=last, b=last, overlap=1.0, correlation=0.5, side="greater", comparisons=6, both=450)

columns = ("family difference power level claim side margin comparisons correction d_a q_a p_a d_b q_b p_b deff_a "
           "deff_b allocation correlation overlap population size_a size_b both n_a power_at detectable").split()
print(f"# mpmath {mp.__version__}, script generate/power_scores.py, date 2026-11-25")
print(",".join(columns))
for c in cases:
    v_a, v_b = variance(c["a"]) * m(c["deff_a"]), variance(c["b"]) * m(c["deff_b"])
    cov = m(c["correlation"]) * mp.sqrt(v_a * v_b)
    r, o, people = m(c["allocation"]), m(c["overlap"]), c["population"]

    def se(n_a, n_b, both):
        if c["family"] == "target":
            return mp.sqrt(v_a / n_a * ((people - n_a) / (people - 1) if people else 1))
        return mp.sqrt(v_a / n_a + v_b / n_b - 2 * cov * both / (n_a * n_b))

    rest = (c["claim"], c["side"], m(c["margin"]), corrected(c["level"], c["comparisons"], c["correction"]))
    d, wanted = m(c["difference"]), m(c["power"])
    inverse = lambda x: power(d, se(1 / x, r / x, o * min(1, r) / x), *rest)  # x = 1 / n_a
    finds = c["claim"] != "difference" or d * {"less": -1, "greater": 1, "two_sided": d}[c["side"]] > 0
    if finds:
        if people:
            n = bisect(lambda n: power(d, se(n, n, 0), *rest) - wanted, mp.mpf("1e-9"), people - mp.mpf("1e-9"))
        else:
            n = mp.exp(bisect(lambda t: inverse(mp.exp(-t)) - wanted, mp.mpf(-30), mp.mpf(60)))
    own = se(mp.mpf(c["size_a"]), mp.mpf(c["size_b"]), mp.mpf(c["both"]))
    at = power(d, own, *rest)
    by = lambda x: power(x, own, *rest) - wanted
    if c["claim"] == "equivalence":
        found = None if by(mp.mpf(0)) < 0 else bisect(lambda x: -by(x), mp.mpf(0), m(c["margin"]))
    elif c["claim"] == "difference":
        sign = -1 if c["side"] == "less" else 1
        found = sign * bisect(lambda x: by(sign * x), mp.mpf(0), mp.mpf(8))
    else:
        found = bisect(by, mp.mpf(-8), mp.mpf(8))
    if found is not None and abs(found) > 2:
        found = None
    values = dict(c, d_a=c["a"][0], q_a=c["a"][1], p_a=c["a"][2], d_b=c["b"][0], q_b=c["b"][1], p_b=c["b"][2],
                  n_a=text(n) if finds else "none", power_at=text(at),
                  detectable="none" if found is None else text(found))
    print(",".join(str(values[k]) for k in columns), flush=True)

# SPDX-License-Identifier: Apache-2.0
# Equal-tailed limits of p - d, (d, q, p) ~ Dirichlet, at 24 digits or more: given p, d / (1 - p) is beta.
import sys
import mpmath as mp

T = 10**12
CASES = [((1, 2, 3), p, l) for p in ("1", "0.5") for l in ("0.95", "0.5", "0.999999")] + [
    (t, "1", "0.95")
    for t in ((20, 30, 50), (3, 7, 10), (0, 0, 20), (0, 20, 0), (0, 0, 1), (0, 1, 0), (7, 13, 1),
              (5, 0, 5), (1, 0, 99), (0, 99, 1), (0, 0, T), (0, T, 0), (1, T, 0), (0, T, 1))] + [
    ((20, 30, 50), "0.5", "0.95"), ((3, 7, 10), "0.5", "0.95"), ((0, 0, 0), "1", "0.9")]


def upper_tail(x, ad, aq, ap):
    n = ad + aq + ap
    log_b = mp.loggamma(ap) + mp.loggamma(ad + aq) - mp.loggamma(n)

    def f(p):
        if p >= 1 or p <= 0:  # nodes that round to an end
            return mp.mpf(0)
        r = (p - x) / (1 - p)
        inner = mp.mpf(1) if r >= 1 else mp.betainc(ad, aq, 0, r, regularized=True)
        return mp.exp((ap - 1) * mp.log(p) + (ad + aq - 1) * mp.log(1 - p) - log_b) * inner

    m = ap / n
    sd = mp.sqrt(m * (1 - m) / (n + 1))
    low, kink = max(x, mp.mpf(0)), (1 + x) / 2
    cuts = {low, kink, mp.mpf(1)}
    for k in (-12, -4, 0, 4, 12, 40, 100):
        c = m + k * sd
        if low < c < 1:
            cuts.add(c)
    cuts = sorted(cuts)
    if n > 1e6:  # what lies beyond 100 standard deviations is nothing
        cuts = [c for c in cuts if abs(c - m) <= 101 * sd] or [low]
    return mp.quad(f, cuts)


def upper_limit(tail, ad, aq, ap):
    n = ad + aq + ap
    mean = (ap - ad) / n
    sd = mp.sqrt(((ap + ad) / n - mean**2) / (n + 1))
    low, high = -mp.mpf(1), mp.mpf(1)
    z = mp.sqrt(2) * mp.erfinv(1 - 2 * tail)
    end = high - mp.mpf(10) ** -22
    a, b = min(mean + (z - mp.mpf("0.5")) * sd, high - sd / 8), min(mean + (z + mp.mpf("0.5")) * sd, end)
    while upper_tail(a, ad, aq, ap) < tail:
        a = max(a - sd / 2, (a + low) / 2)
    while b < end and upper_tail(b, ad, aq, ap) > tail:
        b = min(b + sd / 2, end)
    g = lambda x: mp.log(upper_tail(x, ad, aq, ap) / tail)
    return mp.findroot(g, (a, b), solver="anderson", tol=mp.mpf(10) ** -38, maxsteps=60, verify=False)


out = sys.stdout
out.write(f"# mpmath {mp.__version__}, script generate/score_interval_bayesian.py, date 2026-11-22\n")
out.write("detractors,passives,promoters,prior,level,lower,upper,mean,standard_deviation\n")
for table, prior, level in CASES:
    # Counts of 10^12 cost the density 12 digits.
    mp.mp.dps = 24 if sum(table) < 10**6 else 45
    w = mp.mpf(float(prior))
    d, q, p = (mp.mpf(k) + w for k in table)
    n = d + q + p
    tail = (1 - mp.mpf(float(level))) / 2
    mean = (p - d) / n
    sd = mp.sqrt(((p + d) / n - mean**2) / (n + 1))
    upper = upper_limit(tail, d, q, p)
    lower = -upper_limit(tail, p, q, d)
    # Both limits leave what they should.
    assert abs(upper_tail(upper, d, q, p) / tail - 1) < mp.mpf(10) ** -16, (table, prior)
    assert abs(upper_tail(-lower, p, q, d) / tail - 1) < mp.mpf(10) ** -16, (table, prior)
    out.write(",".join([*map(str, table), prior, level] +
                       [mp.nstr(v, 17) for v in (lower, upper, mean, sd)]) + "\n")
    out.flush()

# SPDX-License-Identifier: Apache-2.0
# P(p - d > x), (d, q, p) ~ Dirichlet, at 25 digits, for weights below 1, whose shares crowd the
# ends: given q = exp(-t), p / (p + d) is beta; t counts from where q = 1 - x, so that nothing is
# lost at either end.
import sys
import mpmath as mp

mp.mp.dps = 25
T = 10**12
CASES = [((0, 0, 20), "0.5", (0.74, 0.99)), ((0, 20, 0), "0.5", (-0.1, 0.05)), ((0, 0, 1), "0.5", (-0.5, 0.9)),
         ((0, 1, 0), "0.5", (0.0, 0.7)), ((7, 13, 1), "0.5", (-0.5, -0.03)), ((5, 0, 5), "0.5", (0.1, 0.53)),
         ((20, 30, 50), "0.5", (0.15, 0.44)), ((0, 0, T), "0.5", (1 - 5e-12, 1 - 3e-14)),
         ((0, 0, 20), "0.05", (0.5, 0.9, 0.999)), ((0, 0, 20), "0.1", (0.999,)), ((0, 0, 0), "0.05", (0.3,)),
         ((0, 0, 0), "0.5", (-0.9,))]


def upper_tail(x, ad, aq, ap):
    if x < 0:
        return 1 - upper_tail(-x, ap, aq, ad)
    log_b = mp.loggamma(aq) + mp.loggamma(ap + ad) - mp.loggamma(ap + ad + aq)
    start = -mp.log(1 - x)

    def f(v):
        s = x - (1 - x) * mp.expm1(-v)
        c = -(1 - x) * mp.expm1(-v) / (2 * s)
        inner = mp.betainc(ad, ap, 0, c, regularized=True)
        return mp.exp(-aq * (start + v) + (ap + ad - 1) * mp.log(s) - log_b) * inner

    # q is around aq / n; beyond exp(-60 / aq) lies nothing.
    middle = max(mp.log((ad + aq + ap) / aq) - start, mp.mpf(0))
    cuts = [0, *(c for c in (middle * k / 4 for k in range(1, 7)) if c > 0), middle * 2 + 1,
            middle * 2 + 10 / aq, middle * 2 + 60 / aq]
    return mp.quad(f, sorted(set(map(mp.mpf, cuts))))


out = sys.stdout
out.write(f"# mpmath {mp.__version__}, script generate/score_posterior.py, date 2026-11-22\n")
out.write("detractors,passives,promoters,prior,x,upper_tail\n")
for table, prior, at in CASES:
    w = mp.mpf(float(prior))
    d, q, p = (mp.mpf(k) + w for k in table)
    for x in at:
        value = upper_tail(mp.mpf(x), d, q, p)
        out.write(",".join(map(str, table)) + f",{prior},{x!r},{mp.nstr(value, 17)}\n")
        out.flush()

# SPDX-License-Identifier: Apache-2.0
# Tails of the noncentral t and chi-squared distributions at 40 digits. Noncentral t: quadrature of
# its definition, P(Z > t s - ncp) over s = chi / sqrt(df), cut at the peak of the integrand.
# Noncentral chi-squared: the mixture of chi-squared tails over a Poisson number, summed to the end.
# Usage: python3 noncentral.py > noncentral.csv
import mpmath as mp

mp.mp.dps = 40
N = mp.mpf


def t_tail(t, df, ncp):
    t, df, ncp = N(t), N(df), N(ncp)
    log_c = mp.log(2) + df / 2 * mp.log(df / 2) - mp.loggamma(df / 2)
    log_f = lambda s: log_c + (df - 1) * mp.log(s) - df * s * s / 2
    tail = lambda s: mp.erfc((t * s - ncp) / mp.sqrt(2)) / 2
    g = lambda s: mp.exp(log_f(s)) * tail(s)
    # The peak, by a golden section on the logarithm.
    low, high = N("1e-12"), N(60)
    for _ in range(140):
        a, b = low + (high - low) * N("0.4"), low + (high - low) * N("0.6")
        if mp.log(g(a)) < mp.log(g(b)):
            low = a
        else:
            high = b
    peak = (low + high) / 2
    sd = 1 / mp.sqrt(2 * df + t * t)
    cuts = [N(0)] + [peak + k * sd / 2 for k in range(-60, 121) if peak + k * sd / 2 > 0]
    cuts += [cuts[-1] + mp.sqrt(k) * 4 / mp.sqrt(df) for k in (1, 4, 16)]
    return mp.quad(g, cuts)


def chi_tail(x, df, ncp, upper):
    x, df, ncp = N(x), N(df), N(ncp)
    mean = ncp / 2
    total = N(0)
    last = int(mean + 60 * mp.sqrt(mean + 1) + 60 + x)
    for j in range(last):
        w = mp.exp(-mean + j * mp.log(mean) - mp.loggamma(j + 1)) if mean > 0 else N(j == 0)
        if w < N("1e-400"):
            continue
        a = df / 2 + j
        total += w * (mp.gammainc(a, x / 2, mp.inf, regularized=True) if upper
                      else mp.gammainc(a, 0, x / 2, regularized=True))
        if j > mean and w < N("1e-45") * total:
            break
    return total


print(f"# mpmath {mp.__version__}, script generate/noncentral.py, date 2026-11-25")
print("function,x,df,ncp,value")
out = lambda name, x, df, ncp, v: print(f"{name},{x!r},{df!r},{ncp!r},{mp.nstr(v, 17, min_fixed=0, max_fixed=0)}", flush=True)
for t, df, ncp in ((2.0, 1.0, 0.5), (2.0, 1.0, -3.0), (30.0, 1.0, 2.0), (0.0, 1.5, 1.0), (-2.0, 3.0, 1.0),
                   (-5.0, 3.0, -4.0), (1.7, 19.0, 1.5), (2.1, 19.0, -2.1), (1.657, 118.0, 1.095445115010332),
                   (-1.657, 118.0, 1.095445115010332), (1.98, 118.0, -8.0), (20.0, 118.0, 1.0), (-20.0, 118.0, -30.0),
                   (3.0, 10.0, 20.0), (5.0, 10000.0, 2.0), (1.96, 1e6, 2.8), (1.96, 1e9, 2.8), (8.0, 1e6, 0.0),
                   (2.5, 30.0, 0.0), (2.0, 168.06, 3.26)):
    out("t", t, df, ncp, t_tail(t, df, ncp))
for x, df, ncp in ((3.84, 1.0, 7.85), (5.99, 2.0, 9.63), (0.1, 2.0, 30.0), (60.0, 2.0, 5.0), (200.0, 3.0, 5.0),
                   (9.49, 4.0, 0.0), (30.0, 10.0, 1e-6), (18.3, 10.0, 100.0), (400.0, 10.0, 100.0), (1e-3, 5.0, 2.0),
                   (130.0, 100.0, 40.0), (1075.0, 1000.0, 300.0), (2000.0, 3.0, 2500.0), (3.0, 0.7, 1.3)):
    out("chi_squared_upper", x, df, ncp, chi_tail(x, df, ncp, True))
    out("chi_squared_cdf", x, df, ncp, chi_tail(x, df, ncp, False))

# SPDX-License-Identifier: Apache-2.0
# Distribution functions and quantiles at 40 digits. Arguments are the doubles that a program
# passes. Tails of Beta(a, b) with large a and b by quadrature of the density around its peak,
# quantiles by root search on the tails.
import sys
import mpmath as mp

mp.mp.dps = 40
N = mp.mpf


def normal_tail(z):  # P(Z > z)
    return mp.erfc(z / mp.sqrt(2)) / 2


def normal_upper_quantile(p):
    # Newton on the log of the tail, from the logistic guess.
    z = mp.sqrt(2) * mp.erfinv(1 - 2 * p) if p > N("1e-25") else mp.sqrt(-2 * mp.log(p))
    return mp.findroot(lambda t: mp.log(normal_tail(t)) - mp.log(p), z)


def beta_tails(x, a, b):  # lower, upper
    if a == 1:
        return -mp.expm1(b * mp.log1p(-x)), mp.exp(b * mp.log1p(-x))
    if min(a, b) >= 100 and a + b >= 1000:
        m = a / (a + b)
        sd = mp.sqrt(m * (1 - m) / (a + b))
        f = lambda t: mp.exp(a * mp.log(t / m) + b * mp.log((1 - t) / (1 - m))) / (t * (1 - t))
        total = mp.quad(f, mp.linspace(max(m - 20 * sd, N(0)), min(m + 24 * sd, N(1)), 45))
        reach = abs(x - m) / sd
        far = (lambda s: min(max(m + s * sd, N(0)), N(1)))
        if x <= m:
            lower = mp.quad(f, mp.linspace(far(-reach - 16), x, 33)) / total
            return lower, 1 - lower
        upper = mp.quad(f, mp.linspace(x, far(reach + 20), 33)) / total
        return 1 - upper, upper
    if max(a, b) >= 1e4:
        # The series of positive terms, to 60 digits more than the smaller tail loses.
        if x > 0.5:
            return beta_tails(1 - x, b, a)[::-1]
        with mp.workdps(90):
            term = mp.exp(a * mp.log(x) + b * mp.log1p(-x) - mp.loggamma(a + 1) - mp.loggamma(b) + mp.loggamma(a + b))
            lower = term
            k = 0
            while term > lower * N("1e-85") or (a + b + k) * x > a + 1 + k:
                term *= (a + b + k) / (a + 1 + k) * x
                lower += term
                k += 1
            return lower, 1 - lower
    if x <= 0.5:
        lower = mp.betainc(a, b, 0, x, regularized=True)
        return lower, 1 - lower
    upper = mp.betainc(b, a, 0, 1 - x, regularized=True)
    return 1 - upper, upper


def chi_tail(x, df):
    return mp.gammainc(df / 2, x / 2, mp.inf, regularized=True)


def t_tail(t, df):  # t >= 0
    return mp.betainc(df / 2, N(1) / 2, 0, df / (df + t * t), regularized=True) / 2


def t_tail_large(t, df):
    c = mp.exp(mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2)) / mp.sqrt(df * mp.pi)
    f = lambda u: c * mp.exp(-(df + 1) / 2 * mp.log1p(u * u / df))
    return mp.quad(f, [t + k for k in range(0, 40, 2)])


out = sys.stdout
out.write(f"# mpmath {mp.__version__}, script generate/distributions.py, date 2026-11-22\n")
out.write("function,argument,a,b,value\n")


def row(name, argument, a, b, value):
    out.write(f"{name},{float(argument)!r},{a!r},{b!r},{mp.nstr(value, 17, min_fixed=0, max_fixed=0)}\n")
    out.flush()


for z in (-37.0, -20.0, -8.5, -6.0, -3.0, -1.5, -0.25, 1e-10, 0.5, 1.0, 2.5, 5.0, 8.0, 25.0, 37.5):
    row("normal_cdf", z, 0, 0, normal_tail(-N(z)))
    row("normal_upper_tail", z, 0, 0, normal_tail(N(z)))
for p in (1e-300, 1e-100, 1e-20, 1e-10, 1e-6, 0.001, 0.025, 0.1, 0.3, 0.45, 0.4999999, 0.6, 0.975, 0.999, 1 - 2.0**-40):
    q = N(p)
    z = normal_upper_quantile(q) if q < N("0.5") else -normal_upper_quantile(1 - q)
    row("normal_upper_quantile", p, 0, 0, z)
    row("normal_quantile", p, 0, 0, -z)
for x, a, b in ((0.3, 0.5, 0.5), (1e-20, 0.5, 0.5), (1 - 2.0**-30, 0.5, 0.5), (0.01, 1.0, 100.0),
                (1e-5, 2.5, 3.5), (0.5, 2.5, 3.5), (0.999, 2.5, 3.5), (0.05, 20.5, 80.5),
                (0.2, 20.5, 80.5), (0.5, 20.5, 80.5), (0.9, 20.5, 80.5), (0.99, 400.0, 3.0),
                (1e-12, 0.5, 1e12), (3e-12, 1.5, 1e12), (2e-11, 10.5, 1e12), (1e-6, 3.0, 1e6),
                (0.4, 300.0, 400.0), (0.3, 300.0, 400.0), (0.43, 300.0, 400.0),
                (0.48, 5000.5, 5000.5), (0.5, 5000.5, 5000.5), (0.501, 5000.5, 5000.5),
                (0.45, 5000.5, 5000.5), (0.55, 5000.5, 5000.5), (0.29, 3000.0, 7001.0),
                (0.2999, 3e5, 7e5), (0.3001, 3e5, 7e5), (0.302, 3e5, 7e5), (0.295, 3e5, 7e5),
                (0.0009, 150.5, 150000.0), (0.001, 150.5, 150000.0), (0.0012, 150.5, 150000.0),
                (0.49998, 5e8, 5e8), (0.500001, 5e8, 5e8), (0.5001, 5e8, 5e8),
                (2 / 2045800000, 2.0, 2045799999.0),
                (1e-13, 0.05, 1e12), (5e-12, 0.05, 1e12), (4e-13, 0.5, 1e12), (1e-11, 7.0, 1e12),
                (3e-11, 7.0, 1e12), (5e-8, 60.5, 1e9), (7e-8, 60.5, 1e9), (0.009, 99.0, 12000.0),
                (1 - 2.0**-20, 1e7, 7.5), (1 - 2.0**-24, 1e7, 7.5),
                (3e-18, 1.0, 1e18), (5e-17, 1.5, 4e16), (2e-17, 7.0, 1e18)):
    lower, upper = beta_tails(N(x), N(a), N(b))
    row("beta_cdf", x, a, b, lower)
    row("beta_upper_tail", x, a, b, upper)
    log_b = mp.loggamma(N(a)) + mp.loggamma(N(b)) - mp.loggamma(N(a) + N(b))
    row("beta_density", x, a, b, mp.exp((N(a) - 1) * mp.log(N(x)) + (N(b) - 1) * mp.log(1 - N(x)) - log_b))
for p, a, b in ((0.025, 0.5, 0.5), (0.975, 0.5, 0.5), (1e-6, 2.5, 3.5), (0.5, 2.5, 3.5), (0.975, 2.5, 3.5),
                (0.025, 20.5, 80.5), (0.975, 20.5, 80.5), (1e-10, 20.5, 80.5), (0.025, 0.5, 1000.5),
                (0.025, 1.0, 1e9), (0.975, 1.0, 1e9), (0.025, 300.0, 400.0), (0.9, 300.0, 400.0),
                (0.025, 3e5, 7e5), (0.975, 3e5, 7e5), (0.025, 3e8, 7e8), (1e-6, 3e8, 7e8), (0.4, 3e8, 7e8),
                (0.025, 2150.0, 7764309868252.0), (0.1, 2139.0, 14125373308.0), (0.1, 2140.0, 14125373307.0),
                (0.025, 2.0, 99000636.0), (0.025, 7.0, 823130829.0),
                (0.2, 7.0, 1238425698.0), (0.3, 0.5, 1e12), (1e-9, 40.5, 1e10), (0.025, 1.0, 1e18),
                (0.975, 7.0, 1e18)):
    q, a_, b_ = N(p), N(a), N(b)
    m = a_ / (a_ + b_)
    sd = mp.sqrt(m * (1 - m) / (a_ + b_ + 1))
    for upper in (False, True):
        g = lambda x: mp.log(beta_tails(x, a_, b_)[1 if upper else 0] / q)
        low, high = N(0), min(N(1), m + 40 * sd)
        while low == 0 or (high - low > sd / 1000 and high / low > N("1.001")):
            middle = (low + high) / 2
            if (beta_tails(middle, a_, b_)[0] < (1 - q if upper else q)):
                low = middle
            else:
                high = middle
        x = mp.findroot(g, (low, high), solver="anderson", tol=N("1e-50"), verify=False)
        assert abs(g(x)) < N("1e-22"), (p, a, b)
        row("beta_upper_quantile" if upper else "beta_quantile", p, a, b, x)
for x, df in ((0.001, 1.0), (3.84, 1.0), (50.0, 1.0), (1000.0, 1.0), (1.0, 2.0), (0.1, 10.0), (18.3, 10.0),
              (400.0, 10.0), (900.0, 1000.0), (1074.0, 1000.0), (1500.0, 1000.0), (2.5, 0.7), (1e6, 1e6)):
    row("chi_squared_upper_tail", x, df, 0, chi_tail(N(x), N(df)))
for p, df in ((0.05, 1.0), (0.95, 1.0), (1e-6, 1.0), (1e-100, 1.0), (0.05, 2.0), (0.05, 10.0), (0.999, 10.0),
              (0.05, 1000.0), (0.3, 0.7), (0.01, 1e6)):
    q, d = N(p), N(df)
    high = d + 1
    while chi_tail(high, d) > q:
        high *= 2
    low = N(0)
    for _ in range(160):
        middle = (low + high) / 2
        if chi_tail(middle, d) > q:
            low = middle
        else:
            high = middle
    row("chi_squared_upper_quantile", p, df, 0, low)
for p in (0.4, 0.025, 1e-6, 1e-12, 0.9):
    for df in (1.0, 2.0, 2.5, 30.0, 9999.0, 200000.0, 1e9, 1e12):
        q, d = (N(p) if p < 0.5 else 1 - N(p)), N(df)
        tail = t_tail if df < 1e5 else t_tail_large
        low, high = N(0), N(2)
        while tail(high, d) > q:
            high *= 2
        # Bisect to where secants are safe.
        for _ in range(12):
            middle = (low + high) / 2
            if tail(middle, d) > q:
                low = middle
            else:
                high = middle
        t = mp.findroot(lambda u: mp.log(tail(u, d) / q), (low, high), solver="anderson",
                        tol=N("1e-50"), verify=False)
        assert abs(mp.log(tail(t, d) / q)) < N("1e-22"), (p, df)
        row("student_t_upper_quantile", p, df, 0, t if p < 0.5 else -t)

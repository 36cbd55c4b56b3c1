# SPDX-License-Identifier: Apache-2.0
# Writes share_interval.csv: intervals for a share at 50 digits. Beta quantiles are found by Newton
# steps on an integral of the density (a quadrature, not a library's incomplete beta function).
# Usage: python3 share_interval.py > ../share_interval.csv
import mpmath as mp

mp.mp.dps = 50


def tail_integral(x, a, b, lower):
    """P(X < x) (lower) or P(X > x) of Beta(a, b), where it is the smaller part or near it."""
    if lower:
        return tail_integral(1 - x, b, a, False)
    logc = -mp.log(mp.beta(a, b)) if a + b < 10**5 else (
        mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b))
    sd = mp.sqrt(a * b / (a + b) ** 2 / (a + b + 1))
    f = lambda t: mp.exp(logc + (a - 1) * mp.log(t) + (b - 1) * mp.log(1 - t)) if 0 < t < 1 else mp.mpf(0)
    points = [x]
    step = sd
    while points[-1] < 1 and len(points) < 60:
        points.append(min(mp.mpf(1), points[-1] + step))
        if points[-1] > x + 15 * sd:
            step *= 2
    return mp.quad(f, points)


def beta_quantile(p, a, b, lower):
    """x with P(X < x) = p (lower) or P(X > x) = p."""
    from scipy.stats import beta
    x = mp.mpf(float(beta.ppf(float(p), float(a), float(b)) if lower else beta.isf(float(p), float(a), float(b))))
    logc = mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)
    for _ in range(30):
        residual = tail_integral(x, a, b, lower) - p
        density = mp.exp(logc + (a - 1) * mp.log(x) + (b - 1) * mp.log(1 - x))
        step = residual / density * (1 if lower else -1)
        x -= step
        if abs(step) < mp.mpf(10) ** -28 * x:
            return x
    raise ArithmeticError((p, a, b))


def limits(method, k, n, level):
    tail = (1 - mp.mpf(str(level))) / 2
    z = mp.sqrt(2) * mp.erfinv(1 - 2 * tail)
    k, n = mp.mpf(k), mp.mpf(n)
    if method == "wilson":
        centre, reach = k + z * z / 2, z * mp.sqrt(k * (n - k) / n + z * z / 4)
        return (centre - reach) / (n + z * z), (centre + reach) / (n + z * z)
    if method == "agresti_coull":
        m = n + z * z
        c = (k + z * z / 2) / m
        r = z * mp.sqrt(c * (1 - c) / m)
        return max(mp.mpf(0), c - r), min(mp.mpf(1), c + r)
    if method == "jeffreys":
        h = mp.mpf(1) / 2
        return (mp.mpf(0) if k == 0 else beta_quantile(tail, k + h, n - k + h, True),
                mp.mpf(1) if k == n else beta_quantile(tail, k + h, n - k + h, False))
    return (mp.mpf(0) if k == 0 else beta_quantile(tail, k, n - k + 1, True),
            mp.mpf(1) if k == n else beta_quantile(tail, k + 1, n - k, False))


tables = [(0, 1), (1, 1), (0, 10), (1, 10), (3, 10), (10, 10), (29, 29), (50, 100), (2, 1000),
          (337, 1000), (1, 10**6), (400000, 10**6), (10**6 - 1, 10**6), (3 * 10**8, 10**9),
          (5, 10**12), (10**11, 10**12), (10**12 - 2, 10**12)]
print(f"# mpmath {mp.__version__}, script generate/share_interval.py, date 2026-11-22")
print("method,successes,trials,level,lower,upper")
for k, n in tables:
    for method in ("wilson", "jeffreys", "clopper_pearson", "agresti_coull"):
        for level in (0.9, 0.95, 0.999):
            lower, upper = limits(method, k, n, level)
            small = lambda v: "0" if abs(v) < mp.mpf(10) ** -40 else mp.nstr(v, 17)
            print(f"{method},{k},{n},{level},{small(lower)},{small(upper)}")

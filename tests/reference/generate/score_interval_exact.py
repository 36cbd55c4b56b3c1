# SPDX-License-Identifier: Apache-2.0
# Exact unconditional limits by brute force: every table, the restricted shares from Tango's
# quadratic, a dense grid over p + d with a bounded search around its best points, and a scan of x
# from the outside for the first place where the p value passes alpha.
import sys
import numpy as np
import scipy
from scipy.optimize import minimize_scalar
from scipy.special import gammaln, xlogy
from scipy.stats import beta

CASES = [((1, 2, 3), .95, 0), ((3, 7, 10), .95, 0), ((0, 0, 20), .95, 0), ((0, 20, 0), .95, 0),
         ((7, 13, 1), .95, 0), ((0, 0, 1), .95, 0), ((0, 1, 0), .95, 0), ((5, 0, 5), .95, 0),
         ((2, 5, 13), .95, 0), ((4, 1, 2), .9, 0), ((1, 8, 9), .99, 0), ((6, 6, 6), .5, 0),
         ((3, 7, 10), .95, 1e-3), ((7, 13, 1), .95, 1e-3), ((2, 5, 13), .9, 1e-2)]


class brute:
    def __init__(self, table, gamma):
        self.d, self.q, self.p = table
        self.n = n = sum(table)
        self.gamma = gamma
        c, b = np.meshgrid(np.arange(n + 1), np.arange(n + 1))
        keep = b + c <= n
        self.b, self.c = b[keep].astype(float), c[keep].astype(float)
        self.a = n - self.b - self.c
        self.coef = gammaln(n + 1) - gammaln(self.a + 1) - gammaln(self.b + 1) - gammaln(self.c + 1)
        m = self.b[0] * 0 + self.p + self.d
        self.s_low = beta.ppf(gamma / 2, m, n - m + 1) if gamma > 0 and m > 0 else 0.0
        self.s_high = beta.ppf(1 - gamma / 2, m + 1, n - m) if gamma > 0 and m < n else 1.0

    def statistic(self, x):
        n, b, c = self.n, self.b, self.c
        B = -b - c + (2 * n - b + c) * x
        d = (np.sqrt(np.maximum(B * B + 8 * n * c * x * (1 - x), 0)) - B) / (4 * n)
        v = n * (2 * d + x * (1 - x))
        top = b - c - n * x
        return np.where(np.abs(top) < 1e-13, 0.0, top / np.sqrt(np.maximum(v, 1e-300)))

    def p_value(self, x):
        t = self.statistic(x)
        obs = t[(self.b == self.p) & (self.c == self.d)][0]
        inside = t >= obs - 1e-9
        a, b, c, coef = self.a[inside], self.b[inside], self.c[inside], self.coef[inside]

        def prob(s):
            s = np.atleast_1d(s)[:, None]
            p, d, q = (s + x) / 2, (s - x) / 2, 1 - s
            return np.exp(coef + xlogy(b, np.maximum(p, 0)) + xlogy(c, np.maximum(d, 0)) +
                          xlogy(a, np.maximum(q, 0))).sum(axis=1)

        low, high = max(abs(x), self.s_low), max(abs(x), self.s_high)
        if self.s_high < abs(x):
            return self.gamma
        grid = low + (high - low) * np.sin(np.linspace(0, np.pi / 2, 801)) ** 2
        f = prob(grid)
        best = f.max()
        for i in np.argsort(f)[-3:]:
            l, h = grid[max(i - 1, 0)], grid[min(i + 1, 800)]
            if h > l:
                r = minimize_scalar(lambda s: -prob(s)[0], bounds=(l, h), method="bounded",
                                    options={"xatol": 1e-12})
                best = max(best, -r.fun)
        return best + self.gamma

    def lower(self, alpha):
        if self.d == self.n:
            return -1.0
        e = (self.p - self.d) / self.n
        before = -1 + 1e-9
        for x in np.linspace(-1 + 1e-9, min(e + .5, 1 - 1e-9), 1501)[1:]:
            if self.p_value(x) > alpha:
                break
            before = x
        else:
            raise AssertionError("no limit")
        low, high = before, x
        while high - low > 1e-11:
            middle = (low + high) / 2
            if self.p_value(middle) > alpha:
                high = middle
            else:
                low = middle
        return (low + high) / 2


out = sys.stdout
out.write(f"# SciPy {scipy.__version__} and NumPy {np.__version__}, script "
          "generate/score_interval_exact.py, date 2026-11-22\n")
out.write("detractors,passives,promoters,level,berger_boos,lower,upper\n")
for table, level, gamma in CASES:
    alpha = (1 - level) / 2
    lower = brute(table, gamma).lower(alpha)
    upper = -brute(table[::-1], gamma).lower(alpha)
    out.write(",".join(map(str, [*table, level, gamma])) + f",{lower:.17g},{upper:.17g}\n")
    out.flush()

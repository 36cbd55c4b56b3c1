# SPDX-License-Identifier: Apache-2.0
# The local level model with known sampling variances by dense covariance matrices in mpmath: best
# linear unbiased prediction (universal kriging) for the levels, the restricted likelihood for the
# variances. No filter is used.
# Usage: python3 local_level.py > ../local_level.csv
import mpmath as mp
import numpy as np
from scipy import optimize, stats

mp.mp.dps = 40
rng = np.random.default_rng(20261125)


def text(x):
    return mp.nstr(mp.mpf(x), 17)


def design(times, cycle):
    columns = [[1] * len(times)]
    for k in range(cycle - 1 if cycle else 0):
        columns.append([1 if t % cycle == k else -1 if t % cycle == cycle - 1 else 0 for t in times])
    return columns


class Model:
    def __init__(self, y, h, cycle):
        self.y, self.h, self.cycle = y, h, cycle
        self.times = [t for t, v in enumerate(y) if v is not None]

    def parts(self, q, o, times):
        n = len(times)
        s = mp.matrix(n, n)
        for i, a in enumerate(times):
            for j, b in enumerate(times):
                s[i, j] = q * min(a, b) + (self.h[a] + o if i == j else 0)
        z = mp.matrix(design(times, self.cycle)).T
        inverse = s ** -1
        information = z.T * inverse * z
        return s, z, inverse, information, mp.matrix([self.y[t] for t in times])

    def fit(self, q, o):
        s, z, inverse, information, y = self.parts(q, o, self.times)
        covariance = information ** -1
        p = inverse - inverse * z * covariance * z.T * inverse
        py = p * y
        n, k = len(self.times), z.cols
        value = -((n - k) * mp.log(2 * mp.pi) + mp.log(mp.det(s)) + mp.log(mp.det(information))
                  + (y.T * py)[0]) / 2
        slope_o = -(sum(p[i, i] for i in range(n)) - sum(v * v for v in py)) / 2
        slope_q = 0
        for i, a in enumerate(self.times):
            for j, b in enumerate(self.times):
                slope_q -= min(a, b) * (p[i, j] - py[i] * py[j]) / 2
        return value, slope_q, slope_o

    def predict(self, q, o, t, times, observed_variance=None):
        """Level at t from `times`; with a variance the observed value there."""
        s, z, inverse, information, y = self.parts(q, o, times)
        covariance = information ** -1
        gamma = covariance * z.T * inverse * y
        z0 = mp.matrix([1] + [0] * (z.cols - 1))
        if observed_variance is not None:
            z0 = mp.matrix([c[0] for c in design([t], self.cycle)])
        c = mp.matrix([q * min(t, u) for u in times])
        value = (z0.T * gamma)[0] + (c.T * inverse * (y - z * gamma))[0]
        left = z0 - z.T * inverse * c
        variance = q * t - (c.T * inverse * c)[0] + (left.T * covariance * left)[0]
        if observed_variance is not None:
            variance += observed_variance + o
        return value, mp.sqrt(variance)

    def effects(self, q, o):
        s, z, inverse, information, y = self.parts(q, o, self.times)
        covariance = information ** -1
        gamma = covariance * z.T * inverse * y
        k = z.cols - 1
        values, errors = [], []
        for place in range(self.cycle):
            c = mp.matrix([0] + [1 if place == j else -1 if place == k else 0 for j in range(k)])
            values.append((c.T * gamma)[0])
            errors.append(mp.sqrt((c.T * covariance * c)[0]))
        b = gamma[1:, 0]
        return values, errors, (b.T * (covariance[1:, 1:] ** -1) * b)[0]

    def rough(self, q, o):
        """The same likelihood in doubles, to find the region of the largest."""
        t = np.array(self.times)
        h = np.array([float(self.h[u]) for u in t])
        y = np.array([float(self.y[u]) for u in t])
        s = q * np.minimum.outer(t, t) + np.diag(h + o)
        z = np.array(design(list(t), self.cycle), float).T
        w = np.linalg.solve(s, z)
        a = z.T @ w
        r = y - z @ np.linalg.solve(a, w.T @ y)
        return -(np.linalg.slogdet(s)[1] + np.linalg.slogdet(a)[1] + r @ np.linalg.solve(s, r)) / 2


def best(model, extra):
    grid = [0.0] + list(10.0 ** np.arange(-9, 0.6, 0.2))
    q, o = max(((q, o) for q in grid for o in (grid[::2] if extra else [0.0])),
               key=lambda at: model.rough(*at))
    for _ in range(60):
        q = around(lambda x: model.rough(x, o), q)
        if extra:
            o = around(lambda x: model.rough(q, x), o)
        else:
            break
    free_q, free_o = q > 1e-11, extra and o > 1e-11
    if free_q and free_o:
        q, o = mp.findroot(lambda a, b: model.fit(a, b)[1:], (q, o))
    elif free_q:
        q, o = mp.findroot(lambda a: model.fit(a, 0)[1], (q, q * 1.001)), mp.mpf(0)
    elif free_o:
        q, o = mp.mpf(0), mp.findroot(lambda a: model.fit(0, a)[2], (o, o * 1.001))
    else:
        q, o = mp.mpf(0), mp.mpf(0)
    value, slope_q, slope_o = model.fit(q, o)
    assert q > 0 or slope_q <= 0
    assert o > 0 or not extra or slope_o <= 0
    return q, o, value


def around(f, x):
    low, high = (x / 2, x * 2) if x > 0 else (0, 1e-8)
    return optimize.minimize_scalar(lambda v: -f(v), bounds=(low, high), method="bounded",
                                    options={"xatol": 1e-14}).x


def profile(model, q, extra):
    if not extra:
        return 0.0, model.rough(q, 0)
    o = max([0.0] + list(10.0 ** np.arange(-9, 0.6, 0.2)), key=lambda v: model.rough(q, v))
    for _ in range(20):
        o = around(lambda x: model.rough(q, x), o)
    return o, model.rough(q, o)


def limit(model, low, high, top, extra, drop):
    shift = float(top) - model.rough(*optimum)
    f = lambda q: float(top) - (profile(model, q, extra)[1] + shift) - drop
    q = optimize.brentq(f, low, high, xtol=1e-16)
    o = profile(model, q, extra)[0]
    if extra and o > 1e-11:
        q, o = mp.findroot(lambda a, b: (top - model.fit(a, b)[0] - drop, model.fit(a, b)[2]), (q, o))
        return q
    return mp.findroot(lambda a: top - model.fit(a, 0)[0] - drop, (q, q * 1.0001))


def row(model, counts, kind, cycle, extra, given, next_n):
    global optimum
    z = mp.sqrt(2) * mp.erfinv(mp.mpf("0.95"))
    drop = z * z / 2
    if given is None:
        q, o, value = best(model, extra)
        optimum = (float(q), float(o))
        step = max(float(q), 1e-7)
        high = step
        while float(value) - (profile(model, high, extra)[1] + float(value) - model.rough(*optimum)) < drop:
            high *= 2
        upper = limit(model, float(q), high, value, extra, drop)
        at_zero = profile(model, 0.0, extra)[1] - model.rough(*optimum)
        lower = limit(model, 0.0, float(q), value, extra, drop) if q > 0 and -at_zero > drop else mp.mpf(0)
        limits = [text(mp.sqrt(lower)), text(mp.sqrt(upper))]
    else:
        q, o = mp.mpf(given) ** 2, mp.mpf(0)
        value = model.fit(q, o)[0]
        limits = ["NA", "NA"]
    size = len(model.y)
    names = ["smoothed", "filtered", "forecast", "observed_forecast"]
    out = {name: ([], []) for name in names}
    innovations = []
    places = cycle if cycle else 1
    known = lambda times: len({t % places for t in times}) == places
    nothing = ("NA", "NA")

    def put(name, pair):
        for cell, v in zip(out[name], pair):
            cell.append(v if v == "NA" else text(v))

    for t in range(size):
        put("smoothed", model.predict(q, o, t, model.times))
        upto = [u for u in model.times if u <= t]
        before = [u for u in model.times if u < t]
        put("filtered", model.predict(q, o, t, upto) if known(upto) else nothing)
        put("forecast", model.predict(q, o, t, before) if known(before) else nothing)
        if known(before) and t in model.times:
            pair = model.predict(q, o, t, before, model.h[t])
            put("observed_forecast", pair)
            innovations.append(text((model.y[t] - pair[0]) / pair[1]))
        else:
            put("observed_forecast", nothing)
            innovations.append("NA")
    ahead = model.predict(q, o, size, model.times)
    next_variance = model.next_variance
    ahead_seen = model.predict(q, o, size, model.times, next_variance) if next_variance else nothing
    if cycle:
        values, errors, statistic = model.effects(q, o)
        test = [" ".join(map(text, values)), " ".join(map(text, errors)), text(statistic),
                text(mp.gammainc((cycle - 1) / mp.mpf(2), statistic / 2, regularized=True))]
    else:
        test = ["NA"] * 4
    cells = [kind, str(cycle), str(int(extra)), "NA" if given is None else given, str(next_n), counts,
             text(value), text(mp.sqrt(q)), limits[0], limits[1], text(mp.sqrt(o))]
    for name in names:
        cells += [" ".join(out[name][0]), " ".join(out[name][1])]
    cells += [" ".join(innovations)]
    cells += [v if v == "NA" else text(v) for v in (*ahead, *ahead_seen)] + test
    print(",".join(cells))


def weights_variance(d, q, p):
    d, q, p = (mp.mpf(c) for c in (d, q, p))
    n = d + q + p
    return (p + d) / n - ((p - d) / n) ** 2


def counts_case(size, mean_n, move, cycle, extra, given, kind, missing=0.1, noise=0.0, next_n=40):
    score = 0.3
    cells, y, h = [], [], []
    effect = rng.normal(0, 0.12, cycle) if cycle else [0]
    for t in range(size):
        score = np.clip(score + rng.normal(0, move), -0.6, 0.8)
        now = np.clip(score + effect[t % len(effect)] + rng.normal(0, noise), -0.8, 0.85)
        n = 0 if rng.random() < missing else 1 + rng.poisson(mean_n * rng.choice([0.1, 1, 3]))
        share = (1 - 0.25) / 2
        p = min(max(share + now / 2, 0), 1)
        d = min(max(share - now / 2, 0), 1 - p)
        cells.append(rng.multinomial(n, [d, 1 - d - p, p]))
    total = sum(cells)
    pooled = weights_variance(total[0] + mp.mpf("0.75"), total[1] + mp.mpf("1.5"), total[2] + mp.mpf("0.75"))
    for c in cells:
        n = int(sum(c))
        y.append(None if n == 0 else mp.mpf(int(c[2] - c[0])) / n)
        own = weights_variance(c[0] + mp.mpf("0.75"), c[1] + mp.mpf("1.5"), c[2] + mp.mpf("0.75"))
        h.append(None if n == 0 else (pooled if kind == "pooled" else own) / n)
    model = Model(y, h, cycle)
    model.next_variance = pooled / next_n if next_n else None
    row(model, ";".join(" ".join(map(str, c)) for c in cells), kind, cycle, extra, given, next_n)


print(f"# mpmath {mp.__version__}, script generate/local_level.py, date 2026-11-25")
print("variance,cycle,overdispersion,level_sd_given,next_n,counts,log_likelihood,level_sd,level_sd_lower,"
      "level_sd_upper,overdispersion_sd,smoothed,smoothed_se,filtered,filtered_se,forecast,forecast_se,"
      "observed_forecast,observed_forecast_se,innovation,next,next_se,next_observed,next_observed_se,"
      "effects,effects_se,cycle_statistic,cycle_p")
for kind in ("pooled", "adjusted"):
    counts_case(1, 30, 0.05, 0, False, "0.05", kind, missing=0)
    counts_case(12, 40, 0.05, 0, False, "0", kind)
    counts_case(14, 5, 0.1, 0, False, "0.1", kind, missing=0.4)
    counts_case(16, 60, 0.1, 0, False, None, kind)
    counts_case(20, 8, 0.02, 0, False, None, kind)
    counts_case(18, 100, 0.06, 0, True, None, kind, noise=0.15)
    counts_case(18, 100, 0.0, 0, True, None, kind, noise=0.2)
    counts_case(18, 300, 0.15, 0, True, None, kind)
    counts_case(24, 200, 0.05, 4, False, None, kind)
    counts_case(21, 60, 0.05, 7, False, "0.03", kind)
    counts_case(28, 150, 0.08, 7, True, None, kind, noise=0.05, missing=0.2)

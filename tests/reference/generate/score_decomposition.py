# SPDX-License-Identifier: Apache-2.0
# Mix and rate parts of a change and their standard errors at 50 digits: Kitagawa's form, derivatives
# by central differences, the covariance of shares and means written out in full.
# Usage: python3 score_decomposition.py > ../score_decomposition.csv
import mpmath as mp

mp.mp.dps = 50
N = mp.mpf
T = 10**12
CASES = [  # before, after, weights before, weights after
    (((20, 30, 50), (40, 30, 30)), ((30, 45, 75), (20, 10, 20)), "", ""),
    (((20, 30, 50), (40, 30, 30), (5, 5, 10)), ((18, 30, 62), (45, 25, 20), (1, 9, 20)), "", ""),
    (((20, 30, 50), (40, 30, 30), (0, 0, 0)), ((18, 30, 62), (0, 0, 0), (1, 9, 20)), "", ""),
    (((20, 30, 50), (40, 30, 30), (5, 5, 10)), ((18, 30, 62), (45, 25, 20), (1, 9, 20)),
     "0.5 0.25 0.25", "0.25 0.5 0.25"),
    (((20, 30, 50), (40, 30, 30), (5, 5, 10)), ((18, 30, 62), (45, 25, 20), (0, 0, 0)),
     "0.5 0.375 0.125", "0.625 0.375 0"),
    (((7, 8, 9),), ((3, 4, 20),), "", ""),
    (((0, 0, 5), (3, 0, 0)), ((0, 0, 9), (1, 0, 0)), "", ""),
    (((T, 2 * T, 3 * T), (T, T, T)), ((T, 2 * T + 7, 3 * T + 10**6), (2 * T, T, T)), "", ""),
]


def coded(measure, c):
    return {"score": c[2] - c[0], "promoters_won": c[2], "detractors_lost": -c[0]}[measure]


def mean_error(measure, c):
    if measure == "score":
        d, q, p = c[0] + N("0.75"), c[1] + N("1.5"), c[2] + N("0.75")
        n = d + q + p
        return ((p + d) / n - ((p - d) / n) ** 2) / n
    k = c[2] if measure == "promoters_won" else c[0]
    p = N(k + 1) / (sum(c) + 2)
    return p * (1 - p) / (sum(c) + 2)


def parts(w, s, here):
    """w[t][k], s[t][k]: change, mix, rate in all, and of each segment."""
    size = len(w[0])
    s = [list(s[0]), list(s[1])]
    for k in range(size):
        for t in (0, 1):
            if not here[t][k] and here[1 - t][k]:
                s[t][k] = s[1 - t][k]
    total = [sum(a * b for a, b in zip(w[t], s[t])) for t in (0, 1)]
    r = (total[0] + total[1]) / 2
    mix = [(w[1][k] - w[0][k]) * ((s[0][k] + s[1][k]) / 2 - r) for k in range(size)]
    rate = [(w[1][k] + w[0][k]) / 2 * (s[1][k] - s[0][k]) for k in range(size)]
    return [total[1] - total[0], sum(mix), sum(rate)] + mix + rate


def errors(function, w, s, v, n):
    """Standard errors by numeric derivatives; n[t] None where the shares are known."""
    h = N(10) ** -20
    size = len(w[0])
    count = len(function(w, s))
    variance = [N(0)] * count
    for t in (0, 1):
        def slope(which, k):
            values = []
            for sign in (1, -1):
                moved = [[list(w[0]), list(w[1])], [list(s[0]), list(s[1])]]
                moved[which][t][k] += sign * h
                values.append(function(*moved))
            return [(a - b) / (2 * h) for a, b in zip(*values)]
        for k in range(size):
            for i, g in enumerate(slope(1, k)):
                variance[i] += g * g * v[t][k]
        if n[t]:
            by = [slope(0, k) for k in range(size)]
            for i in range(count):
                for k in range(size):
                    for j in range(size):
                        c = ((w[t][k] if k == j else 0) - w[t][k] * w[t][j]) / n[t]
                        variance[i] += by[k][i] * by[j][i] * c
    return [mp.sqrt(max(x, N(0))) for x in variance]


def inputs(cells, known, measure):
    """Shares, means, variances of the means, answers of both periods, and who is there."""
    n = [sum(map(sum, period)) for period in cells]
    w = [[N(x) for x in known[t].split()] if known[t] else [N(sum(c)) / n[t] for c in cells[t]] for t in (0, 1)]
    s = [[N(coded(measure, c)) / sum(c) if sum(c) else N(0) for c in cells[t]] for t in (0, 1)]
    v = [[mean_error(measure, c) if sum(c) else N(0) for c in cells[t]] for t in (0, 1)]
    here = [[x > 0 for x in w[t]] for t in (0, 1)]
    return w, s, v, [None if known[t] else n[t] for t in (0, 1)], here


if __name__ == "__main__":
    print(f"# mpmath {mp.__version__}, script generate/score_decomposition.py, date 2026-11-25")
    print("before,after,weights_before,weights_after,measure,part,value,standard_error")
    for before, after, *known in CASES:
        for measure in ("score", "promoters_won", "detractors_lost"):
            w, s, v, n, here = inputs((before, after), known, measure)
            f = lambda a, b: parts(a, b, here)
            names = ["change", "mix", "rate"] + [f"{p}{k}" for p in ("mix", "rate") for k in range(len(before))]
            for name, x, e in zip(names, f(w, s), errors(f, w, s, v, n)):
                text = [";".join(" ".join(map(str, c)) for c in period) for period in (before, after)]
                print(",".join(text + known + [measure, name, mp.nstr(x, 17), mp.nstr(e, 17)]))

# SPDX-License-Identifier: Apache-2.0
# Two waves that share some people, at 60 digits, from the textbook: variance of the difference
# S_a^2 / n_a + S_b^2 / n_b - 2 m r S_a S_b / (n_a n_b), r Pearson's in the overlap; normal tails.
# Usage: python3 compare_overlapping_scores.py > ../compare_overlapping_scores.csv
import mpmath as mp

mp.mp.dps = 60
N = mp.mpf
T = 10**11
PANEL = (60, 25, 15, 10, 50, 20, 5, 12, 103)
CASES = [  # a = this wave, b = the wave before, overlap by rows of the wave before
    ((200, 180, 300), (250, 170, 260), PANEL), ((75, 87, 138), (100, 80, 120), PANEL),
    ((75, 87, 138), (1000, 800, 1200), PANEL), ((750, 870, 1380), (100, 80, 120), PANEL),
    ((20, 30, 50), (40, 30, 30), (0,) * 9), ((20, 30, 50), (40, 30, 30), (0, 0, 20, 0, 5, 0, 19, 0, 0)),
    ((20, 30, 50), (40, 30, 30), (20, 0, 0, 0, 30, 0, 0, 0, 30)),
    ((3, 9, 4), (8, 2, 7), (0, 2, 1, 0, 0, 0, 1, 3, 0)), ((3, 0, 1), (4, 1, 0), (1, 0, 0, 0, 0, 0, 0, 0, 0)),
    ((2 * T, 3 * T, 5 * T), (2 * T, 3 * T, 5 * T - 1), (2 * T, 0, 0, 0, 3 * T, 0, 0, 0, 5 * T - 2)),
    ((2 * T, 3 * T, 5 * T), (2 * T + 1, 3 * T, 5 * T - 1), (2 * T, 0, 1, 0, 3 * T, 0, 0, 0, 5 * T - 1)),
    ((1, 0, 10 * T), (2, 0, 9 * T), (1, 0, 1, 0, 0, 0, 0, 0, 8 * T)),
]
ASKS = [("0", "two_sided", "0.95"), ("0", "less", "0.9"), ("0.25", "greater", "0.99"),
        ("-0.125", "two_sided", "0.5")]


def moments(pairs):
    n = N(sum(k for k, *_ in pairs))
    mean = [sum(k * v[i] for k, *v in pairs) / n for i in range(2)]
    part = lambda i, j: sum(k * (v[i] - mean[i]) * (v[j] - mean[j]) for k, *v in pairs) / n
    return mean, part(0, 0), part(0, 1), part(1, 1)


def wave(counts):
    (mean, _), v, *_ = moments([(k, x, 0) for k, x in zip(counts, (-1, 0, 1))])
    return N(sum(counts)), mean, v


def tail(z):
    return mp.erfc(z / mp.sqrt(2)) / 2


print(f"# mpmath {mp.__version__}, script generate/compare_overlapping_scores.py, date 2026-11-25")
print("d_a,q_a,p_a,d_b,q_b,p_b,dd,dq,dp,qd,qq,qp,pd,pq,pp,null_difference,alternative,level,r,difference,"
      "standard_error,statistic,p_value,lower,upper")
for a, b, overlap in CASES:
    (n_a, s_a, v_a), (n_b, s_b, v_b) = wave(a), wave(b)
    m, r = N(sum(overlap)), N(0)
    if m:
        _, xx, xy, yy = moments([(k, i // 3 - 1, i % 3 - 1) for i, k in enumerate(overlap)])
        r = xy / mp.sqrt(xx * yy) if xx * yy > 0 else r
    se = mp.sqrt(v_a / n_a + v_b / n_b - 2 * m * r * mp.sqrt(v_a * v_b) / (n_a * n_b))
    for null, alternative, level in ASKS:
        z = (s_a - s_b - N(null)) / se
        p = {"two_sided": 2 * tail(abs(z)), "less": tail(-z), "greater": tail(z)}[alternative]
        alpha = (1 - N(level)) / (2 if alternative == "two_sided" else 1)
        reach = mp.sqrt(2) * mp.erfinv(1 - 2 * alpha) * se
        lower = N(-2) if alternative == "less" else max(s_a - s_b - reach, N(-2))
        upper = N(2) if alternative == "greater" else min(s_a - s_b + reach, N(2))
        print(",".join([*map(str, a + b + tuple(overlap)), null, alternative, level]
                       + [mp.nstr(v, 17) for v in (r, s_a - s_b, se, z, p, lower, upper)]))

# SPDX-License-Identifier: Apache-2.0
# E-values by betting at 40 digits: the average over c ~ Beta(1/2, 1/2) by quadrature in c = sin^2,
# cut around the peak; the score of the second group of a difference by golden section.
# usage: python3 score_e_value.py > ../score_e_value.csv
import mpmath as mp

mp.mp.dps = 40


def below(d, q, p, s):
    """log of the mean over c of (1-c)^p (1 + c s/(1-s))^q (1 + c (1+s)/(1-s))^d."""
    s = mp.mpf(s)

    def g(t):
        c, rest = mp.sin(t) ** 2, mp.cos(t) ** 2
        return (p * mp.log(rest) if p else 0) + q * mp.log(1 + c * s / (1 - s)) + d * mp.log(
            1 + c * (1 + s) / (1 - s))

    def slope(c):
        return -p / (1 - c) + q * s / (1 - s + c * s) + d * (1 + s) / (1 - s + c * (1 + s))

    end = mp.pi / 2
    tiny = mp.mpf(10) ** -20
    if slope(tiny) <= 0:
        best = mp.mpf(0)
    elif slope(1 - tiny) >= 0:
        best = end
    else:
        low, high = tiny, 1 - tiny
        for _ in range(130):
            middle = (low + high) / 2
            low, high = (middle, high) if slope(middle) > 0 else (low, middle)
        best = mp.asin(mp.sqrt(low))
    top = g(best - tiny if best == end else best)
    width = mp.mpf(1)
    for _ in range(80):  # where it has dropped by 1
        inside = best + width if best + width < end else best - width
        if 0 <= inside < end and top - g(inside) < 1:
            break
        width /= 2
    cuts = {mp.mpf(0), end}
    for k in (0, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24, 40):
        for at in (best - k * width, best + k * width):
            if 0 < at < end:
                cuts.add(at)
    total = mp.quad(lambda t: mp.exp(g(t) - top) if t < end or not p else mp.mpf(0), sorted(cuts))
    return top + mp.log(total / end)


def above(d, q, p, s):
    return below(p, q, d, -mp.mpf(s))


def mean(x, y):
    return mp.log((mp.exp(x) + mp.exp(y)) / 2)


def one(counts, s, side):
    if side == "less":
        return below(*counts, s)
    if side == "greater":
        return above(*counts, s)
    return mean(below(*counts, s), above(*counts, s))


def two(a, b, difference, side):
    x = mp.mpf(difference)

    def at(m):
        if side == "greater":
            return above(*a, m + x) + below(*b, m)
        if side == "less":
            return below(*a, m + x) + above(*b, m)
        return mean(above(*a, m + x) + below(*b, m), below(*a, m + x) + above(*b, m))

    ratio = (mp.sqrt(5) - 1) / 2
    low, high = max(mp.mpf(-1), -1 - x), min(mp.mpf(1), 1 - x)
    i, j = high - ratio * (high - low), low + ratio * (high - low)
    f, g = at(i), at(j)
    for _ in range(52):  # to 3e-11; the square of it is what is lost in the value
        if f < g:
            high, j, g = j, i, f
            i = high - ratio * (high - low)
            f = at(i)
        else:
            low, i, f = i, j, g
            j = low + ratio * (high - low)
            g = at(j)
    return min(f, g)


def main():
    print(f"# mpmath {mp.__version__}, script generate/score_e_value.py, date 2026-11-25")
    print("d,q,p,d_b,q_b,p_b,score,side,log_e")
    T = 10**12
    for counts, s in [((0, 0, 1), "0.5"), ((1, 0, 0), "0.5"), ((0, 1, 0), "0"), ((0, 1, 0), "-0.9"), ((1, 3, 6), "0.2"),
                      ((20, 30, 50), "0.3"), ((20, 30, 50), "0.1"), ((20, 30, 50), "0.99"), ((200, 300, 500), "0.4"),
                      ((0, 0, 50), "0.9"), ((50, 0, 0), "0.9"), ((0, 50, 0), "0.25"), ((2000, 3000, 5000), "0.28"),
                      ((200000, 300000, 500000), "0.302"), ((3, 100, 100000), "0.9999"),
                      ((T // 5, 3 * T // 10, T // 2), "0.300003")]:
        for side in ("less", "greater", "two_sided"):
            x = float(s)
            print(",".join(map(str, counts)) + f",,,,{x!r},{side},{mp.nstr(one(counts, x, side), 17)}")
    mp.mp.dps = 25
    for a, b, s in [((1, 3, 6), (4, 3, 3), "0"), ((20, 30, 50), (30, 30, 40), "0"), ((20, 30, 50), (30, 30, 40), "-0.3"),
                    ((200, 300, 500), (260, 300, 440), "0"), ((0, 0, 20), (10, 5, 5), "0.1")]:
        for side in ("less", "greater", "two_sided"):
            x = float(s)
            print(",".join(map(str, a + b)) + f",{x!r},{side},{mp.nstr(two(a, b, x, side), 17)}")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
# Tails of the range of normal numbers, and of the farthest of normal numbers whose correlations are
# products, by mpmath's integration at 30 digits.
# usage: python3 joint_critical.py > ../joint_critical.csv
import mpmath as mp

mp.mp.dps = 30


def upper(z):
    return mp.erfc(z / mp.sqrt(2)) / 2


def density(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def range_tail(q, k):
    f = lambda x: density(x) * (upper(-x) ** (k - 1) - (upper(-x) - upper(q - x)) ** (k - 1))
    return k * mp.quad(f, [-20, -5, -2, 0, q / 2, q / 2 + 1, q, q + 3, q + 20])


def product_tail(c, loadings, two_sided):
    def f(x):
        none = mp.mpf(1)
        for loading in loadings:
            rest = mp.sqrt(1 - loading * loading)
            out = upper((c - loading * x) / rest)
            if two_sided:
                out += upper((c + loading * x) / rest)
            none *= 1 - out
        return density(x) * (1 - none)
    cuts = sorted({mp.mpf(-20), mp.mpf(20), mp.mpf(0), -c - 3, c + 3}
                  | {s * (c / l + j * mp.sqrt(1 - l * l) / l) for l in loadings if l > 0.1
                     for s in (1, -1) for j in (-8, -4, -2, -1, 0, 1, 2, 4, 8)
                     if abs(c / l + j * mp.sqrt(1 - l * l) / l) < 20})
    return mp.quad(f, cuts)


print(f"# mpmath {mp.__version__}, script generate/joint_critical.py, date 2026-11-25")
print("kind,c,loadings,tail")
for k in (2, 3, 5, 20, 300):
    for q in ("0.5", "3", "4.5", "9"):
        print(f"range,{q},{k},{mp.nstr(range_tail(mp.mpf(q), k), 17)}")
families = [[0.5], [0.25, 0.5, 0.75], [0.7071067811865476] * 4, [0.9, 0.99, 0.999, 0.1],
            [0.999999, 0.5], [0.99999, 0.9999], [0.001, 0.3], [0.6] * 30]
for loadings in families:
    for c in ("0.5", "2.3", "6"):
        for kind in ("two_sided", "one_sided"):
            exact = [mp.mpf(x) for x in loadings]
            tail = product_tail(mp.mpf(c), exact, kind == "two_sided")
            print(f"{kind},{c},{' '.join(map(repr, loadings))},{mp.nstr(tail, 17)}")
for loadings in families[1:4]:
    print(f"one_sided,-0.4,{' '.join(map(repr, loadings))},"
          f"{mp.nstr(product_tail(mp.mpf('-0.4'), [mp.mpf(x) for x in loadings], False), 17)}")

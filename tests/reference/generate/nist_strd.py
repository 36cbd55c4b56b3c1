# SPDX-License-Identifier: Apache-2.0
# The linear regressions of NIST's Statistical Reference Datasets with intercept, solved in exact
# fractions and compared with NIST's certified values (https://www.itl.nist.gov/div898/strd/lls/,
# public domain). `estimate` and `error` are the certified problem; `given_estimate` and `given_error`
# that of the items as doubles, whose powers of x are rounded; `hc0` and `hc3` are its robust errors.
# usage: python3 nist_strd.py FOLDER   writes nist_strd_data.csv and nist_strd.csv
import sys
from collections import namedtuple
from decimal import Decimal
from fractions import Fraction

import mpmath

mpmath.mp.dps = 40
FILIP = """.8116 -6.860120914 .9072 -4.324130045 .9052 -4.358625055 .9039 -4.358426747 .8053 -6.955852379
.8377 -6.661145254 .8667 -6.355462942 .8809 -6.118102026 .7975 -7.115148017 .8162 -6.815308569 .8515 -6.519993057
.8766 -6.204119983 .8885 -5.853871964 .8859 -6.109523091 .8959 -5.79832982 .8913 -5.482672118 .8959 -5.171791386
.8971 -4.851705903 .9021 -4.517126416 .909 -4.143573228 .9139 -3.709075441 .9199 -3.499489089 .8692 -6.300769497
.8872 -5.953504836 .89 -5.642065153 .891 -5.031376979 .8977 -4.680685696 .9035 -4.329846955 .9078 -3.928486195
.7675 -8.56735134 .7705 -8.363211311 .7713 -8.107682739 .7736 -7.823908741 .7775 -7.522878745 .7841 -7.218819279
.7971 -6.920818754 .8329 -6.628932138 .8641 -6.323946875 .8804 -5.991399828 .7668 -8.781464495 .7633 -8.663140179
.7678 -8.473531488 .7697 -8.247337057 .77 -7.971428747 .7749 -7.676129393 .7796 -7.352812702 .7897 -7.072065318
.8131 -6.774174009 .8498 -6.478861916 .8741 -6.159517513 .8061 -6.835647144 .846 -6.53165267 .8751 -6.224098421
.8856 -5.910094889 .8919 -5.598599459 .8934 -5.290645224 .894 -4.974284616 .8957 -4.64454848 .9047 -4.290560426
.9129 -3.885055584 .9209 -3.408378962 .9219 -3.13200249 .7739 -8.726767166 .7681 -8.66695597 .7665 -8.511026475
.7703 -8.165388579 .7702 -7.886056648 .7761 -7.588043762 .7809 -7.283412422 .7961 -6.995678626 .8253 -6.691862621
.8602 -6.392544977 .8809 -6.067374056 .8301 -6.684029655 .8664 -6.378719832 .8834 -6.065855188 .8898 -5.752272167
.8964 -5.132414673 .8963 -4.811352704 .9074 -4.098269308 .9119 -3.66174277 .9228 -3.2644011"""
NORRIS = """.1 .2 338.8 337.4 118.1 118.2 888 884.6 9.2 10.1 228.1 226.5 668.5 666.3 998.5 996.3 449.1 448.6
778.9 777 559.2 558.2 .3 .4 .1 .6 778.1 775.5 668.8 666.9 339.3 338 448.9 447.5 10.8 11.6 557.7 556 228.3 228.1
998 995.8 888.8 887.6 119.6 120.2 .3 .3 .6 .3 557.6 556.8 339.3 339.1 888 887.2 998.5 999 778.9 779 10.2 11.1
117.6 118.3 228.9 229.2 668.4 669.1 449.2 448.9 .2 .5"""
LONGLEY = """60323 83.0 234289 2356 1590 107608 1947 61122 88.5 259426 2325 1456 108632 1948
60171 88.2 258054 3682 1616 109773 1949 61187 89.5 284599 3351 1650 110929 1950
63221 96.2 328975 2099 3099 112075 1951 63639 98.1 346999 1932 3594 113270 1952
64989 99.0 365385 1870 3547 115094 1953 63761 100.0 363112 3578 3350 116219 1954
66019 101.2 397469 2904 3048 117388 1955 67857 104.6 419180 2822 2857 118734 1956
68169 108.4 442769 2936 2798 120445 1957 66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959 69564 114.2 502601 3931 2514 125368 1960
69331 115.7 518173 4806 2572 127852 1961 70551 116.9 554894 4007 2827 130081 1962"""
# Added to 1 + x + ... + x^5: times 1, 100, 10,000 in Wampler3, 4, 5.
NOISE = [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048, -2048, 1838, -2048, 2048,
         -2048, 2523, -2048, 2048, -2048, 759]
CERTIFIED = {  # estimates and their standard deviations
    "filip": ("-1467.48961422980 -2772.17959193342 -2316.37108160893 -1127.97394098372 -354.478233703349 "
              "-75.1242017393757 -10.8753180355343 -1.06221498588947 -.0670191154593408 -.00246781078275479 "
              "-.402962525080404E-04",
              "298.084530995537 559.779865474950 466.477572127796 227.204274477751 71.6478660875927 "
              "15.2897178747400 2.23691159816033 .221624321934227 .0142363763154724 .000535617408889821 "
              ".896632837373868E-05"),
    "norris": ("-.262323073774029 1.00211681802045", ".232818234301152 .429796848199937E-03"),
    "longley": ("-3482258.63459582 15.0618722713733 -.0358191792925910 -2.02022980381683 -1.03322686717359 "
                "-.0511041056535807 1829.15146461355",
                "890420.383607373 84.9149257747669 .0334910077722432 .488399681651699 .214274163161675 "
                ".226073200069370 455.478499142212"),
    "wampler1": ("1 1 1 1 1 1", "0 0 0 0 0 0"),
    "wampler2": ("1 .1 .01 .001 .0001 .00001", "0 0 0 0 0 0"),
    "wampler3": ("1 1 1 1 1 1", "2152.32624678170 2363.55173469681 779.343524331583 101.475507550350 "
                                "5.64566512170752 .112324854679312"),
    "wampler4": ("1 1 1 1 1 1", "215232.624678170 236355.173469681 77934.3524331583 10147.5507550350 "
                                "564.566512170752 11.2324854679312"),
    "wampler5": ("1 1 1 1 1 1", "21523262.4678170 23635517.3469681 7793435.24331583 1014755.07550350 "
                                "56456.6512170752 1123.24854679312"),
}


def pairs(text, width):
    numbers = [Fraction(Decimal(word)) for word in text.split()]
    return [numbers[i:i + width] for i in range(0, len(numbers), width)]


def polynomials():
    rows = {name: [] for name in CERTIFIED if name.startswith("wampler")}
    for x in range(21):
        powers = [Fraction(x) ** k for k in range(1, 6)]
        whole = 1 + sum(powers)
        rows["wampler1"].append([whole] + powers)
        rows["wampler2"].append([sum(Fraction(x, 10) ** k for k in range(6))] + powers)
        for name, times in (("wampler3", 1), ("wampler4", 100), ("wampler5", 10000)):
            rows[name].append([whole + times * NOISE[x]] + powers)
    return rows


Solution = namedtuple("Solution", "beta squares robust r_squared variance")


def solve(rows):
    """Exact estimates, and their squared standard deviations."""
    design = [[Fraction(1)] + row[1:] for row in rows]
    k = len(design[0])
    left = [[sum(r[i] * r[j] for r in design) for j in range(k)] for i in range(k)]
    right = [sum(r[i] * row[0] for r, row in zip(design, rows)) for i in range(k)]
    both = [left[i] + [right[i]] + [Fraction(int(i == j)) for j in range(k)] for i in range(k)]
    for i in range(k):
        pivot = next(r for r in range(i, k) if both[r][i] != 0)
        both[i], both[pivot] = both[pivot], both[i]
        both[i] = [value / both[i][i] for value in both[i]]
        for r in range(k):
            if r != i and both[r][i] != 0:
                both[r] = [a - both[r][i] * b for a, b in zip(both[r], both[i])]
    beta = [both[i][k] for i in range(k)]
    residual = sum((row[0] - sum(b * x for b, x in zip(beta, r))) ** 2 for r, row in zip(design, rows))
    mean = sum(row[0] for row in rows) / len(rows)
    total = sum((row[0] - mean) ** 2 for row in rows)
    variance = residual / (len(rows) - k)
    inverse = [row[k + 1:] for row in both]
    robust = {0: [0] * k, 2: [0] * k}
    for row, r in zip(rows, design):
        shares = [sum(a * x for a, x in zip(line, r)) for line in inverse]
        rest = row[0] - sum(b * x for b, x in zip(beta, r))
        hat = sum(a * x for a, x in zip(shares, r))
        for power, sums in robust.items():
            for i in range(k):
                sums[i] += (rest * shares[i]) ** 2 / (1 - hat) ** power
    return Solution(beta, [variance * inverse[i][i] for i in range(k)], robust, 1 - residual / total, variance)


def root(value):
    value = Fraction(value)
    return mpmath.sqrt(mpmath.mpf(value.numerator) / mpmath.mpf(value.denominator))


def text(value):
    if isinstance(value, Fraction):
        value = mpmath.mpf(value.numerator) / mpmath.mpf(value.denominator)
    return mpmath.nstr(value, 17) if value != 0 else "0"


def main(folder):
    sets = polynomials()
    sets["norris"] = pairs(NORRIS, 2)
    sets["longley"] = pairs(LONGLEY, 7)
    sets["filip"] = [[y] + [x ** k for k in range(1, 11)] for y, x in pairs(FILIP, 2)]
    first = f"# mpmath {mpmath.__version__}, script generate/nist_strd.py, date 2026-11-25\n"
    with open(f"{folder}/nist_strd_data.csv", "w") as data, open(f"{folder}/nist_strd.csv", "w") as table:
        data.write(first + "data,y,items\n")
        table.write(first + "data,position,estimate,error,given_estimate,given_error,hc0,hc3,r_squared,sigma\n")
        for name in ("norris", "longley", "filip", "wampler1", "wampler2", "wampler3", "wampler4", "wampler5"):
            rows = sets[name]
            exact = solve(rows)
            for value, square, printed, spread in zip(exact.beta, exact.squares, *(c.split() for c in CERTIFIED[name])):
                for have, want in ((mpmath.mpf(value.numerator) / value.denominator, mpmath.mpf(printed)),
                                   (root(square), mpmath.mpf(spread))):
                    assert abs(have - want) <= abs(want) * mpmath.mpf("6e-15"), (name, have, want)
            # y is given as a double, too.
            given = [[Fraction(float(value)) for value in row] for row in rows]
            near = solve(given)
            for row in rows:
                data.write(f"{name},{float(row[0])!r},{' '.join(repr(float(v)) for v in row[1:])}\n")
            for j, value in enumerate(exact.beta):
                cells = [text(value), text(root(exact.squares[j])), text(near.beta[j]), text(root(near.squares[j])),
                         text(root(near.robust[0][j])), text(root(near.robust[2][j])), text(exact.r_squared),
                         text(root(exact.variance))]
                table.write(f"{name},{j},{','.join(cells)}\n")


main(sys.argv[1])

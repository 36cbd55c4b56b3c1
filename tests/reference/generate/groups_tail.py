# SPDX-License-Identifier: Apache-2.0
# Tails of distributions at 60 digits, for the tests of several groups. Makes no table itself.
import mpmath as mp

mp.mp.dps = 60


def chi_squared_tail(x, df):
    return mp.gammainc(df / 2, x / 2, mp.inf, regularized=True) if x > 0 else mp.mpf(1)


def f_tail(x, df1, df2):
    if x == 0:
        return mp.mpf(1)
    a, b = df1 / 2, df2 / 2
    if df2 < 100000:
        return mp.betainc(b, a, 0, b / (b + a * x), regularized=True)
    # The density of log F, integrated from x upwards.
    constant = mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b) + a * mp.log(a / b)
    density = lambda t: mp.exp(constant + a * t - (a + b) * mp.log1p(a / b * mp.exp(t)))
    start, step, total = mp.log(x), min(mp.mpf(1) / 8, 1 / mp.sqrt(df1)), mp.mpf(0)
    while True:
        piece = mp.quad(density, [start, start + step])
        total += piece
        start += step
        # Beyond the mode, at 0, pieces fall faster and faster.
        if start > 0 and piece < total * mp.mpf(10) ** -25:
            return total


def normal_tail(z):
    return mp.erfc(z / mp.sqrt(2)) / 2


def t_tail(t, df):  # t >= 0
    return f_tail(t * t, mp.mpf(1), df) / 2


def t_quantile(tail, df):
    """The t with this upper tail, 0 < tail < 1/2: steps of Newton on the log of the tail."""
    with mp.workdps(35):
        density = lambda t: mp.exp(mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2) -
                                   (df + 1) / 2 * mp.log1p(t * t / df)) / mp.sqrt(df * mp.pi)
        t = mp.mpf(1)
        for _ in range(100):
            at = t_tail(t, df)
            step = mp.log(at / tail) * at / density(t)
            t = max(t + step, t / 8)
            if abs(step) < t * mp.mpf(10) ** -20:
                return t
    raise ValueError((tail, df))

# SPDX-License-Identifier: Apache-2.0
# Probability of ever crossing at two looks, by nested quadrature at 20 digits.
# usage: python3 group_crossing.py > ../group_crossing.csv
import mpmath as mp

mp.mp.dps = 20


def inside(bounds, times, drift, two_sided, x=mp.mpf(0), start=mp.mpf(0)):
    sd = mp.sqrt(times[0] - start)
    mean = x + drift * (times[0] - start)
    high = bounds[0] * mp.sqrt(times[0])
    low = -high if two_sided else mp.mpf("-inf")
    if len(times) == 1:
        return mp.ncdf((high - mean) / sd) - (mp.ncdf((low - mean) / sd) if two_sided else 0)
    if not two_sided:
        low = (min(mean, high) if mean < high else high) - 12 * sd
    cuts = sorted({low, high, *(m for m in (mean - 3 * sd, mean, mean + 3 * sd) if low < m < high)})
    return mp.quad(lambda y: mp.npdf((y - mean) / sd) / sd * inside(bounds[1:], times[1:], drift, two_sided, y, times[0]),
                   cuts, maxdegree=5)


print(f"# mpmath {mp.__version__}, script generate/group_crossing.py, date 2026-11-25")
print("sides,drift,information,critical,crossing")
for times, z in [(("0.5", "1"), ("2.178", "2.178")), (("0.1", "0.4"), ("3", "2"))]:
    for sides in (1, 2):
        for drift in ("0", "2.5"):
            t = [mp.mpf(float(x)) for x in times]
            b = [mp.mpf(float(x)) for x in z]
            p = 1 - inside(b, t, mp.mpf(drift), sides == 2)
            print(f"{sides},{drift},{' '.join(times)},{' '.join(z)},{mp.nstr(p, 16)}")

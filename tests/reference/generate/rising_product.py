# SPDX-License-Identifier: Apache-2.0
# Logarithms, digamma and trigamma differences of rising products in mpmath.
# Usage: python3 rising_product.py > ../rising_product.csv
import mpmath as mp

mp.mp.dps = 120
print("# mpmath %s, script generate/rising_product.py, date 2026-11-25" % mp.__version__)
print("a,x,log,first,second,rest")
for a in (1e-9, 0.01, 0.7, 3.3, 15.5, 16, 40.25, 1234.5, 1e6, 1e12):
    for x in (2, 5, 16, 17, 40, 1000, 123456789, 10**12):
        z = mp.mpf(a)
        first = z * (mp.psi(0, z + x) - mp.psi(0, z))
        cells = (mp.loggamma(z + x) - mp.loggamma(z) - x * mp.log(z), first, z * z * (mp.psi(1, z) - mp.psi(1, z + x)),
                 x - first)
        print(",".join([repr(a), str(x)] + [mp.nstr(c, 17) for c in cells]))

# SPDX-License-Identifier: Apache-2.0
"""Times statsmodels OrderedModel on proportional odds of scores 0 to 10 with ten ratings. One line a
measurement: job, tool, n, seconds."""
import sys
import time

import numpy
import statsmodels
from statsmodels.miscmodels.ordinal_model import OrderedModel


def main():
    n = int(float(sys.argv[1])) if len(sys.argv) > 1 else 100_000
    generator = numpy.random.default_rng(1)
    x = generator.integers(1, 6, size=(n, 10)).astype(float)
    latent = x @ (0.1 * (numpy.arange(10) % 4)) - 3 + generator.logistic(size=n)
    y = numpy.clip(numpy.floor(1.3 * latent + 5), 0, 10).astype(int)
    start = time.perf_counter()
    OrderedModel(y, x, distr="logit").fit(method="bfgs", maxiter=500, disp=0)
    print("proportional_odds", f"statsmodels {statsmodels.__version__} OrderedModel, bfgs", n,
          f"{time.perf_counter() - start:.6g}", sep="\t", flush=True)


main()

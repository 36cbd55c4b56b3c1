# SPDX-License-Identifier: Apache-2.0
"""Times SciPy and numpy on the permutation test of two scores. One line a measurement:
job, tool, n in each group, replicates, seconds a replicate (median)."""
import math
import statistics
import sys
import time

import numpy
import scipy
import scipy.stats


def median_time(work, runs=3):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def difference(x, y, axis):
    return numpy.mean(x, axis=axis) - numpy.mean(y, axis=axis)


def main():
    n = int(float(sys.argv[1])) if len(sys.argv) > 1 else 100_000
    shift = math.isqrt(n) // 2
    d, p = 3 * n // 10, 32 * n // 100
    counts = [d, n - d - p - shift, p + shift], [d + shift, n - d - p - shift, p]
    groups = [numpy.repeat(numpy.array([-1, 0, 1], dtype=numpy.int8), count) for count in counts]

    def report(tool, replicates, work):
        print("score_permutation", tool, n, replicates, f"{median_time(work) / replicates:.6g}", sep="\t", flush=True)

    # SciPy holds batch x 2 n indexes, so the batch keeps its memory below a gigabyte. A tenth of the
    # 10,000 replicates tells the time of one.
    replicates = 1_000
    report(f"scipy {scipy.__version__} stats.permutation_test", replicates,
           lambda: scipy.stats.permutation_test(groups, difference, vectorized=True, n_resamples=replicates,
                                                batch=max(1, 20_000_000 // n), random_state=1))
    generator = numpy.random.default_rng(1)
    pooled = numpy.add(*counts)
    replicates = 10_000
    report(f"numpy {numpy.__version__} multivariate_hypergeometric on three counts", replicates,
           lambda: generator.multivariate_hypergeometric(pooled, n, size=replicates, method="marginals")
           @ numpy.array([-1, 0, 1]))


main()

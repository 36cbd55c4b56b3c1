# SPDX-License-Identifier: Apache-2.0
"""Times SciPy and numpy on the bootstrap of a score. One line a measurement:
job, tool, n, replicates, seconds a replicate (median)."""
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


def main():
    n = int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000
    generator = numpy.random.default_rng(1)
    answers = generator.choice([-1, 0, 1], size=n, p=[0.2, 0.3, 0.5]).astype(numpy.int8)
    counts = numpy.array([(answers == value).sum() for value in (-1, 0, 1)])

    def report(tool, replicates, work):
        seconds = median_time(work) / replicates
        print("score_bootstrap", tool, n, replicates, f"{seconds:.6g}", sep="\t", flush=True)

    # SciPy holds batch x n indexes, so the batch keeps its memory below a gigabyte.
    replicates = max(20, min(10_000, 200_000_000 // n))
    report(f"scipy {scipy.__version__} stats.bootstrap percentile", replicates,
           lambda: scipy.stats.bootstrap((answers,), numpy.mean, n_resamples=replicates, vectorized=True,
                                         axis=-1, batch=max(1, 50_000_000 // n), method="percentile",
                                         random_state=1))
    replicates = 10_000
    report(f"numpy {numpy.__version__} multinomial on three counts", replicates,
           lambda: generator.multinomial(n, counts / n, size=replicates) @ numpy.array([-1, 0, 1]) / n)


main()

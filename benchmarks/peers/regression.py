# SPDX-License-Identifier: Apache-2.0
"""Times numpy on least squares of 20 ratings and an outcome, one thread. One line a measurement: job,
tool, n, seconds (median)."""
import os
import statistics
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy  # noqa: E402


def median_time(work, runs=5):
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    n = int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000
    generator = numpy.random.default_rng(1)
    ratings = generator.integers(0, 11, (n, 20))
    outcome = numpy.sign(ratings.sum(axis=1) - 100 + generator.integers(-30, 31, n)).astype(float)
    x = numpy.column_stack([numpy.ones(n), ratings.astype(float)])

    def report(tool, work):
        print("regression", f"numpy {numpy.__version__} {tool}", n, f"{median_time(work):.6g}", sep="\t",
              flush=True)

    report("normal equations, solve(X.T @ X, X.T @ y)",
           lambda: numpy.linalg.solve(x.T @ x, x.T @ outcome))
    report("linalg.lstsq", lambda: numpy.linalg.lstsq(x, outcome, rcond=None))


main()

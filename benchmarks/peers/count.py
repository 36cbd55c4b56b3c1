# SPDX-License-Identifier: Apache-2.0
"""Times numpy and pandas on counting scores. One line a measurement: job, tool, n, seconds (median)."""
import statistics
import sys
import time

import numpy
import pandas


def median_time(work, runs=5):
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    n = int(float(sys.argv[1])) if len(sys.argv) > 1 else 100_000_000
    shares = [3, 2, 3, 3, 4, 7, 8, 16, 22, 14, 18]
    scores = numpy.random.default_rng(1).choice(11, size=n, p=numpy.array(shares) / 100).astype(numpy.uint8)

    def report(tool, work):
        print("count_bytes", tool, n, f"{median_time(work):.6g}", sep="\t", flush=True)

    report(f"numpy {numpy.__version__} (x >= 9).sum() - (x <= 6).sum()",
           lambda: (int((scores >= 9).sum()), int((scores <= 6).sum())))
    report(f"numpy {numpy.__version__} bincount", lambda: numpy.bincount(scores, minlength=11))
    series = pandas.Series(scores)
    report(f"pandas {pandas.__version__} value_counts", series.value_counts)


main()

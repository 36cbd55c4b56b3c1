# SPDX-License-Identifier: Apache-2.0
"""Times pandas on the answers of a programme: scores by touchpoint and day. One line a measurement: job, tool,
n, seconds (median)."""
import statistics
import sys
import time

import numpy
import pandas


def median_time(work, runs=3):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    n = int(float(sys.argv[1])) if len(sys.argv) > 1 else 3_500_000
    random = numpy.random.default_rng(1)
    touchpoint = random.integers(1150, size=n)
    texts = numpy.array([f"touchpoint {i}" for i in range(1150)], dtype=object)
    day = (numpy.arange(n) * 365 // n).astype(numpy.int16)
    frame = pandas.DataFrame({"touchpoint": texts[touchpoint], "day": day,
                              "score": random.integers(11, size=n).astype(numpy.int8)})
    coded = frame.assign(touchpoint=frame["touchpoint"].astype("category"))

    def report(job, work):
        print(job, f"pandas {pandas.__version__}", n, f"{median_time(work):.6g}", sep="\t", flush=True)

    def categories(table):
        classes = pandas.cut(table["score"], [-1, 6, 8, 10], labels=False)
        return table.groupby(["touchpoint", "day", classes], observed=True).size()

    for name, table in (("texts", frame), ("categories", coded)):
        report(f"value_counts_{name}", lambda: table.groupby(["touchpoint", "day"], observed=True)["score"].value_counts())
        report(f"size_by_score_{name}", lambda: table.groupby(["touchpoint", "day", "score"], observed=True).size())
        report(f"size_by_class_{name}", lambda: categories(table))


main()

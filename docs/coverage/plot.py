# SPDX-License-Identifier: Apache-2.0
# Draws coverage.csv: coverage.svg (mean and minimum coverage over the core) and misses.svg (how often
# the interval lies too high or too low, for scores above zero, and how wide it is).
# Usage: python3 plot.py   (in this folder; needs matplotlib)
import collections
import csv

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "nps", "font.size": 9})
import matplotlib.pyplot as plt  # noqa: E402

colours = dict(zip(
    ["wald", "adjusted_wald", "score", "bonett_price", "newcombe", "likelihood_ratio", "exact", "bayesian",
     "bootstrap_percentile", "bootstrap_basic", "bootstrap_bca"],
    ["#999999", "#d62728", "#1f77b4", "#2ca02c", "#9467bd", "#ff7f0e", "#000000", "#8c564b",
     "#e377c2", "#bcbd22", "#17becf"]))
with open("coverage.csv", encoding="utf-8") as file:
    next(file)
    rows = list(csv.DictReader(file))
series = collections.defaultdict(dict)
wald_width = {(row["n"], row["source"]): float(row["core_width"]) for row in rows if row["method"] == "wald"}
for row in rows:
    n = int(row["n"])
    # Wald's width at the same points.
    row["relative_width"] = float(row["core_width"]) / wald_width[row["n"], row["source"]]
    # Enumeration where there is one, else simulation.
    if row["source"] == "enumeration" or (row["source"] == "simulation" and n not in series[row["method"]]):
        series[row["method"]][n] = {k: float(v) for k, v in row.items() if k not in ("method", "source")}


def panel(axis, column, title, low, high, target=None):
    for name, colour in colours.items():
        points = sorted(series[name].items())
        axis.plot([n for n, _ in points], [p[column] for _, p in points], color=colour, label=name,
                  linewidth=1.1, linestyle="--" if name.startswith("bootstrap") else "-")
    if target is not None:
        axis.axhline(target, color="black", linewidth=0.6, linestyle=":")
    axis.set_xscale("log")
    axis.set_ylim(low, high)
    axis.set_title(title, fontsize=10)
    axis.set_xlabel("answers n")
    axis.grid(alpha=0.25)


def save(figure, name):
    figure.savefig(name, metadata={"Date": None})


figure, axes = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
panel(axes[0], "core_mean", "mean coverage of the 95 % interval, core points", 0.88, 1.0, 0.95)
panel(axes[1], "core_minimum", "minimum coverage of the 95 % interval, core points", 0.6, 1.0, 0.95)
axes[1].legend(fontsize=7, ncols=2, loc="lower right")
save(figure, "coverage.svg")

figure, axes = plt.subplots(1, 3, figsize=(12, 3.8), layout="constrained")
panel(axes[0], "core_left", "interval too high, score above 0", 0, 0.08, 0.025)
panel(axes[1], "core_right", "interval too low, score above 0", 0, 0.08, 0.025)
panel(axes[2], "relative_width", "mean width over Wald's", 0.85, 1.3, 1)
axes[0].legend(fontsize=6.5, ncols=2, loc="upper right")
save(figure, "misses.svg")

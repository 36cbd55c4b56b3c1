# SPDX-License-Identifier: Apache-2.0
# Draws size.csv and power.csv: size.svg, the two-sided tests of scores at 5 %, by the sizes of the groups.
# Usage: python3 plot.py   (in this folder; needs matplotlib)
import csv

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "nps", "font.size": 9})
import matplotlib.pyplot as plt  # noqa: E402

styles = {
    "wald": ("#999999", "o"), "wald_pooled": ("#e377c2", "s"), "adjusted_wald": ("#d62728", "^"),
    "score": ("#1f77b4", "D"), "likelihood_ratio": ("#ff7f0e", "v"), "welch": ("#8c564b", "P"),
    "permutation": ("#2ca02c", "x"), "permutation_mid_p": ("#2ca02c", "+"),
    "studentised_permutation": ("#9467bd", "x"), "studentised_permutation_mid_p": ("#9467bd", "+"),
    "bayesian": ("#000000", "*"),
}


def read(name):
    with open(name, encoding="utf-8") as file:
        next(file)
        return [row for row in csv.DictReader(file)
                if row["alternative"] == "two_sided" and row["source"] == "enumeration" and row["method"] in styles]


def sizes_of(row):
    return int(row["n_a"]), int(row["n_b"])


size, power = read("size.csv"), read("power.csv")
pairs = sorted({sizes_of(row) for row in size}, key=lambda s: (s[0] != s[1], s[1] / s[0], s[0]))


def panel(axis, rows, column, title, target=None):
    for name, (colour, marker) in styles.items():
        points = [(pairs.index(sizes_of(row)), float(row[column])) for row in rows if row["method"] == name]
        axis.plot(*zip(*sorted(points)), color=colour, marker=marker, markersize=4, linewidth=0.6, label=name,
                  linestyle="--" if "permutation" in name else "-") if points else None
    if target is not None:
        axis.axhline(target, color="black", linewidth=0.8, linestyle=":")
        axis.set_yscale("log")
        axis.set_ylim(0.01, 0.8)
        axis.set_yticks([0.01, 0.02, 0.05, 0.1, 0.2, 0.5], ["1 %", "2 %", "5 %", "10 %", "20 %", "50 %"])
    axis.set_xticks(range(len(pairs)), [f"{a}/{b}" for a, b in pairs], fontsize=7)
    axis.set_title(title, fontsize=10)
    axis.set_xlabel("answers of the two groups")
    axis.grid(alpha=0.25)


def family(name):
    return [row for row in size if row["family"] == name]


figure, axes = plt.subplots(2, 2, figsize=(11, 8), layout="constrained")
panel(axes[0][0], family("equal_shares"), "largest", "largest size, all shares equal", 0.05)
panel(axes[0][1], family("equal_scores"), "largest", "largest size, only the scores equal", 0.05)
panel(axes[1][0], family("equal_scores"), "core_mean", "mean size over the core, only the scores equal", 0.05)
panel(axes[1][1], power, "mean", "power: mean over core truths that are apart")
axes[1][1].set_ylim(0.1, 0.8)
axes[1][1].legend(fontsize=8, ncols=2, loc="lower left")
figure.savefig("size.svg", metadata={"Date": None})

# SPDX-License-Identifier: Apache-2.0
# Times R on counting scores. One line a measurement: job, tool, n, seconds (median).
arguments <- commandArgs(TRUE)
n <- if (length(arguments)) as.numeric(arguments[1]) else 1e8
set.seed(1)
scores <- sample.int(11, n, TRUE, c(3, 2, 3, 3, 4, 7, 8, 16, 22, 14, 18)) - 1L
elapsed <- replicate(3, system.time(tabulate(scores + 1L, 11))[["elapsed"]])
cat("count_bytes", paste("R", getRversion(), "tabulate"), n, median(elapsed), sep = "\t")
cat("\n")

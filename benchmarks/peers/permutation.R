# SPDX-License-Identifier: Apache-2.0
# Times R coin on the permutation test of two scores. One line a measurement:
# job, tool, n in each group, replicates, seconds a replicate.
suppressMessages(library(coin))
arguments <- commandArgs(TRUE)
n <- if (length(arguments)) as.numeric(arguments[1]) else 1e5
set.seed(1)
shift <- floor(sqrt(n) / 2)
d <- 3 * n / 10
p <- 32 * n / 100
answers <- rep(c(-1L, 0L, 1L, -1L, 0L, 1L), c(d, n - d - p - shift, p + shift, d + shift, n - d - p - shift, p))
group <- factor(rep(c("a", "b"), each = n))
replicates <- 10000
elapsed <- replicate(3, system.time(
  pvalue(oneway_test(answers ~ group, distribution = approximate(nresample = replicates))))[["elapsed"]])
cat("score_permutation", paste0("R ", getRversion(), " coin ", packageVersion("coin"), " approximate"), n, replicates,
    median(elapsed) / replicates, sep = "\t")
cat("\n")

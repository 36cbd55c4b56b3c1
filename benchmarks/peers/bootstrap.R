# SPDX-License-Identifier: Apache-2.0
# Times R boot on the bootstrap of a score. One line a measurement:
# job, tool, n, replicates, seconds a replicate.
library(boot)
arguments <- commandArgs(TRUE)
n <- if (length(arguments)) as.numeric(arguments[1]) else 1e6
set.seed(1)
answers <- sample(c(-1L, 0L, 1L), n, TRUE, c(.2, .3, .5))
# boot holds replicates x n indexes.
replicates <- max(5, min(1000, floor(2e7 / n)))
elapsed <- system.time(boot(answers, function(x, i) mean(x[i]), R = replicates))[["elapsed"]]
cat("score_bootstrap", paste0("R ", getRversion(), " boot ", packageVersion("boot")), n, replicates,
    elapsed / replicates, sep = "\t")
cat("\n")

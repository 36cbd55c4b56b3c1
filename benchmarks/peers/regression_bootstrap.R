# SPDX-License-Identifier: Apache-2.0
# Times R on the bootstrap of LMG (relaimpo where installed), of Johnson's weights (a loop of cor
# and eigen in boot) and of least squares (a loop of .lm.fit). One line a measurement:
# job, tool, n, replicates, seconds for 1,000 replicates.
arguments <- commandArgs(TRUE)
set.seed(1)
made_up <- function(n, p = 10) {
  rating <- function(x) pmin(10, pmax(0, round(x)))
  z <- rnorm(n)
  x <- sapply(seq_len(p), function(j) rating(6 + 1.2 * z + 1.6 * rnorm(n)))
  colnames(x) <- paste0("x", seq_len(p))
  data.frame(y = rating(as.vector(x %*% seq_len(p)) / sum(seq_len(p)) + rnorm(n)), x)
}
report <- function(job, tool, n, replicates, elapsed) {
  cat(job, tool, n, replicates, 1000 * elapsed / replicates, sep = "\t")
  cat("\n")
}
r <- paste("R", getRversion())
d <- made_up(1000)
if (requireNamespace("relaimpo", quietly = TRUE)) {
  suppressMessages(library(relaimpo))
  b <- if (length(arguments)) as.numeric(arguments[1]) else 1000
  report("lmg", paste(r, "relaimpo", packageVersion("relaimpo"), "boot.relimp"), 1000, b,
         system.time(boot.relimp(d, b = b, type = "lmg", rank = FALSE, diff = FALSE))[["elapsed"]])
}
library(boot)
own <- function(r) {
  e <- eigen(r[-1, -1], symmetric = TRUE)
  root <- e$vectors %*% (sqrt(e$values) * t(e$vectors))
  as.vector(root^2 %*% solve(root, r[-1, 1])^2)
}
m <- as.matrix(d)
report("johnson", paste(r, "boot", packageVersion("boot"), "of cor and eigen"), 1000, 1000,
       median(replicate(3, system.time(boot(m, function(x, i) own(cor(x[i, ])), 1000))[["elapsed"]])))
for (n in c(1000, 10000, 100000)) {
  d <- made_up(n)
  x <- cbind(1, as.matrix(d[, -1]))
  b <- max(10, min(1000, 2e6 / n))
  elapsed <- replicate(3, system.time(for (k in seq_len(b)) {
    i <- sample.int(n, n, TRUE)
    .lm.fit(x[i, ], d$y[i])$coefficients
  })[["elapsed"]])
  report("least_squares", paste(r, "loop of .lm.fit"), n, b, median(elapsed))
}

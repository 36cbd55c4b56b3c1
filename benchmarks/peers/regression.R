# SPDX-License-Identifier: Apache-2.0
# Times R on least squares of 20 ratings and an outcome. One line a measurement: job, tool, n, seconds (median).
arguments <- commandArgs(TRUE)
n <- if (length(arguments)) as.numeric(arguments[1]) else 1e6
set.seed(1)
x <- matrix(sample.int(11, 20 * n, TRUE) - 1, n)
y <- sign(rowSums(x) - 100 + sample.int(61, n, TRUE) - 31)
data <- data.frame(y, x)
report <- function(tool, work) {
  elapsed <- replicate(3, system.time(work())[["elapsed"]])
  cat("regression", paste("R", getRversion(), tool), n, median(elapsed), sep = "\t")
  cat("\n")
}
report("lm", function() lm(y ~ ., data))
report(".lm.fit", function() .lm.fit(cbind(1, x), y))

# SPDX-License-Identifier: Apache-2.0
# Logistic regression, n = 10^6, ten ratings: median of three runs; tab-separated: job, tool, n, seconds.
set.seed(1)
n <- 1e6; p <- 10
x <- matrix(sample(0:10, n * p, TRUE), n)
storage.mode(x) <- "double"
y <- as.numeric(runif(n) < plogis(-4 + x %*% (0.014 * 1:p)))
d <- data.frame(y, x)
times <- replicate(3, system.time(glm(y ~ ., binomial, d))[["elapsed"]])
cat(sprintf("logistic\tR %s glm\t%d\t%.6f\n", getRversion(), n, median(times)))
design <- cbind(1, x)
times <- replicate(3, system.time(glm.fit(design, y, family = binomial()))[["elapsed"]])
cat(sprintf("logistic\tR %s glm.fit\t%d\t%.6f\n", getRversion(), n, median(times)))

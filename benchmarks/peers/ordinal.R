# SPDX-License-Identifier: Apache-2.0
# Times MASS polr and ordinal clm on proportional odds of scores 0 to 10 with ten ratings. One line a measurement:
# job, tool, n, seconds (median of 3).
suppressMessages({library(MASS); library(ordinal)})
arguments <- commandArgs(TRUE)
n <- if (length(arguments)) as.numeric(arguments[1]) else 1e5
set.seed(1)
x <- matrix(sample(1:5, n * 10, TRUE), n)
latent <- drop(x %*% (0.1 * (0:9 %% 4))) - 3 + rlogis(n)
d <- data.frame(y = factor(pmin(10, pmax(0, floor(1.3 * latent + 5)))), x)
report <- function(tool, work)
  cat("proportional_odds", tool, n, median(replicate(3, system.time(work())[["elapsed"]])), sep = "\t", fill = TRUE)
report(paste0("R ", getRversion(), " MASS ", packageVersion("MASS"), " polr, Hess = TRUE"),
       function() polr(y ~ ., d, Hess = TRUE))
report(paste0("R ", getRversion(), " ordinal ", packageVersion("ordinal"), " clm"), function() clm(y ~ ., data = d))

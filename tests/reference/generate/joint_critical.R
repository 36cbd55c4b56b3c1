# SPDX-License-Identifier: Apache-2.0
# Critical values by qtukey and by mvtnorm: an oracle of few digits, but not ours.
# usage, 7 minutes: Rscript joint_critical.R > ../joint_critical_r.csv
suppressMessages(library(mvtnorm))
cat(sprintf("# R %s, mvtnorm %s, script generate/joint_critical.R, date 2026-11-25\n", getRversion(),
            packageVersion("mvtnorm")))
cat("kind,level,loadings,critical\n")
for (k in c(2, 3, 5, 10, 40)) for (level in c(0.5, 0.9, 0.95, 0.99)) {
  if (k < 40 || level > 0.5) { # qtukey has no answer there
    cat(sprintf("tukey,%g,%d,%.17g\n", level, k, qtukey(level, k, Inf) / sqrt(2)))
  }
}
set.seed(1)
for (l in list(c(0.5, 0.5), c(0.25, 0.5, 0.75), rep(sqrt(0.5), 4), c(0.9, 0.99, 0.1, 0.3, 0.5))) {
  corr <- outer(l, l)
  diag(corr) <- 1
  for (level in c(0.8, 0.95, 0.99)) for (tail in c("both.tails", "lower.tail")) {
    q <- qmvnorm(level, tail = tail, corr = corr,
                 algorithm = GenzBretz(maxpts = 5e6, abseps = 1e-6))$quantile
    cat(sprintf("%s,%g,%s,%.17g\n", if (tail == "both.tails") "two_sided" else "one_sided", level,
                paste(sprintf("%.17g", l), collapse = " "), q))
  }
}

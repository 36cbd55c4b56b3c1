# SPDX-License-Identifier: Apache-2.0
# R boot on the difference of two scores, resampled within strata: percentile and BCa limits (z0 strict) with
# the influence values over the size of their stratum, as for two samples.
# usage: Rscript score_difference_bootstrap.R > ../score_difference_bootstrap.csv
library(boot)
set.seed(20261125)
replicates <- 99999
tables <- list(c(20, 30, 50, 40, 30, 30), c(3, 7, 10, 50, 60, 41), c(2, 10, 88, 30, 1, 20), c(60, 200, 140, 10, 80, 60))
cat(sprintf("# R %s, boot %s, R = 99999, script generate/score_difference_bootstrap.R, date 2026-11-25\n",
            getRversion(), packageVersion("boot")))
cat("a_detractors,a_passives,a_promoters,b_detractors,b_passives,b_promoters,estimate,standard_error,acceleration,",
    "percentile_lower,percentile_upper,bca_lower,bca_upper\n", sep = "")
for (t in tables) {
  y <- rep(c(-1L, 0L, 1L, -1L, 0L, 1L), t)
  n_a <- sum(t[1:3])
  n_b <- sum(t[4:6])
  group <- rep(1:2, c(n_a, n_b))
  difference <- function(y, i) {
    x <- y[i]
    mean(x[1:n_a]) - mean(x[n_a + 1:n_b])
  }
  b <- boot(y, difference, R = replicates, strata = group)
  # Influence values by regression of the replicates on the frequencies would hold noise: a difference of
  # means has them in closed form.
  l <- ifelse(group == 1, (y - mean(y[group == 1])) / n_a, -(y - mean(y[group == 2])) / n_b)
  ci <- boot.ci(b, type = c("perc", "bca"), L = l)
  cat(paste(c(t, sprintf("%.17g", c(b$t0, sd(b$t), sum(l^3) / (6 * sum(l^2)^1.5), ci$percent[4:5], ci$bca[4:5]))),
            collapse = ","), "\n", sep = "")
}

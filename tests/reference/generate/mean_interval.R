# SPDX-License-Identifier: Apache-2.0
# Writes mean_interval.csv: t.test of ratings given as counts of 0..10, two-sided and one-sided.
# Usage: Rscript mean_interval.R > ../mean_interval.csv
cat(sprintf("# R %s t.test, script generate/mean_interval.R, date 2026-11-22\n", getRversion()))
cat("n,mean,squared_deviations,level,sides,lower,upper\n")
tables <- list(c(74, 10, 22, 35, 40, 140, 41, 57, 119, 227, 235), c(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1),
               c(1, 0, 0, 0, 0, 2, 0, 0, 3, 0, 4), c(0, 0, 0, 1, 0, 0, 0, 0, 0, 50000, 60000))
for (counts in tables) {
  x <- rep(0:10, counts)
  for (level in c(0.9, 0.95, 0.999))
    for (sides in c("two_sided", "lower", "upper")) {
      alternative <- c(two_sided = "two.sided", lower = "greater", upper = "less")[[sides]]
      ci <- t.test(x, alternative = alternative, conf.level = level)$conf.int
      cat(sprintf("%d,%.17g,%.17g,%g,%s,%s,%s\n", length(x), mean(x), sum((x - mean(x))^2), level, sides,
                  if (is.finite(ci[1])) sprintf("%.17g", ci[1]) else "-inf",
                  if (is.finite(ci[2])) sprintf("%.17g", ci[2]) else "inf"))
    }
}

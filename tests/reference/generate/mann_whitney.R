# SPDX-License-Identifier: Apache-2.0
# Writes mann_whitney.csv: wilcox.test by the normal approximation, answers given as counts of classes.
# Usage: Rscript mann_whitney.R > ../mann_whitney.csv
cat(sprintf("# R %s wilcox.test, script generate/mann_whitney.R, date 2026-11-25\n", getRversion()))
cat("a,b,alternative,continuity,u,p_value\n")
pairs <- list(
  list(c(20, 30, 50), c(40, 30, 30)), list(c(83, 47, 120), c(91, 49, 110)), list(c(3, 7, 10), c(1, 2, 3)),
  list(c(74, 10, 22, 35, 40, 140, 41, 57, 119, 227, 235), c(20, 5, 11, 9, 20, 60, 30, 41, 60, 90, 70)),
  list(c(0, 0, 1, 0, 0, 2, 0, 1, 3, 0, 4), c(1, 0, 0, 0, 0, 2, 0, 0, 3, 0, 4)),
  list(c(0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0), c(1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1)),
  list(c(0, 0, 5), c(7, 0, 0)), list(c(1, 0), c(0, 1)), list(c(0, 1, 0), c(1, 1, 1)), list(c(0, 0, 1), c(2, 0, 1)),
  list(c(1, 2, 97), c(0, 9, 91)), list(c(10, 20, 300), c(300, 20, 10)),
  list(c(0, 0, 0, 1, 0, 0, 0, 0, 0, 50000, 60000), c(0, 0, 3, 1, 0, 900, 0, 0, 0, 50000, 59000)))
for (pair in pairs) {
  k <- seq_along(pair[[1]])
  x <- rep(k, pair[[1]])
  y <- rep(k, pair[[2]])
  for (alternative in c("two.sided", "less", "greater"))
    for (continuity in c(FALSE, TRUE)) {
      t <- wilcox.test(x, y, alternative = alternative, correct = continuity, exact = FALSE)
      cat(sprintf("%s,%s,%s,%d,%.17g,%.17g\n", paste(pair[[1]], collapse = " "), paste(pair[[2]], collapse = " "),
                  sub("two.sided", "two_sided", alternative), continuity, t$statistic, t$p.value))
    }
}

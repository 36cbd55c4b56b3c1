# SPDX-License-Identifier: Apache-2.0
# Writes kruskal_wallis.csv: kruskal.test of groups given as counts of classes.
# Usage: Rscript kruskal_wallis.R > ../kruskal_wallis.csv
cat(sprintf("# R %s kruskal.test, script generate/kruskal_wallis.R, date 2026-11-25\n", getRversion()))
cat("groups,statistic,df,p_value\n")
cases <- list(
  list(c(20, 30, 50), c(40, 30, 30)), list(c(20, 30, 50), c(40, 30, 30), c(25, 35, 40)),
  list(c(3, 7, 10), c(1, 2, 3), c(4, 4, 4), c(0, 1, 1)), list(c(1, 0, 0), c(0, 1, 0), c(0, 0, 1)),
  list(c(5, 0, 0), c(0, 6, 0), c(0, 0, 7)), list(c(5, 5, 5), c(7, 7, 7)),
  list(c(74, 10, 22, 35, 40, 140, 41, 57, 119, 227, 235), c(20, 5, 11, 9, 20, 60, 30, 41, 60, 90, 70),
       c(1, 0, 0, 0, 0, 2, 0, 0, 3, 0, 4)),
  list(c(0, 0, 0, 1, 0, 0, 0, 0, 0, 500, 600), c(0, 0, 3, 1, 0, 90, 0, 0, 0, 500, 590), c(0, 1, 0, 0, 0, 0, 0, 8, 9, 500, 700)),
  list(c(10, 20, 300), c(300, 20, 10), c(10, 300, 10)),
  lapply(0:39, function(i) c(2 + i %% 3, 5 + i %% 7, 6 + i %% 5, 3)))
for (groups in cases) {
  x <- unlist(lapply(groups, function(g) rep(seq_along(g), g)))
  t <- kruskal.test(x, rep(seq_along(groups), sapply(groups, sum)))
  cat(sprintf("%s,%.17g,%d,%.17g\n", paste(sapply(groups, paste, collapse = " "), collapse = ";"),
              t$statistic, t$parameter, t$p.value))
}

# SPDX-License-Identifier: Apache-2.0
# The exact permutation test of the difference of two means by coin's shift algorithm.
# usage: Rscript score_permutation_coin.R > ../score_permutation_coin.csv
suppressMessages(library(coin))
tables <- list(
  c(20, 30, 50, 40, 30, 30), c(83, 47, 120, 91, 49, 110), c(1, 2, 3, 3, 0, 2), c(72, 36, 92, 80, 36, 84),
  c(5, 70, 25, 25, 100, 35), c(10, 1, 12, 20, 2, 11), c(7, 0, 13, 11, 0, 6), c(0, 12, 30, 0, 25, 20),
  c(3, 40, 7, 60, 200, 40), c(30, 10, 5, 2, 20, 60))
cat(sprintf("# R %s, coin %s, script generate/score_permutation_coin.R, date 2026-11-25\n",
            getRversion(), packageVersion("coin")))
cat("a_detractors,a_passives,a_promoters,b_detractors,b_passives,b_promoters,statistic,two_sided,less,greater,mid_p\n")
for (t in tables) {
  y <- rep(c(-1L, 0L, 1L, -1L, 0L, 1L), t)
  g <- factor(rep(c("a", "b"), c(sum(t[1:3]), sum(t[4:6]))))
  p <- sapply(c("two.sided", "less", "greater"), function(side) {
    pvalue(oneway_test(y ~ g, distribution = exact(algorithm = "shift"), alternative = side))
  })
  test <- oneway_test(y ~ g, distribution = exact(algorithm = "shift"))
  cat(paste(c(t, sprintf("%.17g", c(statistic(test), p, midpvalue(test)))), collapse = ","), "\n", sep = "")
}

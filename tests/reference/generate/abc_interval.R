# SPDX-License-Identifier: Apache-2.0
# ABC intervals of the score by R boot's abc.ci, with a step of 1/2: the score is linear in the
# weights, so its finite differences are exact for any step, and rounding is smallest for a large one (with the default
# step 0.001 / n it shows from the sixth digit on, and depends on the order of the rows).
# usage: Rscript abc_interval.R > ../abc_interval.csv
library(boot)
cat(sprintf("# R %s, boot %s, script generate/abc_interval.R, date 2026-11-22\n",
            getRversion(), packageVersion("boot")))
cat("detractors,passives,promoters,level,lower,upper\n")
tables <- list(c(20, 30, 50), c(3, 7, 10), c(362, 176, 462), c(1, 0, 1), c(0, 1, 19), c(7, 13, 1), c(10, 80, 10),
               c(1, 2, 3), c(40, 2, 58), c(5, 200, 95), c(0, 35, 5), c(12, 0, 18))
score <- function(answers, weights) sum(answers * weights)
for (counts in tables) {
  answers <- rep(c(-1, 0, 1), counts)
  for (level in c(0.5, 0.9, 0.95, 0.99)) {
    ci <- abc.ci(answers, score, conf = level, eps = 0.5)
    cat(sprintf("%d,%d,%d,%s,%.17g,%.17g\n", counts[1], counts[2], counts[3], format(level), ci[2], ci[3]))
  }
}

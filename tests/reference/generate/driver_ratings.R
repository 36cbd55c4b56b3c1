# SPDX-License-Identifier: Apache-2.0
# Writes driver_ratings.csv: t.test of each item of attitude (R datasets), and of its distance from the
# mean of the person's six ratings.
# Usage: Rscript driver_ratings.R > ../driver_ratings.csv
cat(sprintf("# R %s t.test of attitude, script generate/driver_ratings.R, date 2026-11-25\n", getRversion()))
cat("item,level,mean,lower,upper,distance,distance_lower,distance_upper\n")
x <- as.matrix(attitude[, -1])
for (level in c(0.95, 0.8)) {
  for (j in colnames(x)) {
    own <- t.test(x[, j], conf.level = level)
    away <- t.test(x[, j] - rowMeans(x), conf.level = level)
    cat(sprintf("%s,%g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g\n", j, level, own$estimate, own$conf.int[1],
                own$conf.int[2], away$estimate, away$conf.int[1], away$conf.int[2]))
  }
}

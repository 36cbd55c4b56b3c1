# SPDX-License-Identifier: Apache-2.0
# Writes driver_ratings.csv: t.test of each item of attitude (R datasets), and of its distance from the
# mean of the person's six ratings; the same of the top box (9 and above) of driver_survey.csv.
# Usage: Rscript driver_ratings.R > ../driver_ratings.csv
cat(sprintf("# R %s t.test, script generate/driver_ratings.R, date 2026-11-25\n", getRversion()))
cat("data,item,level,mean,lower,upper,distance,distance_lower,distance_upper\n")
survey <- read.csv("../driver_survey.csv", comment.char = "#")
data <- list(attitude = as.matrix(attitude[, -1]),
             top_box = 1 * (as.matrix(survey[, c("price", "network", "service", "app")]) >= 9))
for (name in names(data)) {
  x <- data[[name]]
  for (level in c(0.95, 0.8)) {
    for (j in colnames(x)) {
      own <- t.test(x[, j], conf.level = level)
      away <- t.test(x[, j] - rowMeans(x), conf.level = level)
      cat(sprintf("%s,%s,%g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g\n", name, j, level, own$estimate,
                  own$conf.int[1], own$conf.int[2], away$estimate, away$conf.int[1], away$conf.int[2]))
    }
  }
}

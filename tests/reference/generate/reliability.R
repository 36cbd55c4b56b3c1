# SPDX-License-Identifier: Apache-2.0
# Intraclass correlations of test-retest pairs by package psych.
# Usage: Rscript reliability.R > ../reliability.csv
suppressPackageStartupMessages(library(psych))
set.seed(20261125)
ratings <- function(n, sd, shift) {
  true <- rnorm(n, 7.3, 2.2)
  wave <- function(m) pmin(10, pmax(0, round(true + m + rnorm(n, 0, sd))))
  cbind(wave(0), wave(shift))
}
category <- function(x) ifelse(x <= 6, 0, ifelse(x <= 8, 1, 2))
few <- ratings(12, 1, 0)
many <- ratings(250, 1.5, -0.5)
noisy <- ratings(60, 4, 0)
cases <- list(few, many, noisy, cbind(few[, 1], few[, 1] + (few[, 1] == 7)),
              cbind(c(1, 2, 3, 8), c(8, 3, 2, 1)), category(many))
cat(sprintf("# R %s, psych %s, script generate/reliability.R, date 2026-11-25\n",
            getRversion(), packageVersion("psych")))
cat("scale,pairs,level,kind,value,lower,upper\n")
for (k in seq_along(cases)) {
  x <- cases[[k]]
  table <- aggregate(list(n = rep(1, nrow(x))), list(a = x[, 1], b = x[, 2]), sum)
  pairs <- paste(table$a, table$b, table$n, collapse = ";")
  for (level in c(0.95, 0.8)) {
    r <- ICC(x, lmer = FALSE, alpha = 1 - level)$results
    for (i in 1:2) {
      cat(sprintf("%s,%s,%s,%s,%.17g,%.17g,%.17g\n", if (k == 6) "category" else "rating", pairs, level,
                  c("consistency", "agreement")[i], r$ICC[i], r$`lower bound`[i], r$`upper bound`[i]))
    }
  }
}

# SPDX-License-Identifier: Apache-2.0
# Stuart-Maxwell by coin's mh_test (asymptotic) and Bowker by mcnemar.test, empty pairs left out as
# their documentation says. A table whose moves leave a category untouched is given to mh_test
# without it. Usage: Rscript marginal_homogeneity.R > ../marginal_homogeneity.csv
suppressPackageStartupMessages(library(coin))
panels <- list(c(60, 25, 15, 10, 50, 20, 5, 12, 103), c(3, 2, 1, 1, 4, 2, 0, 1, 6),
               c(10, 4, 0, 9, 20, 2, 0, 3, 50), c(10, 0, 7, 0, 6, 0, 1, 0, 7),
               c(20, 6, 0, 0, 30, 0, 0, 3, 40), c(5, 0, 3, 0, 6, 9, 8, 2, 1),
               c(200, 30, 10, 25, 300, 40, 9, 31, 400), c(500, 300, 100, 40, 300, 500, 10, 90, 700),
               c(8, 6, 6, 6, 2, 6, 6, 6, 0), c(9, 5, 1, 1, 8, 5, 5, 1, 7))
text <- function(x) trimws(formatC(x, digits = 17, format = "g"))
cat(sprintf("# R %s.%s with coin %s, script generate/marginal_homogeneity.R, date 2026-11-25\n",
            R.version$major, R.version$minor, packageVersion("coin")))
cat("method,dd,dq,dp,qd,qq,qp,pd,pq,pp,statistic,df,p_value\n")
for (panel in panels) {
  m <- matrix(panel, 3, byrow = TRUE)
  line <- function(method, statistic, df) {
    p <- pchisq(statistic, df, lower.tail = FALSE)
    cat(paste(c(method, panel, text(statistic), df, text(p)), collapse = ","), "\n", sep = "")
  }
  moved <- which(rowSums(m) + colSums(m) - 2 * diag(m) > 0)
  used <- m[moved, moved]
  dimnames(used) <- list(before = letters[moved], after = letters[moved])
  test <- mh_test(as.table(used))
  line("stuart_maxwell", as.numeric(statistic(test)), length(moved) - 1)
  pairs <- 0
  total <- 0
  for (i in 1:2) for (j in (i + 1):3) if (m[i, j] + m[j, i] > 0) {
    pairs <- pairs + 1
    total <- total + as.numeric(mcnemar.test(matrix(c(1, m[i, j], m[j, i], 1), 2),
                                             correct = FALSE)$statistic)
  }
  if (pairs == 3) stopifnot(all.equal(total, as.numeric(mcnemar.test(m)$statistic)),
                            all.equal(as.numeric(pvalue(test)),
                                      pchisq(as.numeric(statistic(test)), 2, lower.tail = FALSE)))
  line("bowker", total, pairs)
}

# SPDX-License-Identifier: Apache-2.0
# Writes compare_means.csv: t.test of two groups of ratings given as counts, with unequal and with
# equal variances, on each side, at zero and at another hypothesis.
# Usage: Rscript compare_means.R > ../compare_means.csv
cat(sprintf("# R %s t.test, script generate/compare_means.R, date 2026-11-25\n", getRversion()))
cat("method,n_a,mean_a,m_a,n_b,mean_b,m_b,null_difference,alternative,level,difference,standard_error,",
    "statistic,df,p_value,lower,upper\n", sep = "")
r <- function(...) rep(0:10, c(...))
s <- function(...) rep(-1:1, c(...))
pairs <- list(list(r(74, 10, 22, 35, 40, 140, 41, 57, 119, 227, 235), r(90, 12, 30, 35, 44, 150, 60, 57, 100, 200, 222)),
              list(r(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1), r(1, 0, 0, 0, 0, 2, 0, 0, 3, 0, 4)),
              list(r(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5), r(0, 0, 1, 0, 0, 0, 1, 0, 2, 0, 0)),
              list(s(20, 30, 50), s(40, 30, 30)), list(s(3, 7, 10), s(1, 2, 3)),
              list(r(0, 0, 0, 1, 0, 0, 0, 0, 0, 50000, 60000), r(0, 0, 0, 0, 0, 2, 0, 0, 1, 400, 300)),
              list(r(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0), r(0, 0, 0, 0, 0, 0, 0, 3, 5, 2, 1)))
cases <- list(c("two.sided", "0", "0.95"), c("less", "0", "0.9"), c("greater", "0", "0.99"),
              c("two.sided", "0.75", "0.5"), c("less", "-0.5", "0.95"), c("greater", "0.25", "0.8"))
g <- function(x) if (is.finite(x)) sprintf("%.17g", x) else if (x < 0) "-inf" else "inf"
for (pair in pairs) {
  a <- pair[[1]]
  b <- pair[[2]]
  for (method in c("welch", "pooled")) {
    if (method == "welch" && length(a) < 2) next
    for (case in cases) {
      t <- t.test(a, b, alternative = case[1], mu = as.numeric(case[2]), conf.level = as.numeric(case[3]),
                  var.equal = method == "pooled")
      cat(method, length(a), g(mean(a)), g(sum((a - mean(a))^2)), length(b), g(mean(b)), g(sum((b - mean(b))^2)),
          case[2], sub(".", "_", case[1], fixed = TRUE), case[3], g(mean(a) - mean(b)), g(t$stderr),
          g(t$statistic), g(t$parameter), g(t$p.value), g(t$conf.int[1]), g(t$conf.int[2]), sep = ",")
      cat("\n")
    }
  }
}

# SPDX-License-Identifier: Apache-2.0
# Writes compare_shares_r.csv: p values of prop.test without correction and of fisher.test.
# Usage: Rscript compare_shares_r.R > ../compare_shares_r.csv
cat(sprintf("# R %s prop.test, fisher.test, script generate/compare_shares_r.R, date 2026-11-25\n", getRversion()))
cat("method,k_a,n_a,k_b,n_b,alternative,p_value,lower,upper\n")
pairs <- list(c(56, 70, 48, 80), c(9, 10, 3, 10), c(6, 7, 2, 7), c(5, 56, 1, 29), c(50, 100, 30, 100),
              c(30, 100, 50, 100), c(462, 1000, 1436, 2746), c(41, 100, 30, 100), c(990, 1000, 1460, 1500),
              c(12, 4000, 30, 4000), c(2000, 4000, 2000, 4000), c(1000, 2000, 1990, 4000),
              c(100500, 200000, 149000, 300000))
for (x in pairs) {
  for (alternative in c("two.sided", "less", "greater")) {
    k <- c(x[1], x[3]); n <- c(x[2], x[4])
    t <- suppressWarnings(prop.test(k, n, alternative = alternative, correct = FALSE))
    name <- sub(".", "_", alternative, fixed = TRUE)
    cat(sprintf("wald_pooled,%d,%d,%d,%d,%s,%.17g,%.17g,%.17g\n", x[1], x[2], x[3], x[4], name, t$p.value,
                t$conf.int[1], t$conf.int[2]))
    f <- fisher.test(rbind(k, n - k), alternative = alternative, conf.int = FALSE)
    cat(sprintf("fisher,%d,%d,%d,%d,%s,%.17g,0,0\n", x[1], x[2], x[3], x[4], name, f$p.value))
  }
}

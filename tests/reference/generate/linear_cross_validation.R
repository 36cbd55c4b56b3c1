# SPDX-License-Identifier: Apache-2.0
# Cross-validation by R lm: row i of the data sets of least_squares_data.csv is in fold i mod folds.
# usage: Rscript linear_cross_validation.R < ../least_squares_data.csv > ../linear_cross_validation.csv
lines <- readLines(file("stdin"))[-1]
data <- read.csv(text = lines, stringsAsFactors = FALSE)
cat(sprintf("# R %s, script generate/linear_cross_validation.R, date 2026-11-25\n", getRversion()))
cat("data,weights,folds,r_squared,rmse,first_rmse\n")
for (name in unique(data$data)) {
  d <- data[data$data == name, ]
  x <- do.call(rbind, lapply(strsplit(d$items, " "), as.numeric))
  n <- nrow(d)
  for (weights in if (name == "survey") c("none", "sampling") else "none") {
    w <- if (weights == "none") rep(1, n) else d$sampling
    for (folds in c(2, 5, n)) {
      fold <- (seq_len(n) - 1) %% folds
      errors <- from_mean <- numeric(n)
      for (f in seq_len(folds) - 1) {
        out <- fold == f
        fit <- lm.wfit(cbind(1, x[!out, , drop = FALSE]), d$y[!out], w[!out])
        errors[out] <- d$y[out] - cbind(1, x[out, , drop = FALSE]) %*% fit$coefficients
        from_mean[out] <- d$y[out] - weighted.mean(d$y[!out], w[!out])
      }
      first <- fold == 0
      cat(sprintf("%s,%s,%d,%.17g,%.17g,%.17g\n", name, weights, folds, 1 - sum(w * errors^2) / sum(w * from_mean^2),
                  sqrt(sum(w * errors^2) / sum(w)), sqrt(sum((w * errors^2)[first]) / sum(w[first]))))
    }
  }
}

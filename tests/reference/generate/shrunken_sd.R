# SPDX-License-Identifier: Apache-2.0
# Buehlmann-Straub credibility of the squared deviations of answers by R actuar: cm() with one level,
# a row for each group and a column for each answer.
# Usage: Rscript shrunken_sd.R > ../shrunken_sd.csv
suppressPackageStartupMessages(library(actuar))
exact <- function(x) sub("^ +", "", format(x, digits = 17))
list_of <- function(x) paste(sapply(x, exact), collapse = " ")
cat(sprintf("# R %s.%s actuar %s, script generate/shrunken_sd.R, date 2026-11-25\n", R.version$major,
            R.version$minor, packageVersion("actuar")))
cat("detractors,passives,promoters,pooled,between,within,own_weight,variance\n")
set.seed(20261125)
for (i in 1:24) {
  k <- sample(2:12, 1)
  size <- sample(if (i %% 2) 2:15 else 5:120, k, replace = TRUE)
  shares <- if (i %% 3 == 0) lapply(1:k, function(h) c(0.2, 0.3, 0.5)) else lapply(1:k, function(h) {
    g <- rgamma(3, c(1, 2, 3)); g / sum(g) })
  x <- mapply(function(n, s) rmultinom(1, n, s), size, shares)
  d <- x[1, ]; q <- x[2, ]; p <- x[3, ]
  width <- max(size)
  rows <- t(mapply(function(d, q, p) {
    y <- rep(c(-1, 0, 1), c(d, q, p)); n <- length(y)
    c((y - mean(y))^2 * n / (n - 1), rep(NA, width - n))
  }, d, q, p))
  full <- as.data.frame(cbind(seq_len(k), rows, ifelse(is.na(rows), NA, 1)))
  names(full) <- c("group", paste0("r", 1:width), paste0("w", 1:width))
  call <- sprintf("cm(~group, full, ratios = r1:r%d, weights = w1:w%d)", width, width)
  fit <- eval(parse(text = call))
  t <- fit$unbiased[1]
  own <- if (t > 0) fit$cred else rep(0, k)
  cat(list_of(d), list_of(q), list_of(p), exact(fit$means[[1]]), exact(max(t, 0)), exact(fit$unbiased[2]),
      list_of(own), paste0(list_of(predict(fit)), "\n"), sep = ",")
}

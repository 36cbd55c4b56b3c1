# SPDX-License-Identifier: Apache-2.0
# Scores at a fixed mix: R survey (svystandardize in a design with the segments as strata) for value,
# standard error with the divisor n - 1 and Wald's limits; R actuar for the shrunken variances; the
# limits of the score interval of each segment by uniroot on Tango's statistic for the mover limits.
# Usage: Rscript standardised_score.R > ../standardised_score.csv
suppressPackageStartupMessages({library(survey); library(actuar)})
exact <- function(x) sub("^ +", "", format(x, digits = 17))
list_of <- function(x) paste(sapply(x, exact), collapse = " ")
cat(sprintf("# R %s.%s survey %s actuar %s, script generate/standardised_score.R, date 2026-11-25\n",
            R.version$major, R.version$minor, packageVersion("survey"), packageVersion("actuar")))
cat("detractors,passives,promoters,weights,value,own_error,shrunken_error,level,wald_lower,wald_upper,mover_lower,mover_upper\n")
tango <- function(d, q, p, level) {
  n <- d + q + p; s <- (p - d) / n; z <- qnorm((1 + level) / 2)
  v <- function(x) {
    b <- -p - d + (2 * n - p + d) * x; c <- -d * x * (1 - x)
    sd <- max((sqrt(b * b - 8 * n * c) - b) / (4 * n), -x, 0)
    2 * sd + x - x^2
  }
  f <- function(x) (s - x)^2 * n - z^2 * v(x)
  root <- function(a, b) uniroot(f, c(a, b), tol = 1e-16, maxiter = 10000)$root
  e <- 1e-13
  c(if (d == n) -1 else root(-1 + e, s - e), if (p == n) 1 else root(s + e, 1 - e))
}
set.seed(20261125)
for (i in 1:24) {
  k <- sample(2:7, 1)
  size <- sample(if (i %% 2) 3:15 else 20:400, k, replace = TRUE)
  x <- sapply(size, function(n) { g <- rgamma(3, c(1, 2, 3)); rmultinom(1, n, g / sum(g)) })
  if (i %% 5 == 0) x[, 1] <- c(0, 0, size[1])
  d <- x[1, ]; q <- x[2, ]; p <- x[3, ]
  w <- round(runif(k) * 100) + 1
  level <- c(0.95, 0.9, 0.99)[i %% 3 + 1]
  rows <- data.frame(segment = rep(1:k, size),
                     y = unlist(lapply(1:k, function(h) rep(c(-1, 0, 1), x[, h]))), w = 1, all = 1)
  design <- svydesign(ids = ~1, strata = ~segment, weights = ~w, data = rows)
  fixed <- svystandardize(design, by = ~segment, over = ~1, population = w)
  m <- svymean(~y, fixed)
  share <- w / sum(w)
  # own error, from the design; where all strata vary it is that of svymean
  own <- sqrt(sum(share^2 * tapply(rows$y, rows$segment, var) / size))
  stopifnot(abs(own - SE(m)[[1]]) < 1e-12)
  width <- max(size)
  dev <- t(sapply(1:k, function(h) {
    y <- rep(c(-1, 0, 1), x[, h]); n <- length(y); c((y - mean(y))^2 * n / (n - 1), rep(NA, width - n)) }))
  full <- as.data.frame(cbind(1:k, dev, ifelse(is.na(dev), NA, 1)))
  names(full) <- c("group", paste0("r", 1:width), paste0("u", 1:width))
  fit <- eval(parse(text = sprintf("cm(~group, full, ratios = r1:r%d, weights = u1:u%d)", width, width)))
  shrunken <- sqrt(sum(share^2 * pmin(predict(fit), 1) / size))
  z <- qnorm((1 + level) / 2); value <- coef(m)[[1]]; s <- (p - d) / size
  limits <- sapply(1:k, function(h) tango(d[h], q[h], p[h], level))
  cat(list_of(d), list_of(q), list_of(p), list_of(w), exact(value), exact(own), exact(shrunken), exact(level),
      exact(max(value - z * own, -1)), exact(min(value + z * own, 1)),
      exact(value - sqrt(sum(share^2 * (s - limits[1, ])^2))),
      paste0(exact(value + sqrt(sum(share^2 * (limits[2, ] - s)^2))), "\n"), sep = ",")
}

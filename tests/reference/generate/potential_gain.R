# SPDX-License-Identifier: Apache-2.0
# Potential gains of touchpoints with their covariance matrix and p.adjust.
# Usage: Rscript potential_gain.R > ../potential_gain.csv
cases <- list(
  list(d = c(120, 60, 30, 10), q = c(100, 80, 40, 15), p = c(80, 160, 130, 75), volume = NULL,
       effect = rep(1, 4), error = rep(0, 4), target = NA, closed = 1),
  list(d = c(120, 60, 30, 10), q = c(100, 80, 40, 15), p = c(80, 160, 130, 75), volume = c(1e5, 4e5, 2e4, 9e4),
       effect = c(0.5, 0.4, 0.7, 1), error = c(0.1, 0.05, 0.2, 0), target = 0.5, closed = 0.25),
  list(d = c(0, 5, 900, 0, 20, 40), q = c(0, 2, 700, 3, 20, 40), p = c(4, 9, 400, 1, 20, 41),
       volume = NULL, effect = c(1, 1, 1, 1, 2, 1), error = c(0, 0, 0, 0.5, 0, 0), target = 1, closed = 0.5))
text <- function(x) paste(sprintf("%.17g", x), collapse = " ")
cat(sprintf("# R %s, script generate/potential_gain.R, date 2026-11-25\n", getRversion()))
cat("counts,volume,effect,effect_error,target,closed,adjustment,level,place,gain,standard_error,best,worst\n")
for (case in cases) {
  n <- case$d + case$q + case$p
  m <- length(n)
  s <- (case$p - case$d) / n
  target <- if (is.na(case$target)) sort(s)[m] else case$target
  a <- list(d = case$d + 0.75, q = case$q + 1.5, p = case$p + 0.75)
  k <- a$d + a$q + a$p
  v <- ((a$p + a$d) / k - ((a$p - a$d) / k)^2) / k
  w <- if (is.null(case$volume)) n / sum(n) else case$volume / sum(case$volume)
  f <- case$closed
  gain <- case$effect * w * f * (target - s)
  covariance <- diag((w * f)^2 * (case$effect^2 * v + (target - s)^2 * case$error^2 + v * case$error^2))
  if (is.null(case$volume)) {
    g <- case$effect * f * (target - s)
    covariance <- covariance + diag(g) %*% ((diag(w) - w %o% w) / sum(n)) %*% diag(g)
  }
  pairs <- t(combn(m, 2))
  difference <- gain[pairs[, 1]] - gain[pairs[, 2]]
  se <- apply(pairs, 1, function(x) sqrt(sum(c(1, -1) %*% covariance[x, x] %*% c(1, -1))))
  for (adjustment in c("holm", "BY")) for (level in c(0.95, 0.6)) {
    p <- p.adjust(2 * pnorm(-abs(difference / se)), adjustment)
    sure <- p <= 1 - level
    for (i in 1:m) {
      above <- sum(sure & ((pairs[, 1] == i & difference < 0) | (pairs[, 2] == i & difference > 0)))
      below <- sum(sure & ((pairs[, 1] == i & difference > 0) | (pairs[, 2] == i & difference < 0)))
      cat(sprintf("%s,%s,%s,%s,%s,%.17g,%s,%s,%d,%.17g,%.17g,%d,%d\n",
                  paste(case$d, case$q, case$p, collapse = ";"),
                  if (is.null(case$volume)) "" else text(case$volume), text(case$effect), text(case$error),
                  if (is.na(case$target)) "best_tenth" else text(case$target), f, adjustment, level, i - 1,
                  max(gain[i], 0), sqrt(covariance[i, i]), 1 + above, m - below))
    }
  }
}

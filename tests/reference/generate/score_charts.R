# SPDX-License-Identifier: Apache-2.0
# EWMA, two-sided CUSUM and likelihood-ratio CUSUM of one series with varying n and missing periods,
# from their definitions.
# usage: Rscript score_charts.R > ../score_charts.csv
set.seed(20261125)
n <- rep(c(40, 7, 55, 0, 120, 1, 80), 4)
shares <- c(0.2, 0.3, 0.5)
counts <- t(sapply(seq_along(n), function(t)
  rmultinom(1, n[t], if (t > 14) c(0.3, 0.3, 0.4) else shares)))
centre <- shares[3] - shares[1]
s2 <- sum(shares * c(-1, 0, 1)^2) - centre^2
phi <- 1.2
w <- 0.15; L <- 2.6; f <- 0.5
a <- (-2 / log10(1 - f) - 1) / 19
alternative <- c(0.3, 0.3, 0.4)
e <- centre; v <- 0; seen <- 0
up <- down <- 2; llr <- 0.5
since_up <- since_down <- since_llr <- 0
cat(sprintf("# R %s, script generate/score_charts.R, date 2026-11-25\n", getRversion()))
cat("period,detractors,passives,promoters,average,standard_error,lower,upper,ewma_alarm,z,rise,fall,rise_since,fall_since,log_ratio,sum,sum_since\n")
for (t in seq_along(n)) {
  alarm <- 0; z <- 0; ratio <- 0
  if (n[t] > 0) {
    seen <- seen + 1
    s <- (counts[t, 3] - counts[t, 1]) / n[t]
    e <- (1 - w) * e + w * s
    v <- (1 - w)^2 * v + w^2 * s2 * phi^2 / n[t]
    z <- (s - centre) / (sqrt(s2 / n[t]) * phi)
    up <- max(0, up + z - 0.4)
    down <- max(0, down - z - 0.4)
    ratio <- sum(counts[t, ] * log(alternative / shares)) / phi^2
    llr <- max(0, llr + ratio)
  }
  if (up == 0) since_up <- t
  if (down == 0) since_down <- t
  if (llr == 0) since_llr <- t
  width <- L * sqrt(v) * (1 - (1 - f)^(1 + a * (max(seen, 1) - 1)))
  if (n[t] > 0) alarm <- as.integer(abs(e - centre) > width)
  cat(sprintf("%d,%d,%d,%d,%.17g,%.17g,%.17g,%.17g,%d,%.17g,%.17g,%.17g,%d,%d,%.17g,%.17g,%d\n", t - 1,
              counts[t, 1], counts[t, 2], counts[t, 3], e, sqrt(v), centre - width, centre + width, alarm,
              z, up, down, since_up, since_down, ratio, llr, since_llr))
}

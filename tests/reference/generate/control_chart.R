# SPDX-License-Identifier: Apache-2.0
# Shewhart charts of a score, a share and a rate with varying n: z scores, sigma_z and limits from
# their definitions; exact limits by convolution (score), qbinom and qpois.
# usage: Rscript control_chart.R > ../control_chart.csv
set.seed(20261125)
n <- c(40, 7, 55, 300, 120, 1, 80, 65, 200, 33, 90, 150)
counts <- t(sapply(n, function(m) rmultinom(1, m, c(0.22, 0.3, 0.48))))
counts[9, ] <- c(120, 50, 30)
reference <- 8
rate <- 2 * (1 - pnorm(3))
exact_score <- function(m, shares, tail) {
  pmf <- 1
  for (i in seq_len(m)) pmf <- c(pmf * shares[1], 0, 0) + c(0, pmf * shares[2], 0) + c(0, 0, pmf * shares[3])
  cdf <- cumsum(pmf)
  upper <- rev(cumsum(rev(pmf)))
  c(min(which(cdf > tail)) - 1 - m, max(which(upper > tail)) - 1 - m)
}
spread <- function(z, by) if (by == "mr") mean(abs(diff(z))) * sqrt(pi) / 2 else sd(z)
cat(sprintf("# R %s, script generate/control_chart.R, date 2026-11-25\n", getRversion()))
cat("chart,limits,baseline,period,detractors,passives,promoters,size,total,value,z,lower,upper,sigma_z\n")
emit <- function(chart, baseline_name, size, total, centre, sd1, least, most, exact) {
  value <- total / size
  se <- sd1 / sqrt(size)
  z <- (value - centre) / se
  for (by in c("mr", "sd")) {
    s <- spread(z[1:reference], by)
    for (limits in if (by == "mr") c("normal", "exact", "laney") else "laney_sd") {
      for (t in seq_along(size)) {
        width <- 3 * se[t] * (if (limits %in% c("normal", "exact")) 1 else s)
        l <- c(max(centre - width, least), min(centre + width, most))
        if (limits == "exact") l <- exact(t) / size[t]
        cat(sprintf("%s,%s,%s,%d,%d,%d,%d,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g\n", chart, limits,
                    baseline_name, t - 1, counts[t, 1], counts[t, 2], counts[t, 3], size[t], total[t],
                    value[t], z[t], l[1], l[2], s))
      }
    }
  }
}
for (known in c(TRUE, FALSE)) {
  shares <- if (known) c(0.2, 0.3, 0.5) else colSums(counts[1:reference, ]) / sum(n[1:reference])
  centre <- shares[3] - shares[1]
  name <- if (known) "known" else "estimated"
  emit("score", name, n, counts[, 3] - counts[, 1], centre,
       sqrt(shares[1] + shares[3] - centre^2), -1, 1, function(t) exact_score(n[t], shares, rate / 2))
  p <- shares[1]
  emit("share", name, n, counts[, 1], p, sqrt(p * (1 - p)), 0, 1, function(t)
    c(qbinom(rate / 2, n[t], p), qbinom(rate / 2, n[t], p, lower.tail = FALSE)))
  exposure <- n / 16
  u <- if (known) 3.5 else sum(counts[1:reference, 1]) / sum(exposure[1:reference])
  emit("rate", name, exposure, counts[, 1], u, sqrt(u), 0, Inf, function(t)
    c(qpois(rate / 2, u * exposure[t]), qpois(rate / 2, u * exposure[t], lower.tail = FALSE)))
}

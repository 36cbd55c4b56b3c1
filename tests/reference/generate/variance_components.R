# SPDX-License-Identifier: Apache-2.0
# Parts of the variance of period scores, written out with matrices, and the variance between
# periods by metafor: rma with PM, DL and HE, confint (Q profile).
# Usage: Rscript variance_components.R > ../variance_components.csv
suppressPackageStartupMessages(library(metafor))
exact <- function(x) sub("^ +", "", format(x, digits = 17))
cat(sprintf("# R %s.%s metafor %s, script generate/variance_components.R, date 2026-11-25\n", R.version$major,
            R.version$minor, packageVersion("metafor")))
cat("counts,observed,sampling,mix,real,mix_with_real,q,p_value,paule_mandel,dersimonian_laird,hedges,lower,upper\n")
set.seed(20261125)
one <- function(d, q, p) { # matrices of segments by periods
  text <- paste(sapply(seq_len(nrow(d)), function(s) paste(d[s, ], q[s, ], p[s, ], collapse = ";")), collapse = "|")
  kept <- colSums(d + q + p) > 0
  d <- d[, kept, drop = FALSE]; q <- q[, kept, drop = FALSE]; p <- p[, kept, drop = FALSE]
  n <- d + q + p
  size <- colSums(n)
  w <- sweep(n, 2, size, "/")
  y <- ifelse(n > 0, (p - d) / n, 0)
  total <- rowSums(n)
  overall <- ifelse(total > 0, rowSums(p - d) / total, 0)
  squares <- ifelse(n > 0, (p + d) - (p - d)^2 / n, 0)
  v <- (rowSums(squares) + 0.5) / (rowSums(pmax(n - 1, 0)) + 1)
  m <- colSums(w * overall)
  r <- colSums(w * (y - overall))
  h <- colSums(n * v) / size^2
  b <- sum(n * outer(overall, m, "-")^2) / max(sum(size - 1), 1)
  e <- sum(apply(w, 1, var) * ifelse(total > 0, v / total, 0))
  scores <- colSums(p - d) / size
  chance <- b * mean(1 / size)
  tight <- list(threshold = 1e-14, maxiter = 1000)
  # vi = 0 never occurs; tau2 searched finely.
  fit <- function(method) rma(yi = r, vi = h, method = method, control = c(tight, tau2.max = 100, tol = 1e-14))
  pm <- fit("PM"); dl <- fit("DL"); he <- fit("HE")
  ci <- confint(pm, control = list(tol = 1e-14, maxiter = 10000, tau2.max = 100))$random["tau^2", ]
  cat(text, exact(var(scores)), exact(mean(h) + chance), exact(var(m) - chance - e), exact(var(r) - mean(h) + e),
      exact(2 * cov(m, r)), exact(pm$QE), exact(pm$QEp), exact(pm$tau2), exact(dl$tau2), exact(he$tau2),
      exact(ci[["ci.lb"]]), paste0(exact(ci[["ci.ub"]]), "\n"), sep = ",")
}
draw <- function(segments, periods, size, move, mix) {
  base <- seq(0.6, 0, length.out = segments)
  n <- sapply(1:periods, function(t) {
    share <- exp(rnorm(segments, 0, mix)); rmultinom(1, rpois(1, size * sample(c(0.3, 1, 2), 1)), share)
  })
  n <- matrix(n, segments)
  d <- q <- p <- n * 0
  for (s in 1:segments) for (t in 1:periods) {
    score <- max(min(base[s] + rnorm(1, 0, move), 0.75), -0.75)
    x <- rmultinom(1, n[s, t], c((0.75 - score) / 2, 0.25, (0.75 + score) / 2))
    d[s, t] <- x[1]; q[s, t] <- x[2]; p[s, t] <- x[3]
  }
  one(d, q, p)
}
for (move in c(0, 0.05, 0.2)) for (mix in c(0, 0.5)) {
  draw(1, 8, 40, move, mix)
  draw(2, 12, 100, move, mix)
  draw(4, 20, 60, move, mix)
  draw(3, 6, 4, move, mix)
}
one(matrix(c(0, 0, 0), 1), matrix(c(0, 0, 0), 1), matrix(c(5, 9, 2), 1))
one(matrix(c(1, 0, 0, 1), 1), matrix(c(0, 0, 0, 0), 1), matrix(c(0, 1, 1, 0), 1))

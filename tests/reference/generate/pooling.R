# SPDX-License-Identifier: Apache-2.0
# Random effects with known sampling variances by metafor: rma (REML) and blup; ranks by normal
# probabilities of pairs; averages over the variance between by Gauss-Legendre rules.
# Usage: Rscript pooling.R > ../pooling.csv
suppressPackageStartupMessages(library(metafor))
exact <- function(x) sub("^ +", "", format(x, digits = 17))
list_of <- function(x) paste(sapply(x, exact), collapse = " ")
cat(sprintf("# R %s.%s metafor %s, script generate/pooling.R, date 2026-11-25\n", R.version$major,
            R.version$minor, packageVersion("metafor")))
cat("values,variances,tau2,log_likelihood,mean,mean_se,shrunken,shrunken_se,average,average_se,average_lower,average_upper,average_mean,average_mean_se,expected_rank\n")
# Golub and Welsch.
rule <- local({
  i <- 1:39
  off <- i / sqrt(4 * i^2 - 1)
  jacobi <- matrix(0, 40, 40)
  jacobi[cbind(i, i + 1)] <- off
  jacobi[cbind(i + 1, i)] <- off
  e <- eigen(jacobi, symmetric = TRUE)
  list(x = e$values, w = 2 * e$vectors[1, ]^2)
})
set.seed(20261125)
one <- function(y, v) {
  k <- length(y)
  # The root of the slope of the restricted likelihood, written with the projection matrix.
  score <- function(t) {
    w <- 1 / (v + t)
    P <- diag(w) - outer(w, w) / sum(w)
    sum((P %*% y)^2) - sum(diag(P))
  }
  fit <- rma(yi = y, vi = v, method = "REML", control = list(threshold = 1e-12, maxiter = 100000, stepadj = 0.5))
  tau2 <- fit$tau2
  if (tau2 > 0) {
    tau2 <- uniroot(score, c(tau2 / 2, tau2 * 2), tol = 1e-17)$root
    stopifnot(abs(tau2 / fit$tau2 - 1) < 1e-5)
  }
  at <- rma(yi = y, vi = v, tau2 = tau2, method = "REML", level = 95)
  shrunk <- blup(at)
  given <- function(t) {
    w <- 1 / (v + t)
    m <- sum(w * y) / sum(w)
    own <- t / (v + t)
    list(ll = 0.5 * (sum(log(w)) - log(sum(w)) - sum(w * (y - m)^2)), m = m, mv = 1 / sum(w),
         mean = own * y + (1 - own) * m, var = own * v + (1 - own)^2 / sum(w), own = own)
  }
  # Over x = log t: prior uniform on t. Gauss-Legendre of 40 points on each of many pieces.
  height <- function(x) given(exp(x))$ll + x
  top <- optimize(height, log(c(min(v) / 100, 100 * (max(v) + var(y)))), maximum = TRUE)
  cuts <- c(-60, -40, -25, -18, -12, -8, -5, -3, -2, -1, -0.5, 0, 0.5, 1, 2, 3, 5, 8, 12, 18, 25, 40, 60) + top$maximum
  x <- weight <- NULL
  for (i in seq_len(length(cuts) - 1)) {
    x <- c(x, (cuts[i] + cuts[i + 1]) / 2 + rule$x * (cuts[i + 1] - cuts[i]) / 2)
    weight <- c(weight, rule$w * (cuts[i + 1] - cuts[i]) / 2)
  }
  points <- lapply(exp(x), given)
  weight <- weight * exp(sapply(points, function(g) g$ll) + x - top$objective)
  integral <- function(f) sum(weight * sapply(points, f))
  mass <- integral(function(g) 1)
  average <- sapply(1:k, function(i) integral(function(g) g$mean[i]) / mass)
  second <- sapply(1:k, function(i) integral(function(g) g$var[i] + (g$mean[i] - average[i])^2) / mass)
  quantile_of <- function(i, p) {
    f <- function(x) integral(function(g) pnorm(x, g$mean[i], sqrt(g$var[i]))) / mass - p
    s <- sqrt(second[i])
    uniroot(f, average[i] + c(-9, 9) * s, tol = 1e-13)$root
  }
  some <- c(1, k)
  lower <- sapply(some, quantile_of, p = 0.025)
  upper <- sapply(some, quantile_of, p = 0.975)
  am <- integral(function(g) g$m) / mass
  ams <- sqrt(integral(function(g) g$mv + (g$m - am)^2) / mass)
  # P(true_j > true_i): their difference is normal given t.
  rank <- sapply(1:k, function(i) 1 + integral(function(g) {
    base <- g$own * v
    d <- g$mean - g$mean[i]
    s <- sqrt(base + base[i] + (g$own - g$own[i])^2 * g$mv)
    sum(pnorm(d / s)[-i])
  }) / mass)
  cat(list_of(y), list_of(v), exact(tau2), exact(as.numeric(logLik(at, REML = TRUE))), exact(as.numeric(coef(at))),
      exact(at$se), list_of(shrunk$pred), list_of(shrunk$se), list_of(average), list_of(sqrt(second)),
      list_of(lower), list_of(upper), exact(am), exact(ams), paste0(list_of(rank), "\n"), sep = ",")
}
for (tau in c(0, 0.05, 0.2)) for (k in c(8, 20)) {
  n <- round(exp(runif(k, log(15), log(400))))
  v <- runif(k, 0.4, 0.8) / n
  one(0.3 + rnorm(k, 0, tau) + rnorm(k, 0, sqrt(v)), v)
}
# The eight schools, and estimates on another scale.
one(c(28, 8, -3, 7, -1, 1, 18, 12), c(15, 10, 16, 11, 9, 11, 10, 18)^2)
one(c(1e-3, 2e-3, 9e-3, 1e-3, 4e-3, 5e-3, 3e-3), rep(1e-6, 7))

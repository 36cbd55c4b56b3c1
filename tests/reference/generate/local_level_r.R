# SPDX-License-Identifier: Apache-2.0
# Local level models by base R where it can do the same: constant sampling variance. The Nile's
# annual flow (datasets), and made-up scores, by arima: the first differences of a local level
# are MA(1), which gives both variances and the likelihood. KalmanSmooth smooths with these from
# a start of variance 1e7 times that of the data. StructTS(type = "level") is printed beside it.
# Usage: Rscript local_level_r.R > ../local_level_r.csv
exact <- function(x) ifelse(is.na(x), "NA", sub("^ +", "", format(x, digits = 17)))
list_of <- function(x) paste(sapply(x, exact), collapse = " ")
cat(sprintf("# R %s.%s, script generate/local_level_r.R, date 2026-11-25\n", R.version$major, R.version$minor))
cat("series,values,level_variance,noise_variance,structts_level,structts_noise,log_likelihood,smoothed,smoothed_se\n")
one <- function(name, y) {
  a <- arima(diff(y), c(0, 0, 1), include.mean = FALSE, method = "ML", optim.control = list(reltol = 1e-15, maxit = 1000))
  theta <- a$coef[["ma1"]]
  q <- a$sigma2 * (1 + theta)^2
  h <- -a$sigma2 * theta
  large <- matrix(1e7 * var(y, na.rm = TRUE))
  s <- KalmanSmooth(y, list(T = matrix(1), Z = 1, h = h, V = matrix(q), a = 0, P = large, Pn = large))
  u <- StructTS(y, type = "level", optim.control = list(factr = 10, pgtol = 0))$coef
  cat(name, list_of(as.numeric(y)), exact(q), exact(h), exact(u[[1]]), exact(u[[2]]), exact(a$loglik),
      list_of(as.numeric(s$smooth)), paste0(list_of(sqrt(as.numeric(s$var))), "\n"), sep = ",")
}
one("nile", Nile)
set.seed(20261125)
one("scores", ts(0.3 + cumsum(rnorm(60, 0, 0.02)) + rnorm(60, 0, 0.05)))
one("weeks", ts(0.1 + cumsum(rnorm(150, 0, 0.01)) + rnorm(150, 0, 0.03)))

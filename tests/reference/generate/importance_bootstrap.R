# SPDX-License-Identifier: Apache-2.0
# Bootstrap of LMG by relaimpo (boot.relimp) and of least squares by boot, with the jackknife
# acceleration of each quantity, for 60 rows of three ratings and an outcome.
# Usage: Rscript importance_bootstrap.R > ../importance_bootstrap.csv   (three minutes)
suppressMessages({library(relaimpo); library(boot)})
set.seed(20261125)
n <- 60
z <- rnorm(n)
rating <- function(x) pmin(10, pmax(0, round(x)))
d <- data.frame(y = 0, a = rating(6 + 1.2 * z + 1.6 * rnorm(n)), b = rating(7 + z + 1.5 * rnorm(n)),
                c = rating(5 + .5 * z + 2 * rnorm(n)))
d$y <- rating(2 + .4 * d$a + .2 * d$b + .1 * d$c + 1.2 * rnorm(n))
g <- rep(1:12, each = 5)     # clusters
s <- rep(1:3, c(15, 20, 25)) # strata

lmg <- function(x) calc.relimp(x, type = "lmg")@lmg
beta <- function(x) unname(coef(lm(y ~ a + b + c, x)))
all_of <- function(x) {
  l <- unname(lmg(x))
  c(l, l / sum(l), l[1] - l[2], l[1] - l[3], l[2] - l[3], sum(l), beta(x))
}
quantities <- c(paste0("value", 1:3), paste0("share", 1:3), "difference12", "difference13",
                "difference23", "r_squared", paste0("beta", 0:3))

# sum l^3 / (6 (sum l^2)^1.5), each l the mean of the left-out values of its stratum less its own,
# divided by the size of the stratum: Davison and Hinkley (1997), section 5.3.
acceleration <- function(left_out, stratum) {
  l <- unlist(lapply(split(left_out, stratum), function(v) {
    m <- length(v)
    (m - 1) * (mean(v) - v) / m
  }))
  sum(l^3) / (6 * sum(l^2)^1.5)
}
jack <- function(unit, stratum) {
  values <- t(sapply(unique(unit), function(u) all_of(d[unit != u, ])))
  apply(values, 2, acceleration, stratum)
}
estimate <- all_of(d)
a_rows <- jack(seq_len(n), rep(1, n))
a_strata <- jack(seq_len(n), s)
a_clusters <- jack(g, rep(1, 12))

replicates <- 4000
of_boot <- t(sapply(seq_len(replicates), function(r) all_of(d[sample.int(n, n, TRUE), ])))
in_strata <- boot(d, function(x, i) all_of(x[i, ]), R = 2000, strata = s)$t
of_clusters <- t(sapply(seq_len(2000), function(r) {
  all_of(d[unlist(lapply(sample.int(12, 12, TRUE), function(k) which(g == k))), ])
}))
# relaimpo's own loop, as a check of this one.
own <- boot.relimp(d, b = 1000, type = "lmg", rank = FALSE, diff = FALSE)@boot$t
columns <- which(apply(own, 2, function(v) abs(mean(v) - mean(of_boot[, 1])) < .02))
stopifnot(length(columns) > 0)

cat("# R ", as.character(getRversion()), ", relaimpo ", as.character(packageVersion("relaimpo")), ", boot ",
    as.character(packageVersion("boot")), ", script generate/importance_bootstrap.R, date 2026-11-25\n", sep = "")
cat("kind,name,estimate,a_rows,a_strata,a_clusters,se_rows,lower_rows,upper_rows,se_strata,se_clusters,numbers\n")
number <- function(x) sprintf("%.17g", x)
for (k in seq_along(quantities)) {
  q <- sort(of_boot[, k])[c(.025, .975) * (replicates + 1)]
  cat("quantity", quantities[k], number(estimate[k]), number(a_rows[k]), number(a_strata[k]), number(a_clusters[k]),
      number(sd(of_boot[, k])), number(q[1]), number(q[2]), number(sd(in_strata[, k])), number(sd(of_clusters[, k])),
      "0\n", sep = ",")
}
for (name in names(d)) {
  cat("data", name, "0", "0", "0", "0", "0", "0", "0", "0", "0", paste(d[[name]], collapse = " "), sep = ",")
  cat("\n")
}

# SPDX-License-Identifier: Apache-2.0
# Writes ordinal_data.csv, the data of ordinal_models.csv and ordinal_models_r.csv: MASS housing, ordinal wine
# (factors as dummy items), and drawn answers.
# Usage: Rscript ordinal_data.R > ../ordinal_data.csv
suppressMessages({library(MASS); library(ordinal)})
cat(sprintf("# R %s MASS %s ordinal %s, script generate/ordinal_data.R, date 2026-11-25\n", getRversion(),
            packageVersion("MASS"), packageVersion("ordinal")))
cat("data,answer,frequency,sampling,cluster,items\n")
write <- function(data, answer, items, frequency = 1, sampling = 1, cluster = seq_along(answer))
  cat(sprintf("%s,%d,%d,%.17g,%d,%s\n", data, as.integer(answer), as.integer(frequency), sampling, as.integer(cluster),
              apply(items, 1, function(x) paste(sprintf("%.17g", x), collapse = " "))), sep = "")
x <- model.matrix(~ Infl + Type + Cont, housing)[, -1]
write("housing", as.integer(housing$Sat), x, housing$Freq, cluster = rep(1:12, 6))
write("wine", as.integer(wine$rating), model.matrix(~ temp + contact, wine)[, -1], cluster = as.integer(wine$judge))
set.seed(41, kind = "Mersenne-Twister", sample.kind = "Rejection")
draw <- function(n, effects) {
  x <- matrix(sample(1:5, n * length(effects), TRUE), n)
  list(x = x, latent = drop(x %*% effects) + rlogis(n))
}
# Nobody answers 1, 2 and 6.
d <- draw(90, c(0.9, 0.4, 0))
answer <- c(0, 3, 4, 5, 7, 8, 9, 10)[findInterval(d$latent, quantile(d$latent, c(.1, .15, .2, .35, .5, .7, .85))) + 1]
write("ratings", answer, d$x, sampling = sample(c(0.2, 0.7, 1, 2.5, 5), 90, TRUE), cluster = sample(1:15, 90, TRUE))
d <- draw(120, c(0.7, 0.2, -0.3, 0))
answer <- findInterval(d$latent, quantile(d$latent, c(.3, .6))) - 1
write("categories", answer, d$x, sample(1:4, 120, TRUE), round(runif(120, 0.5, 2), 2), sample(1:20, 120, TRUE))
# Weights from 1e-6 to 1e6, and an item far from 0.
d <- draw(200, c(0.5, -0.5))
answer <- findInterval(d$latent, quantile(d$latent, c(.35, .65))) - 1
write("extreme", answer, cbind(d$x[, 1], 2017 + d$x[, 2] / 10), sampling = 10^sample(seq(-6, 6, 0.5), 200, TRUE))

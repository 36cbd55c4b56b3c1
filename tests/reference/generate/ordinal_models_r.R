# SPDX-License-Identifier: Apache-2.0
# Writes ordinal_models_r.csv: the fits of ordinal_data.csv by ordinal clm (gradTol 1e-13) with the sandwiches of
# package sandwich, nnet multinom, and the test of package brant on MASS polr.
# Usage: Rscript ordinal_models_r.R > ../ordinal_models_r.csv
suppressMessages({library(MASS); library(ordinal); library(nnet); library(sandwich); library(brant)})
cat(sprintf("# R %s ordinal %s MASS %s nnet %s sandwich %s brant %s, script generate/ordinal_models_r.R, date 2026-11-25\n",
            getRversion(), packageVersion("ordinal"), packageVersion("MASS"), packageVersion("nnet"),
            packageVersion("sandwich"), packageVersion("brant")))
cat("data,model,quantity,index,value\n")
script <- sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))
all <- read.csv(file.path(dirname(script), "..", "ordinal_data.csv"), comment.char = "#")
write <- function(data, model, quantity, values)
  cat(sprintf("%s,%s,%s,%d,%.17g\n", data, model, quantity, seq_along(values) - 1L, as.numeric(values)), sep = "")
for (name in c("housing", "wine", "ratings", "categories")) {
  d <- all[all$data == name, ]
  x <- do.call(rbind, lapply(strsplit(d$items, " "), as.numeric))
  y <- factor(d$answer)
  w <- d$frequency * d$sampling
  w <- w * sum(d$frequency) / sum(w)
  fit <- clm(y ~ x, weights = w, control = clm.control(gradTol = 1e-13, maxIter = 200))
  write(name, "ordinal", "parameter", coef(fit))
  write(name, "ordinal", "likelihood", logLik(fit))
  write(name, "ordinal", "classical", sqrt(diag(vcov(fit))))
  if (name %in% c("wine", "ratings")) {
    write(name, "ordinal", "hc0", sqrt(diag(sandwich(fit))))
    write(name, "ordinal", "clustered", sqrt(diag(vcovCL(fit, cluster = d$cluster, type = "HC0"))))
  }
  if (name %in% c("housing", "categories")) {
    invisible(capture.output(m <- multinom(y ~ x, weights = w, maxit = 10000, abstol = 1e-300, reltol = 1e-16)))
    write(name, "multinomial", "parameter", t(coef(m)))
    write(name, "multinomial", "likelihood", logLik(m))
  }
}
# Package brant reads no weights: each answer is a row.
d <- all[all$data == "housing", ]
d <- d[rep(seq_len(nrow(d)), d$frequency), ]
x <- do.call(rbind, lapply(strsplit(d$items, " "), as.numeric))
frame <- data.frame(y = factor(d$answer), x)
invisible(capture.output(test <- brant(polr(y ~ ., frame, Hess = TRUE, control = list(reltol = 1e-15)))))
write("housing", "brant", "statistic", test[, 1])
write("housing", "brant", "df", test[, 2])
write("housing", "brant", "p_value", test[, 3])

# SPDX-License-Identifier: Apache-2.0
# Writes category_score_simulation.csv: driver_survey.csv's score by proportional odds (ordinal::clm, gradTol
# 1e-13) and multinomial regression (nnet::multinom, then three steps of Newton by numDeriv): mean of
# P(promoter) - P(detractor) before and after a change of ratings, errors by vcov and numDeriv's jacobian.
suppressPackageStartupMessages({library(ordinal); library(nnet); library(numDeriv)})
cat(sprintf("# R %s ordinal %s, nnet %s, numDeriv %s, script generate/category_score_simulation.R, date 2026-11-25\n",
            getRversion(), packageVersion("ordinal"), packageVersion("nnet"), packageVersion("numDeriv")))
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
d <- read.csv(file.path(folder, "..", "driver_survey.csv"), comment.char = "#")
d$y <- factor(d$score, ordered = TRUE)
items <- c("price", "network", "service", "app")
x <- as.matrix(d[, items])
moved <- list(shift = x, fix = x)
moved$shift[, "price"] <- pmin(10, x[, "price"] + 1)
moved$fix[, "service"] <- ifelse(x[, "service"] <= 4, 5, x[, "service"])
clm_fit <- clm(y ~ price + network + service + app, data = d, control = clm.control(gradTol = 1e-13, maxIter = 100L))
multi <- multinom(score ~ price + network + service + app, d, trace = FALSE, reltol = 1e-16, abstol = 0, maxit = 10000, Hess = TRUE)
score <- list(
  ordinal = function(theta, x) {
    eta <- as.vector(x %*% theta[3:6])
    1 - plogis(theta[2] - eta) - plogis(theta[1] - eta)
  },
  multinomial = function(theta, x) {
    z <- cbind(0, cbind(1, x) %*% matrix(theta, 5, 2))
    p <- exp(z) / rowSums(exp(z))
    p[, 3] - p[, 1]
  })
theta <- list(ordinal = coef(clm_fit), multinomial = as.vector(t(coef(multi))))
# Steps of Newton bring multinom's last digits.
loglik <- function(t) {
  z <- cbind(0, cbind(1, x) %*% matrix(t, 5, 2))
  sum(z[cbind(seq_len(nrow(d)), d$score + 2)] - log(rowSums(exp(z))))
}
for (step in 1:3) theta$multinomial <- theta$multinomial - solve(hessian(loglik, theta$multinomial), grad(loglik, theta$multinomial))
v <- list(ordinal = vcov(clm_fit), multinomial = solve(-hessian(loglik, theta$multinomial)))
cat("model,change,before,after,se,change_se\n")
for (m in names(score)) for (change in names(moved)) {
  f <- function(t) mean(score[[m]](t, moved[[change]])); g <- function(t) f(t) - mean(score[[m]](t, x))
  jf <- jacobian(f, theta[[m]]); jg <- jacobian(g, theta[[m]])
  cat(sprintf("%s,%s,%.17g,%.17g,%.17g,%.17g\n", m, change, mean(score[[m]](theta[[m]], x)), f(theta[[m]]),
              sqrt(jf %*% v[[m]] %*% t(jf)), sqrt(jg %*% v[[m]] %*% t(jg))))
}

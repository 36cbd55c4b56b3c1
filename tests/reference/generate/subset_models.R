# SPDX-License-Identifier: Apache-2.0
# A small survey, drawn with a seed: five ratings (the fourth is nearly the mean of the first two,
# the fifth helps others more than itself), the answer 0-10, and weights. Then R^2 and pseudo R^2
# of the models on all subsets of the ratings by lm, glm (epsilon 1e-14) and ordinal::clm (gradTol
# 1e-13), and general, conditional and complete dominance by domir from the same fits;
# Tonidandel and LeBreton's weights by the steps of their article (glm on the orthogonal variables).
# usage: Rscript subset_models.R ..    (writes subset_survey.csv, subset_values.csv,
# subset_dominance.csv, subset_johnson.csv)
suppressMessages({library(ordinal); library(domir)})
folder <- commandArgs(TRUE)[1]
set.seed(20261125)
n <- 150
rating <- function(x) pmin(10, pmax(0, round(x)))
common <- rnorm(n)
a <- rating(6 + 1.5 * common + rnorm(n) * 1.5)
b <- rating(7 + 1.0 * common + rnorm(n) * 2)
d <- rating(5 + rnorm(n) * 2.5)
e <- rating((a + b) / 2 + rnorm(n) * 0.8)
f <- rating(4 + 0.8 * common + rnorm(n) * 1.5)
answer <- rating(1.5 + 0.55 * a + 0.3 * b + 0.15 * d - 0.25 * f + rnorm(n) * 1.6)
data <- data.frame(a, b, d, e, f, answer, times = sample(1:4, n, TRUE), weight = round(exp(rnorm(n)), 3))
head_line <- sprintf("# R %s, ordinal %s, domir %s, script generate/subset_models.R, date 2026-11-25",
                     getRversion(), packageVersion("ordinal"), packageVersion("domir"))
put <- function(name, columns, rows) writeLines(c(head_line, columns, rows), file.path(folder, name))
put("subset_survey.csv", paste(names(data), collapse = ","), apply(data, 1, paste, collapse = ","))

items <- c("a", "b", "d", "e", "f")
data$promoter <- as.numeric(data$answer >= 9)
data$class3 <- factor(ifelse(data$answer >= 9, 2, ifelse(data$answer >= 7, 1, 0)), ordered = TRUE)
data$class11 <- factor(data$answer, ordered = TRUE)
one <- rep(1, n)
terms_of <- function(names) if (length(names)) names else "1"
glm_fit <- function(names, w) {
  suppressWarnings(glm(reformulate(terms_of(names), "promoter"), binomial, cbind(data, w = w), weights = w,
                       control = list(epsilon = 1e-14, maxit = 100)))
}
glm_likelihood <- function(fit, w) {
  p <- fitted(fit)
  sum(w * (data$promoter * log(p) + (1 - data$promoter) * log1p(-p)))
}
clm_likelihood <- function(names, outcome, w) {
  if (!length(names)) {
    share <- tapply(w, data[[outcome]], sum) / sum(w)
    return(sum(w * log(share[as.character(data[[outcome]])])))
  }
  fit <- clm(reformulate(names, outcome), data = cbind(data, w = w), weights = w,
             control = list(gradTol = 1e-13, maxIter = 200, method = "Newton"))
  p <- fitted(fit)
  sum(w * log(p))
}
pseudo <- function(l, l0, w) {
  c(mcfadden = 1 - l / l0, nagelkerke = expm1(2 * (l0 - l) / sum(w)) / expm1(2 * l0 / sum(w)))
}
logistic <- function(w) function(names) {
  fit <- glm_fit(names, w)
  p <- fitted(fit)
  y <- data$promoter
  c(pseudo(glm_likelihood(fit, w), glm_likelihood(glm_fit(character(), w), w), w),
    tjur = sum((w * p)[y == 1]) / sum(w[y == 1]) - sum((w * p)[y == 0]) / sum(w[y == 0]))
}
ordinal <- function(outcome, w) function(names) {
  pseudo(clm_likelihood(names, outcome, w), clm_likelihood(character(), outcome, w), w)
}
cases <- list(
  linear = function(names) c(r_squared = summary(lm(reformulate(terms_of(names), "answer"), data))$r.squared),
  logistic = logistic(one), logistic_times = logistic(data$times), logistic_weight = logistic(data$weight),
  ordinal3 = ordinal("class3", one), ordinal11 = ordinal("class11", one), ordinal3_times = ordinal("class3", data$times))
values <- c()
dominance <- c()
for (case in names(cases)) {
  table <- lapply(0:31, function(set) cases[[case]](items[bitwAnd(set, 2^(0:4)) > 0]))
  for (measure in names(table[[1]])) {
    at <- sapply(table, function(row) row[[measure]])
    values <- c(values, sprintf("%s,%s,%d,%.17g", case, measure, 0:31, at))
    lookup <- function(formula) at[1 + sum(2^(match(attr(terms(formula), "term.labels"), items) - 1))]
    r <- domir(reformulate(items, "answer"), lookup)
    dominance <- c(dominance,
      sprintf("%s,%s,general,%d,0,%.17g", case, measure, 0:4, r$General_Dominance[items]),
      sprintf("%s,%s,conditional,%d,%d,%.17g", case, measure, rep(0:4, 5), rep(0:4, each = 5),
              c(r$Conditional_Dominance[items, ])),
      sprintf("%s,%s,complete,%d,%d,%.17g", case, measure, rep(0:4, 5), rep(0:4, each = 5),
              as.numeric(c(r$Complete_Dominance))))
    if (case == "linear") print(r$Complete_Dominance)
  }
}
put("subset_values.csv", "case,measure,set,value", values)
put("subset_dominance.csv", "case,measure,quantity,row,column,value", dominance)

johnson <- function(rows) {
  x <- scale(as.matrix(rows[, items]))
  y <- rows$promoter
  parts <- svd(x)
  z <- scale(parts$u %*% t(parts$v))
  lambda <- solve(t(z) %*% z) %*% t(z) %*% x
  fit <- glm(y ~ z, binomial, control = list(epsilon = 1e-14, maxit = 100))
  p <- fitted(fit)
  beta <- coef(fit)[-1] * cor(p, y) / sd(qlogis(p))
  c(lambda^2 %*% beta^2)
}
weights <- list(logistic = johnson(data), logistic_times = johnson(data[rep(1:n, data$times), ]))
put("subset_johnson.csv", "case,item,value",
    unlist(lapply(names(weights), function(case) sprintf("%s,%s,%.17g", case, items, weights[[case]]))))

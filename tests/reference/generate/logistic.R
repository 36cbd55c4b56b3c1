# SPDX-License-Identifier: Apache-2.0
# Writes logistic_r.csv: logistic regression of logistic_data.csv by the tools that people use: glm,
# sandwich, survey, logistf, brglm2.
# Usage: Rscript logistic.R > ../logistic_r.csv
suppressMessages({library(sandwich); library(survey); library(logistf); library(brglm2)})
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
table <- read.csv(file.path(folder, "../logistic_data.csv"), comment.char = "#")
cat(sprintf("# R %s, sandwich %s, survey %s, logistf %s, brglm2 %s, script generate/logistic.R, date 2026-11-25\n",
            getRversion(), packageVersion("sandwich"), packageVersion("survey"), packageVersion("logistf"),
            packageVersion("brglm2")))
cat("data,weights,tool,quantity,index,value\n")
give <- function(data, weights, tool, quantity, values)
  cat(sprintf("%s,%s,%s,%s,%d,%.17g\n", data, weights, tool, quantity, seq_along(values) - 1L, values), sep = "")
# Errors of glm are of its last iteration but one: let it iterate on.
control <- glm.control(epsilon = 1e-300, maxit = 30)
for (data in c("ratings", "numbers")) {
  d <- table[table$data == data, ]
  formula <- if (data == "ratings") y ~ x1 + x2 + x3 + x4 else y ~ x1 + x2 + x3
  fit <- glm(formula, binomial, d, control = control)
  give(data, "none", "glm", "estimate", coef(fit))
  give(data, "none", "glm", "error", sqrt(diag(vcov(fit))))
  give(data, "none", "glm", "z", coef(summary(fit))[, 3])
  give(data, "none", "glm", "p", coef(summary(fit))[, 4])
  give(data, "none", "glm", "lower", confint.default(fit)[, 1])
  give(data, "none", "glm", "upper", confint.default(fit)[, 2])
  give(data, "none", "glm", "log_likelihood", as.numeric(logLik(fit)))
  give(data, "none", "glm", "null_log_likelihood", -fit$null.deviance / 2)
  give(data, "none", "glm", "aic", AIC(fit))
  give(data, "none", "glm", "bic", BIC(fit))
  for (type in c("HC0", "HC1", "HC2", "HC3", "HC4"))
    give(data, "none", tolower(type), "error", sqrt(diag(vcovHC(fit, type = type))))
  give(data, "none", "clustered", "error", sqrt(diag(vcovCL(fit, d$cluster))))
  p <- predict(fit, d[1:5, ], se.fit = TRUE)
  give(data, "none", "glm", "logit", p$fit)
  give(data, "none", "glm", "logit_error", p$se.fit)
  give(data, "none", "glm", "probability", plogis(p$fit))
  fit <- glm(formula, binomial, d, weights = times, control = control)
  give(data, "times", "glm", "estimate", coef(fit))
  give(data, "times", "glm", "error", sqrt(diag(vcov(fit))))
  design <- svydesign(~cluster, weights = ~weight, data = d)
  fit <- svyglm(formula, design, family = quasibinomial, control = control)
  give(data, "weight", "svyglm", "estimate", coef(fit))
  give(data, "weight", "svyglm", "error", sqrt(diag(vcov(fit))))
  # Its errors are of the augmented data since 1.24, not of the information: they are left out.
  tight <- logistf.control(maxit = 1000, xconv = 1e-14, gconv = 1e-14, lconv = 1e-14)
  fit <- logistf(formula, d, control = tight, pl = FALSE)
  give(data, "none", "logistf", "estimate", coef(fit))
}
d <- table[table$data == "quasi", ]
fit <- logistf(y ~ x1 + x2, d, control = logistf.control(maxit = 1000, xconv = 1e-14, gconv = 1e-14, lconv = 1e-14), pl = FALSE)
give("quasi", "none", "logistf", "estimate", coef(fit))
fit <- glm(y ~ x1 + x2, binomial, d, method = "brglmFit", type = "AS_mean", epsilon = 1e-14, maxit = 1000)
give("quasi", "none", "brglm2", "estimate", coef(fit))
give("quasi", "none", "brglm2", "error", sqrt(diag(vcov(fit))))

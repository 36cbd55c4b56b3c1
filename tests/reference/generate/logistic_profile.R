# SPDX-License-Identifier: Apache-2.0
# Writes logistic_profile_r.csv: profile intervals and tests of the penalised likelihood by logistf.
# Usage: Rscript logistic_profile.R > ../logistic_profile_r.csv   (logistf in R_LIBS)
suppressMessages(library(logistf))
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
table <- read.csv(file.path(folder, "../logistic_data.csv"), comment.char = "#")
cat(sprintf("# R %s logistf %s, script generate/logistic_profile.R, date 2026-11-25\n", getRversion(), packageVersion("logistf")))
cat("data,position,lower,upper,p_value\n")
for (data in c("ratings", "numbers", "quasi")) {
  d <- table[table$data == data, ]
  formula <- list(ratings = y ~ x1 + x2 + x3 + x4, numbers = y ~ x1 + x2 + x3, quasi = y ~ x1 + x2)[[data]]
  fit <- logistf(formula, d, control = logistf.control(maxit = 1000, xconv = 1e-14, gconv = 1e-14, lconv = 1e-14),
                 plcontrol = logistpl.control(maxit = 20000, xconv = 1e-12, lconv = 1e-12))
  cat(sprintf("%s,%d,%.17g,%.17g,%.17g\n", data, seq_along(coef(fit)) - 1L, fit$ci.lower, fit$ci.upper, fit$prob), sep = "")
}

# SPDX-License-Identifier: Apache-2.0
# Writes classification.csv: checks of a classifier on logistic_data.csv. The score is a fixed logit of
# the items; area and DeLong's interval by pROC, Hosmer and Lemeshow's test in groups of ranks, and
# leave-one-out probabilities of glm.
# Usage: Rscript classification.R > ../classification.csv
suppressMessages(library(pROC))
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
d <- read.csv(file.path(folder, "../logistic_data.csv"), comment.char = "#")
d <- d[d$data == "ratings", ]
cat(sprintf("# R %s, pROC %s, script generate/classification.R, date 2026-11-25\n", getRversion(), packageVersion("pROC")))
cat("case,quantity,index,value\n")
give <- function(case, quantity, values)
  cat(sprintf("%s,%s,%d,%.17g\n", case, quantity, seq_along(values) - 1L, values), sep = "")
check <- function(case, p, y, groups) {
  r <- roc(y, p, quiet = TRUE, direction = "<", levels = 0:1)
  ci <- ci.auc(r, method = "delong", conf.level = 0.95)
  give(case, "auc", as.numeric(r$auc))
  give(case, "auc_error", sqrt(var(r, method = "delong")))
  give(case, "auc_limits", c(ci[1], ci[3]))
  g <- floor(groups * (rank(p, ties.method = "min") - 1) / length(p))
  size <- tapply(p, g, length); e <- tapply(p, g, sum); o <- tapply(y, g, sum)
  x2 <- sum((o - e)^2 / (e * (1 - e / size)))
  give(case, "hl", c(x2, length(size) - 2, pchisq(x2, length(size) - 2, lower.tail = FALSE)))
  give(case, "size", size); give(case, "mean", e / size); give(case, "observed", o / size)
  give(case, "brier", mean((p - y)^2))
  give(case, "brier_skill", 1 - mean((p - y)^2) / (mean(y) * (1 - mean(y))))
  give(case, "log_loss", -mean(log(ifelse(y == 1, p, 1 - p))))
}
check("plain", plogis(-5 + 0.35 * d$x1 + 0.28 * d$x2 + 0.04 * d$x3 + 0.12 * d$x4), d$y, 10)
check("ties", plogis(-2 + 0.4 * d$x1), d$y, 5)
long <- d[rep(seq_len(nrow(d)), d$times), ]
check("times", plogis(-2 + 0.4 * long$x1), long$y, 10)
p <- sapply(seq_len(nrow(d)), function(i) {
  fit <- glm(y ~ x1 + x2 + x3 + x4, binomial, d[-i, ], control = glm.control(epsilon = 1e-14, maxit = 50))
  predict(fit, d[i, ], type = "response")
})
share <- (sum(d$y) - d$y) / (nrow(d) - 1)
loss <- function(p) -mean(log(ifelse(d$y == 1, p, 1 - p)))
give("left_out", "probability", p)
give("left_out", "log_loss", loss(p))
give("left_out", "log_skill", 1 - loss(p) / loss(share))
give("left_out", "brier", mean((p - d$y)^2))
give("left_out", "brier_skill", 1 - mean((p - d$y)^2) / mean((share - d$y)^2))

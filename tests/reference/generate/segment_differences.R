# SPDX-License-Identifier: Apache-2.0
# Writes segment_differences.csv: drivers of driver_survey.csv between its segments. pooled: anova of
# lm(score ~ items * segment) with and without one interaction, all, all and the segments' levels. wald:
# the same by lmtest::waldtest (Chisq) with the covariance of separate fits (classical) or sandwich's
# vcovHC of the interaction model. welch: Welch's F written with R's weights, t.test's degrees of freedom
# for two. `of` all: segments 1-3, two: segments 1 and 2.
# Usage: Rscript segment_differences.R > ../segment_differences.csv
suppressPackageStartupMessages({library(sandwich); library(lmtest)})
cat(sprintf("# R %s lm, sandwich %s, lmtest %s, script generate/segment_differences.R, date 2026-11-25\n",
            getRversion(), packageVersion("sandwich"), packageVersion("lmtest")))
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
all <- read.csv(file.path(folder, "..", "driver_survey.csv"), comment.char = "#")
items <- c("price", "network", "service", "app")
cat("of,errors,method,test,statistic,df,denominator_df,p_value\n")
row <- function(of, errors, method, test, statistic, df, df2, p)
  cat(sprintf("%s,%s,%s,%s,%.17g,%.17g,%.17g,%.17g\n", of, errors, method, test, statistic, df, df2, p))
for (of in c("all", "two")) {
  d <- all[if (of == "two") all$segment < 3 else TRUE, ]
  d$g <- factor(d$segment)
  full <- lm(score ~ (price + network + service + app) * g, d)
  fits <- lapply(split(d, d$g), function(s) lm(score ~ price + network + service + app, s))
  # The covariance of the interaction model's coefficients from that of separate fits.
  b <- unlist(lapply(fits, coef)); k <- 5; G <- length(fits)
  to_full <- matrix(0, k * G, k * G, dimnames = list(NULL, NULL))
  name <- c("(Intercept)", items)
  rows <- c(name, unlist(lapply(levels(d$g)[-1], function(l) ifelse(name == "(Intercept)", paste0("g", l), paste0(name, ":g", l)))))
  for (j in 1:k) {
    to_full[j, j] <- 1
    for (s in 2:G) { to_full[(s - 1) * k + j, j] <- -1; to_full[(s - 1) * k + j, (s - 1) * k + j] <- 1 }
  }
  block <- function(f) { v <- matrix(0, k * G, k * G); for (s in 1:G) v[(s - 1) * k + 1:k, (s - 1) * k + 1:k] <- f(fits[[s]]); v }
  separate <- function(f) {
    v <- to_full %*% block(f) %*% t(to_full); dimnames(v) <- list(rows, rows); v[names(coef(full)), names(coef(full))]
  }
  smaller <- c(lapply(items, function(i) update(full, paste(". ~ . -", i, ":g"))),
               list(lm(score ~ price + network + service + app + g, d), lm(score ~ price + network + service + app, d)))
  names(smaller) <- c(items, "slopes", "chow")
  for (test in names(smaller)) {
    a <- anova(smaller[[test]], full)
    row(of, "classical", "pooled", test, a$F[2], a$Df[2], a$Res.Df[2], a$`Pr(>F)`[2])
    for (errors in c("classical", "hc3")) {
      v <- if (errors == "classical") separate(vcov) else vcovHC(full, "HC3")
      w <- waldtest(smaller[[test]], full, vcov = v, test = "Chisq")
      row(of, errors, "wald", test, w$Chisq[2], w$Df[2], 0, w$`Pr(>Chisq)`[2])
      if (test %in% items) {
        v_g <- sapply(fits, function(f) (if (errors == "classical") vcov(f) else vcovHC(f, "HC3"))[test, test])
        b_g <- sapply(fits, function(f) coef(f)[test]); df <- sapply(fits, df.residual)
        w_g <- 1 / v_g
        h <- w_g / sum(w_g)
        F <- (sum(w_g * (b_g - sum(h * b_g))^2) / (G - 1)) / (1 + 2 * (G - 2) / (G^2 - 1) * sum((1 - h)^2 / df))
        df2 <- (G^2 - 1) / (3 * sum((1 - h)^2 / df))
        row(of, errors, "welch", test, F, G - 1, df2, pf(F, G - 1, df2, lower.tail = FALSE))
      }
    }
  }
}

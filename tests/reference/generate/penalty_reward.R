# SPDX-License-Identifier: Apache-2.0
# Writes penalty_reward.csv: lm of driver_survey.csv's score on low (up to `low`) and high (from `high`)
# ratings, errors by vcov, vcovHC (hc1, hc3), vcovCL; sums and differences of two coefficients with their
# variance; p.adjust (holm) over penalties and rewards, over asymmetries.
# Usage: Rscript penalty_reward.R > ../penalty_reward.csv
suppressPackageStartupMessages(library(sandwich))
cat(sprintf("# R %s lm, sandwich %s, script generate/penalty_reward.R, date 2026-11-25\n",
            getRversion(), packageVersion("sandwich")))
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
d <- read.csv(file.path(folder, "..", "driver_survey.csv"), comment.char = "#")
items <- c("price", "network", "service", "app")
cat("errors,low,high,driver,n_low,n_high,effect,estimate,se,p_value,lower,upper,adjusted\n")
for (errors in c("classical", "hc1", "hc3", "clustered", "weighted"))
  for (cuts in list(c(4, 9), c(6, 8))) {
    x <- do.call(cbind, lapply(items, function(i) cbind(d[[i]] <= cuts[1], d[[i]] >= cuts[2]) * 1))
    w <- if (errors == "weighted") d$weight else rep(1, nrow(d))
    fit <- lm(d$score ~ x, weights = w)
    v <- switch(errors, classical = vcov(fit), hc1 = vcovHC(fit, "HC1"), hc3 = vcovHC(fit, "HC3"),
                clustered = vcovCL(fit, d$cluster), weighted = vcovHC(fit, "HC0"))
    df <- if (errors == "clustered") length(unique(d$cluster)) - 1 else df.residual(fit)
    contrast <- list(penalty = c(1, 0), reward = c(0, 1), asymmetry = c(1, 1), range = c(-1, 1))
    out <- do.call(rbind, lapply(seq_along(items), function(j) do.call(rbind, lapply(names(contrast), function(e) {
      at <- 2 * j + 0:1; h <- contrast[[e]]
      est <- sum(h * coef(fit)[at]); se <- sqrt(h %*% v[at, at] %*% h)
      data.frame(driver = items[j], lo = sum(x[, 2 * j - 1]), hi = sum(x[, 2 * j]), effect = e, est = est, se = se,
                 p = 2 * pt(-abs(est / se), df))
    }))))
    out$adjusted <- 1
    for (family in list(c("penalty", "reward"), "asymmetry")) {
      s <- out$effect %in% family
      out$adjusted[s] <- p.adjust(out$p[s], "holm")
    }
    q <- qt(0.975, df)
    cat(sprintf("%s,%g,%g,%s,%d,%d,%s,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g\n", errors, cuts[1], cuts[2], out$driver,
                as.integer(out$lo), as.integer(out$hi), out$effect, out$est, out$se, out$p, out$est - q * out$se,
                out$est + q * out$se, out$adjusted), sep = "")
  }

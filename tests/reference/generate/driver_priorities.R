# SPDX-License-Identifier: Apache-2.0
# Writes driver_priorities.csv: gains of the score by lm of driver_survey.csv when one driver's ratings
# up to 6 become 7 (fix) or all gain a point (shift), with vcovHC (HC3); with sampled ratings the covariance
# of mean changes is added (var / n). Ranks by p.adjust (holm) of all differences at 0.05 and 0.4.
# Usage: Rscript driver_priorities.R > ../driver_priorities.csv
suppressPackageStartupMessages(library(sandwich))
cat(sprintf("# R %s lm, sandwich %s, script generate/driver_priorities.R, date 2026-11-25\n",
            getRversion(), packageVersion("sandwich")))
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
d <- read.csv(file.path(folder, "..", "driver_survey.csv"), comment.char = "#")
items <- c("price", "network", "service", "app")
fit <- lm(score ~ price + network + service + app, d)
v <- vcovHC(fit, "HC3")[-1, -1]; b <- coef(fit)[-1]; n <- nrow(d); df <- df.residual(fit)
cat("change,ratings,level,place,driver,gain,se,p_value,adjusted,best,worst\n")
for (change in c("fix", "shift")) {
  move <- sapply(items, function(i) (if (change == "fix") ifelse(d[[i]] <= 6, 7, d[[i]]) else pmin(10, d[[i]] + 1)) - d[[i]])
  step <- colMeans(move); gain <- b * step
  for (ratings in c("fixed", "sampled")) {
    S <- outer(step, step) * v
    if (ratings == "sampled") S <- S + cov(t(t(move) * b)) / n
    se <- sqrt(diag(S)); p <- 2 * pt(-abs(gain / se), df); adjusted <- p.adjust(p, "holm")
    pairs <- combn(4, 2)
    z <- apply(pairs, 2, function(k) (gain[k[1]] - gain[k[2]]) / sqrt(S[k[1], k[1]] + S[k[2], k[2]] - 2 * S[k[1], k[2]]))
    q <- p.adjust(2 * pt(-abs(z), df), "holm")
    for (level in c(0.95, 0.6)) {
      above <- matrix(FALSE, 4, 4) # above[i, k]: i surely gains more than k
      for (k in seq_len(ncol(pairs))) if (q[k] <= 1 - level) {
        i <- pairs[1, k]; j <- pairs[2, k]
        if (z[k] > 0) above[i, j] <- TRUE else above[j, i] <- TRUE
      }
      o <- order(-gain)
      cat(sprintf("%s,%s,%g,%d,%s,%.17g,%.17g,%.17g,%.17g,%d,%d\n", change, ratings, level, 1:4, items[o], gain[o], se[o],
                  p[o], adjusted[o], 1L + as.integer(colSums(above))[o], 4L - as.integer(rowSums(above))[o]), sep = "")
    }
  }
}

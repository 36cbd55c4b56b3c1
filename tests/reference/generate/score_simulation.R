# SPDX-License-Identifier: Apache-2.0
# Writes score_simulation.csv: the mean of predict(lm) over driver_survey.csv with changed ratings. Errors
# of the model from vcov, vcovHC (HC3) or vcovCL; those of sampled ratings from survey::svymean of the
# predictions, with clusters and weights where the case has them; independent errors add.
# Usage: Rscript score_simulation.R > ../score_simulation.csv
suppressPackageStartupMessages({library(sandwich); library(survey)})
cat(sprintf("# R %s lm, sandwich %s, survey %s, script generate/score_simulation.R, date 2026-11-25\n",
            getRversion(), packageVersion("sandwich"), packageVersion("survey")))
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
d <- read.csv(file.path(folder, "..", "driver_survey.csv"), comment.char = "#")
items <- c("price", "network", "service", "app")
shift <- function(x, by, up_to = Inf, lo = min(x), hi = max(x)) ifelse(x <= up_to, pmin(hi, pmax(lo, x + by)), x)
set_to <- function(x, to, up_to = Inf) ifelse(x <= up_to, to, x)
changes <- list(
  shift_price = function(s) { s$price <- shift(s$price, 1); s },
  shift_down = function(s) { s$service <- shift(s$service, -2.5, lo = 0); s },
  fix_service = function(s) { s$service <- set_to(s$service, 5, 4); s },
  set_network = function(s) { s$network <- set_to(s$network, 10); s },
  two = function(s) { s$price <- set_to(s$price, 7, 6); s$app <- shift(s$app, 0.5, 8, hi = 10); s },
  none = function(s) s)
cat("change,errors,ratings,before,after,difference,se,lower,upper,change_se,change_lower,change_upper,df\n")
for (errors in c("classical", "hc3", "clustered", "weighted")) {
  w <- if (errors == "weighted") d$weight else rep(1, nrow(d))
  fit <- lm(score ~ price + network + service + app, d, weights = w)
  v <- switch(errors, classical = , weighted = vcov(fit), hc3 = vcovHC(fit, "HC3"),
              clustered = vcovCL(fit, d$cluster))
  df <- if (errors == "clustered") length(unique(d$cluster)) - 1 else df.residual(fit)
  x <- model.matrix(fit)
  for (name in names(changes)) {
    moved <- changes[[name]](d)
    x1 <- cbind(1, as.matrix(moved[, items]))
    now <- as.vector(x %*% coef(fit)); then <- as.vector(x1 %*% coef(fit))
    g <- colSums(w * x1) / sum(w); h <- g - colSums(w * x) / sum(w)
    for (ratings in c("fixed", "sampled")) {
      s <- c(sqrt(g %*% v %*% g), sqrt(h %*% v %*% h))
      if (ratings == "sampled") {
        design <- svydesign(ids = if (errors == "clustered") ~cluster else ~1, weights = ~w,
                            data = data.frame(cluster = d$cluster, then = then, change = then - now, w = w))
        s <- sqrt(s^2 + c(SE(svymean(~then, design)), SE(svymean(~change, design)))^2)
      }
      q <- qt(0.975, df)
      before <- weighted.mean(now, w); after <- weighted.mean(then, w)
      cat(sprintf("%s,%s,%s,%s,%.0f\n", name, errors, ratings,
                  paste(sprintf("%.17g", c(before, after, after - before, s[1], after - q * s[1], after + q * s[1],
                                           s[2], after - before - q * s[2], after - before + q * s[2])),
                        collapse = ","), df))
    }
  }
}

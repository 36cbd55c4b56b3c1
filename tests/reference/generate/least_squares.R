# SPDX-License-Identifier: Apache-2.0
# Linear fits by R lm, with errors by sandwich (vcovHC, vcovCL), on data of R and on a made survey of
# 60 people in 9 shops with frequency and sampling weights (from 0.2 to 4, and from 1e-6 to 1e6).
# usage: Rscript least_squares.R FOLDER   writes least_squares_data.csv, least_squares.csv,
# least_squares_models.csv, linear_diagnostics.csv and linear_prediction.csv
suppressMessages(library(sandwich))
folder <- commandArgs(TRUE)[1]
head <- sprintf("# R %s, sandwich %s, script generate/least_squares.R, date 2026-11-25",
                getRversion(), packageVersion("sandwich"))
open_table <- function(name, columns) {
  con <- file(file.path(folder, name), "w")
  writeLines(c(head, columns), con)
  con
}
number <- function(x) sprintf("%.17g", x)
line <- function(con, ...) writeLines(paste(..., sep = ","), con)

data <- open_table("least_squares_data.csv", "data,y,items,frequency,sampling,extreme,cluster")
terms <- open_table("least_squares.csv",
                    "data,weights,errors,position,estimate,error,statistic,p_value,lower,upper,vif,standardised,intercept_covariance")
models <- open_table("least_squares_models.csv",
                     "data,weights,n,r_squared,adjusted,f,f_p,sigma,df,log_likelihood,aic,bic,condition")
rows <- open_table("linear_diagnostics.csv",
                   "data,weights,position,fitted,residual,leverage,standardised,cooks")
ahead <- open_table("linear_prediction.csv",
                    "data,weights,errors,values,level,mean,error,lower,upper,new_lower,new_upper")

made <- function() {
  # A generator of its own, so that no version of R changes the data.
  state <- 12345
  draw <- function(n) { state <<- (state * 16807) %% 2147483647; floor(n * state / 2147483647) }
  shop <- rating <- y <- frequency <- sampling <- extreme <- NULL
  for (i in 1:60) {
    s <- draw(9); mood <- (s %% 3) - 1
    r <- c(min(10, max(0, 6 + mood + draw(5) - 1)), draw(11), 3 + draw(8))
    answer <- 2 * r[1] + r[2] + mood * 6 + draw(9) - 14
    y <- c(y, if (answer > 8) 1 else if (answer < -1) -1 else 0)
    rating <- rbind(rating, r); shop <- c(shop, s * 1000 - 3000)
    frequency <- c(frequency, 1 + draw(4)); sampling <- c(sampling, 0.2 + draw(39) / 10)
    extreme <- c(extreme, 10^(draw(13) - 6))
  }
  list(y = y, x = unname(rating), frequency = frequency, sampling = sampling, extreme = extreme, cluster = shop)
}
plain <- function(y, x) list(y = y, x = unname(as.matrix(x)))
sets <- list(
  mtcars = plain(mtcars$mpg, mtcars[c("cyl", "disp", "hp", "gear")]),
  swiss = plain(swiss$Fertility, swiss[-1]),
  attitude = plain(attitude$rating, attitude[-1]),
  survey = made())

for (name in names(sets)) {
  d <- sets[[name]]
  n <- length(d$y)
  for (i in seq_len(n)) {
    line(data, name, number(d$y[i]), paste(number(d$x[i, ]), collapse = " "),
         if (name == "survey") number(d$frequency[i]) else 1, if (name == "survey") number(d$sampling[i]) else 1,
         if (name == "survey") number(d$extreme[i]) else 1, if (name == "survey") d$cluster[i] else i)
  }
  for (weights in if (name == "survey") c("none", "frequency", "sampling", "extreme", "both") else "none") {
    times <- if (weights %in% c("frequency", "both")) d$frequency else rep(1, n)
    pick <- rep(seq_len(n), times)
    w <- if (weights %in% c("sampling", "both")) d$sampling[pick]
         else if (weights == "extreme") d$extreme[pick] else rep(1, length(pick))
    y <- d$y[pick]; x <- d$x[pick, ]; cluster <- d$cluster[pick]
    unweighted <- weights %in% c("none", "frequency")
    fit <- if (unweighted) lm(y ~ x) else lm(y ~ x, weights = w)
    k <- ncol(x) + 1
    moments <- cov.wt(cbind(x, y), w / sum(w), method = "ML", cor = TRUE)
    vif <- diag(solve(moments$cor[-k, -k]))
    deviation <- sqrt(diag(moments$cov))
    standardised <- coef(fit)[-1] * deviation[-k] / deviation[k]
    scaled <- sqrt(w) * scale(x, center = moments$center[-k], scale = FALSE)
    scaled <- sweep(scaled, 2, sqrt(colSums(scaled^2)), "/")
    s <- summary(fit)
    f <- s$fstatistic
    line(models, name, weights, length(y), number(s$r.squared), number(s$adj.r.squared), number(f[1]),
         number(pf(f[1], f[2], f[3], lower.tail = FALSE)), number(s$sigma), fit$df.residual,
         number(as.numeric(logLik(fit))), number(AIC(fit)), number(BIC(fit)),
         number(max(svd(scaled)$d) / min(svd(scaled)$d)))
    kinds <- c("classical", "hc0", "hc1", "hc2", "hc3", "hc4", if (name == "survey") c("cr0", "cr1"))
    for (kind in kinds) {
      v <- switch(kind, classical = vcov(fit), cr0 = vcovCL(fit, cluster, type = "HC0", cadjust = FALSE),
                  cr1 = vcovCL(fit, cluster, type = "HC1", cadjust = TRUE), vcovHC(fit, type = toupper(kind)))
      df <- if (kind %in% c("cr0", "cr1")) length(unique(cluster)) - 1 else fit$df.residual
      se <- sqrt(diag(v)); t <- coef(fit) / se
      for (j in seq_len(k)) {
        line(terms, name, weights, kind, j - 1, number(coef(fit)[j]), number(se[j]), number(t[j]),
             number(2 * pt(-abs(t[j]), df)), number(coef(fit)[j] - qt(0.975, df) * se[j]),
             number(coef(fit)[j] + qt(0.975, df) * se[j]), if (j > 1) number(vif[j - 1]) else 0,
             if (j > 1) number(standardised[j - 1]) else 0, number(v[1, j]))
      }
      if (kind %in% c("classical", "hc3", "cr1")) {
        for (level in c(0.5, 0.95)) {
          at <- c(1, round(moments$center[-k] + deviation[-k]))
          mean <- sum(at * coef(fit)); variance <- c(at %*% v %*% at)
          q <- qt((1 + level) / 2, df)
          line(ahead, name, weights, kind, paste(number(at[-1]), collapse = " "), level, number(mean),
               number(sqrt(variance)), number(mean - q * sqrt(variance)), number(mean + q * sqrt(variance)),
               number(mean - q * sqrt(variance + s$sigma^2)), number(mean + q * sqrt(variance + s$sigma^2)))
        }
      }
    }
    influence <- lm.influence(fit)
    first <- !duplicated(pick)
    for (i in which(first)) {
      line(rows, name, weights, pick[i] - 1, number(fitted(fit)[i]), number(residuals(fit)[i]),
           number(hatvalues(fit)[i]), number(rstandard(fit)[i]), number(cooks.distance(fit)[i]))
    }
  }
}

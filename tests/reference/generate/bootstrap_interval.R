# SPDX-License-Identifier: Apache-2.0
# Bootstrap intervals of R boot, with the replicates they were made from.
# usage: Rscript bootstrap_interval.R   (in tests/reference/generate; writes two tables)
library(boot)

first <- sprintf("# R %s.%s, boot %s, script generate/bootstrap_interval.R, date 2026-11-22",
                 R.version$major, R.version$minor, packageVersion("boot"))
number <- function(x) formatC(x, digits = 17, format = "g")
replicates <- file("../bootstrap_replicates.csv", "w")
intervals <- file("../bootstrap_interval.csv", "w")
writeLines(c(first, "case,value,variance"), replicates)
writeLines(c(first, "case,estimate,variance,acceleration,method,level,lower,upper,extreme"),
           intervals)

set.seed(20261122)
answers <- c(0, 3, 5, 6, 6, 7, 7, 8, 8, 8, 9, 9, 9, 9, 10, 10, 10, 10, 10, 10)
ratings <- round(cbind(rexp(25, 0.1), 5 + rexp(25, 0.2)), 3)
mean_of <- function(d, i) c(mean(d[i]), var(d[i]) * (length(i) - 1) / length(i)^2)
ratio_of <- function(d, i) {
  x <- d[i, ]
  r <- mean(x[, 1]) / mean(x[, 2])
  c(r, mean((x[, 1] - r * x[, 2])^2) / mean(x[, 2])^2 / nrow(x))
}
cases <- list(mean = boot(answers, mean_of, R = 999), ratio = boot(ratings, ratio_of, R = 499),
              few = boot(ratings, ratio_of, R = 37))
for (name in names(cases)) {
  b <- cases[[name]]
  writeLines(paste(name, number(b$t[, 1]), number(b$t[, 2]), sep = ","), replicates)
  l <- empinf(b, type = "jack")
  l <- l - mean(l)
  a <- sum(l^3) / (6 * sum(l^2)^1.5)
  for (level in c(0.5, 0.9, 0.95, 0.99)) {
    for (method in c("normal", "basic", "percentile", "studentised", "bca")) {
      type <- c(normal = "norm", basic = "basic", percentile = "perc", studentised = "stud",
                bca = "bca")[[method]]
      extreme <- 0
      ci <- withCallingHandlers(
        boot.ci(b, conf = level, type = type, L = l),
        warning = function(w) {
          extreme <<- as.integer(grepl("extreme", conditionMessage(w)))
          invokeRestart("muffleWarning")
        })[[switch(type, norm = "normal", perc = "percent", stud = "student", type)]]
      writeLines(paste(name, number(b$t0[1]), number(b$t0[2]), number(a), method, level,
                       number(ci[length(ci) - 1]), number(ci[length(ci)]), extreme, sep = ","),
                 intervals)
    }
  }
}
close(replicates)
close(intervals)

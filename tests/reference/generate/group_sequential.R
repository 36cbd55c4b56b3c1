# SPDX-License-Identifier: Apache-2.0
# Group-sequential boundaries by rpact (which integrates by Simpson's rule: about 1e-6).
# usage: Rscript group_sequential.R > ../group_sequential.csv
suppressMessages(library(rpact))
cat(sprintf("# R %s, rpact %s, script generate/group_sequential.R, date 2026-11-25\n", getRversion(),
            packageVersion("rpact")))
cat("boundary,sides,alpha,power,information,critical,spent,drift,crossing\n")
types <- c(obrien_fleming = "OF", pocock = "P", spending_obrien_fleming = "asOF",
           spending_pocock = "asP", spending_power = "asKD")
equal <- function(k) (1:k) / k
for (name in names(types)) {
  for (sides in 1:2) {
    for (alpha in c(0.05, 0.01)) {
      plans <- list(equal(2), equal(3), equal(5), equal(10))
      if (grepl("spending", name)) plans <- c(plans, list(c(0.2, 0.35, 0.9, 1)))
      for (t in plans) {
        arguments <- list(kMax = length(t), informationRates = t, alpha = alpha, sided = sides,
                          typeOfDesign = types[[name]])
        if (name == "spending_power") arguments$gammaA <- 2
        d <- suppressWarnings(do.call(getDesignGroupSequential, arguments))
        if (any(!is.finite(d$criticalValues))) next # beyond its reach
        drift <- 2.5
        p <- getPowerAndAverageSampleNumber(d, theta = drift, nMax = 1)
        join <- function(x) paste(sprintf("%.12g", x), collapse = " ")
        cat(paste(name, sides, alpha, if (name == "spending_power") 2 else 1, join(t),
                  join(d$criticalValues), join(d$alphaSpent), drift,
                  sprintf("%.12g", p$overallReject), sep = ","), "\n", sep = "")
      }
    }
  }
}

# SPDX-License-Identifier: Apache-2.0
# Levels and decisions of LOND, LORD++ and SAFFRON by the package onlineFDR, and BH by p.adjust, on
# its published example and on made p values.
# usage: Rscript false_discovery.R > ../false_discovery.csv
library(onlineFDR)
families <- list(
  published = c(1e-07, 3e-04, 0.1, 6e-04),
  none = c(0.5, 0.9, 0.2, 0.7, 0.03),
  example = c(2.90e-14, 0.06743, 0.01514, 0.08174, 0.00171, 3.61e-05, 0.79149, 0.27201, 0.28295,
              7.59e-08, 0.69274, 0.30443, 0.00136, 0.82342, 5.4757e-04))
set.seed(20261125)
families$many <- signif(ifelse(runif(120) < 0.3, rbeta(120, 0.05, 4), runif(120)), 6)
cat(sprintf("# R %s, onlineFDR %s, script generate/false_discovery.R, date 2026-11-25\n",
            getRversion(), packageVersion("onlineFDR")))
cat("family,position,p,bh,lond_level,lond,lord_level,lord,saffron_level,saffron\n")
for (name in names(families)) {
  p <- families[[name]]
  lond <- LOND(p)
  lord <- LORD(p)
  saffron <- SAFFRON(p)
  for (i in seq_along(p)) {
    numbers <- c(p[i], p.adjust(p, "BH")[i], lond$alphai[i], lond$R[i], lord$alphai[i], lord$R[i],
                 saffron$alphai[i], saffron$R[i])
    cat(paste(c(name, i - 1, sprintf("%.17g", numbers)), collapse = ","), "\n", sep = "")
  }
}

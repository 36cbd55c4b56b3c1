# SPDX-License-Identifier: Apache-2.0
# Run lengths of CUSUM and EWMA charts of normal values by the R package spc (Knoth): averages, from
# the conditional steady state, quantiles, and limits for a wanted average.
# usage: Rscript run_length.R > ../run_length.csv
library(spc)
cat(sprintf("# R %s with spc %s, script generate/run_length.R, date 2026-11-25\n", getRversion(),
            packageVersion("spc")))
cat("chart,parameter,limit,shift,start,quantity,value\n")
row <- function(chart, parameter, limit, shift, start, quantity, value)
  cat(sprintf("%s,%.17g,%.17g,%.17g,%.17g,%s,%.17g\n", chart, parameter, limit, shift, start, quantity, value))
for (k in c(0.25, 0.5, 1)) for (h in c(2, 4, 5)) for (mu in c(0, 0.5, 1, 2)) {
  for (hs in c(0, h / 2)) {
    row("cusum_one", k, h, mu, hs, "average", xcusum.arl(k, h, mu, hs = hs, sided = "one", r = 80))
    row("cusum_two", k, h, mu, hs, "average", xcusum.arl(k, h, mu, hs = hs, sided = "two", r = 80))
  }
  row("cusum_one", k, h, mu, 0, "steady_state", xcusum.ad(k, h, mu, sided = "one", r = 80))
}
for (mu in c(0, 1)) for (p in c(0.05, 0.5, 0.95))
  row("cusum_one", 0.5, 4, mu, 0, sprintf("q%g", p), ceiling(xcusum.q(0.5, 4, mu, p, r = 80)))
for (l in c(0.05, 0.1, 0.25, 0.6)) for (L in c(2.5, 2.9)) for (mu in c(0, 0.5, 1, 3)) {
  row("ewma_fixed", l, L, mu, 0, "average", xewma.arl(l, L, mu, sided = "two", r = 120))
  row("ewma_exact", l, L, mu, 0, "average", xewma.arl(l, L, mu, sided = "two", limits = "vacl", r = 120))
  row("ewma_fixed", l, L, mu, 0, "steady_state", xewma.ad(l, L, mu, sided = "two", r = 120))
}
row("ewma_fast", 0.1, 2.814, 0, 0.5, "average", xewma.arl(0.1, 2.814, 0, sided = "two", limits = "Steiner", r = 120))
for (p in c(0.05, 0.5, 0.95)) row("ewma_fixed", 0.1, 2.7, 0, 0, sprintf("q%g", p), ceiling(xewma.q(0.1, 2.7, 0, p, r = 80)))
for (arl in c(100, 370.4, 1000)) {
  row("cusum_two", 0.5, arl, 0, 0, "limit", xcusum.crit(0.5, arl, sided = "two", r = 80))
  row("ewma_fixed", 0.1, arl, 0, 0, "limit", xewma.crit(0.1, arl, sided = "two", r = 80))
}

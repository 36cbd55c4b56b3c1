# SPDX-License-Identifier: Apache-2.0
# Allocations over strata by other people's programs: R packages allocation (Wright's algorithms III
# and IV in 256 bits), stratallo (capacity scaling) and PracTools (strAlloc, whose sizes are not
# whole). Their sources are given as unpacked folders with DESCRIPTION and R/; Rmpfr is installed.
# Variances with divisor N - 1 in all of them.
# Usage: Rscript allocation.R FOLDER_OF_THE_THREE OUTPUT_FOLDER
suppressPackageStartupMessages(library(Rmpfr))
from <- commandArgs(TRUE)[1]
to <- commandArgs(TRUE)[2]
version <- function(name) read.dcf(file.path(from, name, "DESCRIPTION"), "Version")[1]
for (file in c("util", "control", "allocate-fixn", "allocate-prec", "S3Methods"))
  source(file.path(from, "allocation", "R", paste0(file, ".R")))
tools <- new.env()
# capacity scaling ends with a greedy of the same file.
sys.source(file.path(from, "stratallo", "R", "algorithms_other_authors.R"), tools)
sys.source(file.path(from, "PracTools", "R", "strAlloc.R"), tools)

exact <- function(x) format(x, digits = 17, scientific = TRUE)
list_of <- function(x) paste(sapply(x, function(v) sub("^ +", "", format(v, digits = 17))), collapse = " ")
variance <- function(n, N, S) { # of the mean, in 256 bits
  n <- mpfr(n, 256); S <- mpfr(S, 256)
  asNumeric(sum(N * (N - n) * S^2 / n) / sum(mpfr(N, 256))^2)
}
head_of <- function(file, columns)
  cat(sprintf("# R %s.%s, allocation %s, stratallo %s, PracTools %s, script generate/allocation.R, date 2026-11-25\n%s\n",
              R.version$major, R.version$minor, version("allocation"), version("stratallo"),
              version("PracTools"), columns), file = file)

one <- file.path(to, "allocation.csv")
head_of(one, "tool,total,population,respondent_sd,minimum,maximum,completes,variance")
row <- function(tool, total, N, S, lo, hi, n)
  cat(tool, total, list_of(N), list_of(S), list_of(lo), list_of(hi), list_of(n),
      exact(variance(n, N, S)), sep = ",", file = one, append = TRUE)
end <- function(file) cat("\n", file = file, append = TRUE)

wright <- list(N = c(47, 61, 41), S = sqrt(c(100, 36, 16)) / 10, lo = c(1, 2, 3), hi = c(5, 6, 4))
set.seed(20261125)
population <- function(k, largest) {
  N <- sample(5:largest, k, replace = TRUE)
  list(N = N, S = round(runif(k, 0.05, 1), 4), lo = pmin(N, sample(1:4, k, replace = TRUE)),
       hi = pmax(4, pmin(N, round(N * runif(k, 0.1, 1.6)))))
}
for (p in list(wright, within(wright, { lo <- c(1, 1, 1); hi <- N }))) {
  row("allocation", 10, p$N, p$S, p$lo, p$hi, asNumeric(allocate_fixn(10, p$N, p$S, p$lo, p$hi)$n)); end(one)
}
for (i in 1:20) {
  p <- population(2 + i %% 9, 300)
  total <- sum(p$lo) + round(runif(1) * min(150, sum(p$hi) - sum(p$lo)))
  row("allocation", total, p$N, p$S, p$lo, p$hi, asNumeric(allocate_fixn(total, p$N, p$S, p$lo, p$hi)$n)); end(one)
}
for (i in 1:10) {
  p <- population(10 * i, 20000)
  total <- sum(p$lo) + round(runif(1, 0.05, 0.95) * (sum(p$hi) - sum(p$lo)))
  total <- min(total, 20000)
  row("stratallo", total, p$N, p$S, p$lo, p$hi, tools$CapacityScaling(total, p$N * p$S, p$lo, p$hi)); end(one)
}

two <- file.path(to, "allocation_cost.csv")
head_of(two, "tool,goal,population,respondent_sd,cost,minimum,margin,budget,completes")
cost_row <- function(tool, goal, N, S, ch, lo, margin, budget, n)
  cat(tool, goal, list_of(N), list_of(S), list_of(ch), list_of(lo), exact(margin), exact(budget),
      paste0(list_of(n), "\n"), sep = ",", file = two, append = TRUE)
z <- qnorm(0.975)
# Wright (2017), section 5: S over 2^31.
N <- c(819, 672, 358, 196, 135, 83, 53, 40, 35, 13)
S <- c(330000, 518000, 488000, 634000, 1126000, 2244000, 2468000, 5869000, 29334000, 1233311000)
lo <- c(3, 3, 3, 3, 3, 3, 3, 3, 3, 13)
cost_row("allocation", "margin", N, S / 2^31, rep(1, 10), lo, z * 388910760 / sum(N) / 2^31, 0,
         asNumeric(allocate_prec(mpfr(388910760, 256)^2, N, S, lo)$n))
for (i in 1:12) {
  p <- population(2 + i %% 7, 400)
  margin <- round(runif(1, 0.03, 0.3), 4)
  v0 <- (mpfr(margin, 256) / z * sum(p$N))^2
  cost_row("allocation", "margin", p$N, p$S, rep(1, length(p$N)), p$lo, margin, 0,
           asNumeric(allocate_prec(v0, p$N, p$S, p$lo)$n))
}
# PracTools' own example, S over its largest, and others like it.
for (i in 0:12) {
  if (i == 0) {
    p <- list(N = c(215, 65, 252, 50, 149, 144),
              S = c(26787207, 10645109, 6909676, 11085034, 9817762, 44553355) / 2^26)
    ch <- c(1400, 200, 300, 600, 450, 1000)
    budget <- 100000
  } else {
    p <- population(2 + i %% 7, 30000); p$N <- p$N + 2000
    ch <- round(runif(length(p$N), 1, 20), 2)
    budget <- round(sum(ch) * runif(1, 20, 60))
  }
  n <- tools$strAlloc(Nh = p$N, Sh = p$S, cost = budget, ch = ch, alloc = "totcost")$nh
  cost_row("PracTools", "budget", p$N, p$S, ch, rep(1, length(p$N)), z * sqrt(variance(n, p$N, p$S)), budget, n)
  margin <- if (i == 0) z * 0.05 * 11664181 / 2^26 else round(runif(1, 0.02, 0.06), 4)
  n <- tools$strAlloc(Nh = p$N, Sh = p$S, V0 = (margin / z)^2, ch = ch, alloc = "totvar")$nh
  cost_row("PracTools", "margin", p$N, p$S, ch, rep(1, length(p$N)), margin, sum(ch * n), n)
}

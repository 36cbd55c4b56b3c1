# SPDX-License-Identifier: Apache-2.0
# Times relative importance in R: relaimpo's LMG (R_LIBS may name the library it is in), and Johnson's
# weights written with cor and eigen. One line a measurement: job, tool, items, seconds a call.
ratings <- function(n, p) {
  set.seed(1)
  halo <- rnorm(n)
  x <- sapply(1:p, function(j) pmin(10, pmax(0, round(6 + 1.2 * halo + 1.6 * rnorm(n)))))
  y <- as.vector(pmin(10, pmax(0, round(x %*% seq(0.01, 0.2, length.out = p) * 10 / p + 1 + rnorm(n)))))
  colnames(x) <- paste0("x", 1:p)
  data.frame(y, x)
}
report <- function(job, tool, p, calls, f, repeats = 3) {
  elapsed <- replicate(repeats, system.time(for (i in seq_len(calls)) f())[["elapsed"]]) / calls
  cat(job, tool, p, median(elapsed), sep = "\t")
  cat("\n")
}
r <- paste0("R ", getRversion())
if (suppressMessages(requireNamespace("relaimpo", quietly = TRUE))) {
  suppressMessages(library(relaimpo))
  tool <- paste(r, "relaimpo", packageVersion("relaimpo"), "calc.relimp(lmg)")
  for (p in c(6, 8, 10, 12, 14)) {
    d <- ratings(1000, p)
    report("shapley", tool, p, if (p <= 10) 5 else 1, function() calc.relimp(d, type = "lmg"))
  }
}
johnson <- function(R) {
  e <- eigen(R[-1, -1], symmetric = TRUE)
  root <- e$vectors %*% (sqrt(e$values) * t(e$vectors))
  as.vector(root^2 %*% solve(root, R[-1, 1])^2)
}
for (p in c(6, 10, 16)) {
  R <- cor(ratings(1000, p))
  report("johnson", paste(r, "eigen, from correlations"), p, 2000, function() johnson(R))
}

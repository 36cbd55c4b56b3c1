# SPDX-License-Identifier: Apache-2.0
# Pairwise correlations, and the nearest correlation matrix of indefinite ones (Matrix nearPD).
#
# Rscript pairwise.R > ../pairwise.csv
suppressMessages(library(Matrix))
state <- 1
word <- function() {
  # 1103515245 * state stays below 2^62: in two halves, as doubles hold 53 bits.
  high <- (1103515245 * (state %/% 65536)) %% 32768
  state <<- (high * 65536 + 1103515245 * (state %% 65536) + 12345) %% 2147483648
  state %/% 256
}
cat(sprintf("# R %s, Matrix %s nearPD, script generate/pairwise.R, date 2026-11-25\n",
            getRversion(), packageVersion("Matrix")))
cat("missing,i,j,rows,mean,deviation,correlation,smallest,nearest\n")
for (missing in c(0, 20, 60)) {
  state <- 1
  rows <- if (missing == 60) 30 else 200
  x <- matrix(NA_real_, rows, 5)
  for (i in seq_len(rows)) {
    base <- word() %% 8
    for (j in 1:5) {
      value <- base + word() %% 4
      if (word() %% 100 >= missing) x[i, j] <- value
    }
  }
  r <- cor(x, use = "pairwise.complete.obs")
  smallest <- min(eigen(r, symmetric = TRUE, only.values = TRUE)$values)
  nearest <- if (smallest < 0) {
    as.matrix(nearPD(r, corr = TRUE, do2eigen = FALSE, eig.tol = 1e-15, conv.tol = 1e-15,
                     conv.norm.type = "M", maxit = 100000)$mat)
  } else r
  for (i in 1:5) for (j in i:5) {
    cat(sprintf("%d,%d,%d,%d,%.17g,%.17g,%.17g,%.17g,%.17g\n", missing, i - 1, j - 1,
                sum(!is.na(x[, i]) & !is.na(x[, j])), mean(x[, i], na.rm = TRUE),
                sd(x[, i], na.rm = TRUE), r[i, j], smallest, nearest[i, j]))
  }
}

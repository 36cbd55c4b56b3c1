# SPDX-License-Identifier: Apache-2.0
# usage: Rscript real_data.R CASES DATA_FOLDER
# What the report program must say about each case of real_data_cases.txt, worked out from the file
# by R alone: a table on standard output with one row for the survey and one for each group.
# Intervals are at level .95. The ideal bootstrap is the exact distribution of the resampled sum, by
# convolution of the answers' distribution with itself, n times.
options(digits = 17)
arguments <- commandArgs(trailingOnly = TRUE)
cases <- read.table(arguments[1], sep = "|", quote = "", comment.char = "#", colClasses = "character",
                    col.names = c("file", "score", "scale", "missing", "segments", "wave", "counts"))
cut_points <- list("0-10" = c(0, 10, 6, 9), "1-10" = c(1, 10, 6, 9),
                   "1-5" = c(1, 5, 3, 5), "1-7" = c(1, 7, 5, 7))

convolve_open <- function(x, y) convolve(x, rev(y), type = "open")

# P(sum of n answers coded -1, 0, 1 = -n .. n), by squaring.
sum_distribution <- function(shares, n) {
  result <- 1
  power <- shares
  while (n > 0) {
    if (n %% 2 == 1) result <- convolve_open(result, power)
    n <- n %/% 2
    if (n > 0) power <- convolve_open(power, power)
  }
  result
}

ideal_bootstrap <- function(counts) {
  n <- sum(counts)
  if (max(counts) == n) return(rep((counts[3] - counts[1]) / n, 2))
  cdf <- cumsum(pmax(sum_distribution(counts / n, n), 0))
  sums <- -n:n
  # No quantile may hang on the rounding of the transform.
  stopifnot(min(abs(cdf - .025)) > 1e-10, min(abs(cdf - .975)) > 1e-10)
  c(sums[which(cdf >= .025)[1]], sums[which(cdf >= .975)[1]]) / n
}

wald <- function(counts) {
  n <- sum(counts)
  answers <- rep(c(-1, 0, 1), counts)
  score <- mean(answers)
  sd <- sqrt(mean((answers - score)^2))
  z <- qnorm(.975)
  list(score = score, sd = sd, se = sd / sqrt(n),
       lower = max(-1, score - z * sd / sqrt(n)), upper = min(1, score + z * sd / sqrt(n)))
}

adjusted_wald <- function(counts) {
  weights <- (counts + c(.75, 1.5, .75)) / (sum(counts) + 3)
  score <- sum(c(-1, 0, 1) * weights)
  half <- qnorm(.975) * sqrt(sum(c(-1, 0, 1)^2 * weights) - score^2) / sqrt(sum(counts) + 3)
  c(max(-1, score - half), min(1, score + half))
}

# Tango (1998): the scores that the score test does not refuse, found as its roots.
score_interval <- function(counts) {
  n <- sum(counts)
  net <- counts[3] - counts[1]
  score <- net / n
  statistic <- function(delta) {
    if (delta == score) return(0)
    # The most likely share of detractors when the score is delta.
    b <- -counts[3] - counts[1] + (2 * n - net) * delta
    c <- -counts[1] * delta * (1 - delta)
    q <- (sqrt(max(b^2 - 8 * n * c, 0)) - b) / (4 * n)
    (net - n * delta) / sqrt(n * (2 * q + delta * (1 - delta)))
  }
  z <- qnorm(.975)
  root <- function(from, to, at) {
    uniroot(function(delta) statistic(delta) - at, c(from, to), tol = 1e-16, maxiter = 1e4)$root
  }
  edge <- 1 - 1e-12
  c(if (score <= -edge) -1 else root(-edge, score, z), if (score >= edge) 1 else root(score, edge, -z))
}

row_of <- function(case, name, value, answers, scale, missing_code) {
  is_missing <- answers == "" | (missing_code != "" & answers == missing_code)
  numbers <- suppressWarnings(as.numeric(answers))
  is_valid <- !is_missing & !is.na(numbers) & numbers == round(numbers) &
    numbers >= scale[1] & numbers <= scale[2]
  valid <- numbers[is_valid]
  counts <- c(sum(valid <= scale[3]), sum(valid > scale[3] & valid < scale[4]),
              sum(valid >= scale[4]))
  figures <- rep(NA, 11)
  if (sum(counts) > 0) {
    w <- wald(counts)
    figures <- c(w$score, w$se, w$sd, w$lower, w$upper, adjusted_wald(counts),
                 ideal_bootstrap(counts), score_interval(counts))
  }
  cat(case, name, value, length(answers), sum(is_missing), sum(!is_missing & !is_valid), counts,
      sprintf("%.17g", figures), sep = "|")
  cat("\n")
}

for (case in seq_len(nrow(cases))) {
  this <- cases[case, ]
  data <- read.csv(file.path(arguments[2], this$file), colClasses = "character", na.strings = NULL,
                   check.names = FALSE, fileEncoding = "UTF-8")
  data[] <- lapply(data, trimws)
  scale <- cut_points[[this$scale]]
  row_of(case, "", "", data[[this$score]], scale, this$missing)
  columns <- c(strsplit(this$segments, ",")[[1]], this$wave[this$wave != ""])
  for (column in columns) {
    for (value in sort(unique(data[[column]]))) {
      row_of(case, column, value, data[[this$score]][data[[column]] == value], scale, this$missing)
    }
  }
}

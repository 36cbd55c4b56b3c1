# SPDX-License-Identifier: Apache-2.0
# Brands rated by people who rate some of them: influence of each respondent on each score, their
# cross-products as covariance. Without added answers the covariance must be that of package survey
# (svyby with respondents as clusters, whose factor n / (n - 1) is taken out).
# usage: Rscript compare_brands.R > ../compare_brands.csv
suppressMessages(library(survey))
level <- 0.95
scenarios <- list(
  complete = list(k = 2, data = "pp 30 pq 12 pd 4 qp 5 qq 20 qd 6 dp 2 dq 7 dd 14"),
  partial = list(k = 3, data = paste("ppp 20 pqd 9 p-p 12 -dq 8 dd- 10 --d 15 q-- 11 -p- 25 ddd 3 qqp 7",
                                     "d-- 9 dq- 5 pd- 14")),
  weighted = list(k = 3, shares = c(5, 3, 2),
                  data = "ppp 20 pqd 9 p-p 12 -dq 8 dd- 10 --d 15 q-- 11 -p- 25 ddd 3 qqp 7 d-- 9"),
  apart = list(k = 4, data = paste("p--- 200 q--- 60 d--- 40 -p-- 90 -q-- 60 -d-- 110 --p- 30 --q- 25 --d- 20",
                                   "---p 500 ---q 300 ---d 350")),
  tiny = list(k = 2, data = "pd 1 qp 1 dp 1"),
  huge = list(k = 3, shares = c(1, 0, 3),
              data = "ppp 200000000 pqd 90000000 p-p 1200000 -dq 8000000 dd- 10000000 --d 15000000"))
code <- c(d = -1, q = 0, p = 1)
cat(sprintf("# R %s, survey %s, script generate/compare_brands.R, date 2026-11-25\n", getRversion(),
            packageVersion("survey")))
cat("scenario,brands,data,shares,method,kind,a,b,difference,standard_error,p_value,holm,lower,upper,wide_lower,wide_upper\n")
clip <- function(x) pmax(-2, pmin(2, x))
for (name in names(scenarios)) for (method in c("wald", "adjusted_wald")) {
  s <- scenarios[[name]]
  words <- strsplit(s$data, " ")[[1]]
  patterns <- do.call(rbind, strsplit(words[c(TRUE, FALSE)], ""))
  count <- as.numeric(words[c(FALSE, TRUE)])
  x <- matrix(code[patterns], ncol = s$k)
  overlap <- any(rowSums(!is.na(x)) > 1)
  if (method == "adjusted_wald") {
    for (i in 1:s$k) for (answer in -1:1) {
      x <- rbind(x, replace(rep(NA, s$k), i, answer))
      count <- c(count, if (answer == 0) 1.5 else 0.75)
    }
  }
  n <- colSums(count * !is.na(x))
  score <- colSums(count * x, na.rm = TRUE) / n
  influence <- sweep(sweep(x, 2, score), 2, n, "/")
  influence[is.na(influence)] <- 0
  sigma <- crossprod(sqrt(count) * influence)
  if (method == "wald" && sum(count) < 1e4) {
    rows <- x[rep(seq_len(nrow(x)), count), , drop = FALSE]
    long <- data.frame(id = c(row(rows)), brand = c(col(rows)), x = c(rows))
    long <- long[!is.na(long$x), ]
    by <- svyby(~x, ~brand, svydesign(ids = ~id, weights = ~1, data = long), svymean, covmat = TRUE)
    people <- length(unique(long$id))
    stopifnot(max(abs(vcov(by) * (people - 1) / people - sigma)) < 1e-12 * max(sigma))
  }
  k <- s$k
  w <- if (is.null(s$shares)) rep(1 / k, k) else s$shares / sum(s$shares)
  m <- k * (k - 1) / 2
  z <- qnorm(0.5 + level / 2)
  z_pairs <- if (overlap) qnorm(level^(1 / m) / 2 + 0.5) else
    uniroot(function(q) ptukey(q, k, Inf) - level, c(1, 9), tol = 1e-13)$root / sqrt(2)
  averages <- if (k == 2) 1 else k # of two brands both differences to the average are one
  z_average <- qnorm(level^(1 / averages) / 2 + 0.5)
  family <- function(kind, contrasts, a, b, wide, adjustment = "holm") {
    d <- drop(contrasts %*% score)
    se <- sqrt(pmax(0, rowSums((contrasts %*% sigma) * contrasts)))
    p <- 2 * pnorm(-abs(d) / se)
    out <- cbind(d, se, p, p.adjust(p, adjustment), clip(d - z * se), clip(d + z * se), clip(d - wide * se),
                 clip(d + wide * se))
    for (i in seq_along(a)) {
      cat(paste(c(name, k, s$data, paste(s$shares, collapse = " "), method, kind, a[i] - 1, b[i] - 1,
                  sprintf("%.17g", out[i, ])), collapse = ","), "\n", sep = "")
    }
    out
  }
  pairs <- t(combn(k, 2))
  p_out <- family("pair", diag(k)[pairs[, 1], , drop = FALSE] - diag(k)[pairs[, 2], , drop = FALSE],
                  pairs[, 1], pairs[, 2], z_pairs)
  family("average", diag(k) - rep(1, k) %*% t(w), 1:k, rep(0, k), z_average,
         if (k == 2) "none" else "holm")
  lower <- upper <- d <- matrix(NA, k, k)
  for (i in seq_len(m)) {
    a <- pairs[i, 1]
    b <- pairs[i, 2]
    d[a, b] <- p_out[i, 1]; lower[a, b] <- p_out[i, 7]; upper[a, b] <- p_out[i, 8]
    d[b, a] <- -p_out[i, 1]; lower[b, a] <- -p_out[i, 8]; upper[b, a] <- -p_out[i, 7]
  }
  for (i in 1:k) {
    cat(paste(c(name, k, s$data, paste(s$shares, collapse = " "), method, "leader", i - 1,
                which.min(d[i, ]) - 1,
                sprintf("%.17g", c(min(d[i, ], na.rm = TRUE), 1 + sum(upper[i, ] < 0, na.rm = TRUE),
                                   k - sum(lower[i, ] > 0, na.rm = TRUE),
                                   1 + sum(d[i, ] < 0, na.rm = TRUE), 0, 0,
                                   min(lower[i, ], na.rm = TRUE), min(upper[i, ], na.rm = TRUE)))),
              collapse = ","), "\n", sep = "")
  }
}

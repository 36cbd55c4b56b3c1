# SPDX-License-Identifier: Apache-2.0
# Families of Wald comparisons of scores: p values by pnorm and p.adjust, simultaneous intervals by
# ptukey and by R's integrate over what the comparisons with a reference have in common.
# usage: Rscript multiple_comparisons.R > ../multiple_comparisons.csv
groups <- rbind(c(20, 30, 50), c(40, 30, 30), c(83, 47, 120), c(91, 49, 110), c(5, 9, 6))
n <- rowSums(groups)
shares <- groups / n
score <- shares[, 3] - shares[, 1]
v <- (shares[, 3] + shares[, 1] - score^2) / n
more <- sweep(groups, 2, c(0.75, 1.5, 0.75), "+")          # the weights of the correlations
m_n <- rowSums(more)
m_s <- (more[, 3] - more[, 1]) / m_n
v_weighing <- ((more[, 3] + more[, 1]) / m_n - m_s^2) / m_n
k <- nrow(groups)
cat(sprintf("# R %s, script generate/multiple_comparisons.R, date 2026-11-25\n",
            getRversion()))
cat("family,side,a,b,difference,statistic,p_value,holm,hommel,benjamini_yekutieli,bonferroni_lower,bonferroni_upper,sidak_lower,sidak_upper,joint_lower,joint_upper\n")
report <- function(family, side, rows, d, se, joint) {
  m <- length(d)
  z <- d / se
  p <- switch(side, two_sided = 2 * pnorm(-abs(z)), less = pnorm(z), greater = pnorm(z, lower = FALSE))
  limits <- function(reach) {
    cbind(if (side == "less") rep(-2, m) else pmax(-2, d - reach * se),
          if (side == "greater") rep(2, m) else pmin(2, d + reach * se))
  }
  alpha <- 0.1
  two <- side == "two_sided"
  bonferroni <- qnorm(alpha / m / (1 + two), lower.tail = FALSE)
  sidak <- if (two) qnorm((1 - alpha)^(1 / m) / 2 + 0.5) else bonferroni
  if (is.null(joint)) joint <- sidak
  table <- cbind(d, z, p, p.adjust(p, "holm"), p.adjust(p, "hommel"), p.adjust(p, "BY"),
                 limits(bonferroni), limits(sidak), limits(joint))
  for (i in seq_len(m)) {
    cat(paste(c(family, side, rows[i, ], sprintf("%.17g", table[i, ])), collapse = ","), "\n", sep = "")
  }
}
pairs <- t(combn(k, 2))
for (side in c("two_sided", "less", "greater")) {
  report("pairs", side, pairs - 1, score[pairs[, 1]] - score[pairs[, 2]],
         sqrt(v[pairs[, 1]] + v[pairs[, 2]]),
         if (side == "two_sided") uniroot(function(q) ptukey(q, k, Inf) - 0.9, c(1, 9), tol = 1e-13)$root / sqrt(2) else NULL)
  reference <- 3
  others <- setdiff(1:k, reference)
  l <- sqrt(v_weighing[reference] / (v_weighing[reference] + v_weighing[others]))
  two <- side == "two_sided"
  miss <- function(c) { # less the chance that all stay within c, given the common number x
    inside <- Vectorize(function(x) {
      dnorm(x) * prod(pnorm((c + l * x) / sqrt(1 - l^2)) - two * pnorm((-c + l * x) / sqrt(1 - l^2)))
    })
    integrate(inside, -12, 12, rel.tol = 1e-12, subdivisions = 1000)$value - 0.9
  }
  dunnett <- uniroot(miss, c(0.5, 5), tol = 1e-13)$root
  report("reference", side, cbind(others, reference) - 1, score[others] - score[reference],
         sqrt(v[others] + v[reference]), dunnett)
  rest <- t(sapply(1:k, function(i) colSums(groups[-i, ])))
  r_n <- rowSums(rest)
  r_s <- (rest[, 3] - rest[, 1]) / r_n
  report("rest", side, cbind(1:k - 1, -1), score - r_s,
         sqrt(v + ((rest[, 3] + rest[, 1]) / r_n - r_s^2) / r_n), NULL)
  report("waves", side, cbind(2:k, 1:(k - 1)) - 1, score[2:k] - score[1:(k - 1)],
         sqrt(v[2:k] + v[1:(k - 1)]), NULL)
}

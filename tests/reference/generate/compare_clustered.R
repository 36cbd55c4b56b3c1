# SPDX-License-Identifier: Apache-2.0
# Answers of respondents who come back, by R survey: svymean over svyby by group, svycontrast of the
# two, Student's t with G - 1 degrees of freedom. Each line of totals is one respondent:
# n_a sum_a n_b sum_b, respondents separated by ';'. For scores and ratings the sums are made from
# answers by a fixed rule (a respondent's answers differ by at most one step).
# Usage: Rscript compare_clustered.R > ../compare_clustered.csv
suppressPackageStartupMessages(library(survey))
set.seed(20261125)
text <- function(x) trimws(formatC(x, digits = 17, format = "g"))
draw <- function(respondents, most, values) {
  taste <- sample(values, respondents, replace = TRUE)
  rows <- NULL
  for (i in seq_len(respondents)) for (group in c("a", "b")) {
    n <- sample(0:most, 1)
    if (n > 0) {
      own <- pmin(pmax(taste[i] + sample(-1:1, n, replace = TRUE), min(values)), max(values))
      rows <- rbind(rows, data.frame(id = i, group = group, value = own))
    }
  }
  rows
}
apart <- data.frame(id = 1:12, group = rep(c("a", "b"), c(5, 7)),
                    value = c(1, 1, 0, -1, 1, -1, 0, 0, 1, -1, -1, 0))
sets <- list(list("score", draw(12, 3, -1:1)), list("score", draw(60, 5, -1:1)),
             list("score", draw(3, 2, -1:1)), list("score", apart),
             list("share", draw(40, 4, 0:1)), list("mean", draw(25, 3, 0:10)),
             list("mean", draw(80, 6, 1:5)))
cat(sprintf("# R %s.%s with survey %s, script generate/compare_clustered.R, date 2026-11-25\n",
            R.version$major, R.version$minor, packageVersion("survey")))
cat("measure,clusters,totals,value_a,error_a,difference,standard_error,df,statistic,two_sided,less,greater,",
    "lower,upper\n", sep = "")
for (set in sets) {
  d <- set[[2]]
  totals <- sapply(split(d, d$id), function(p) {
    a <- p$value[p$group == "a"]
    b <- p$value[p$group == "b"]
    paste(length(a), sum(a), length(b), sum(b))
  })
  design <- svydesign(ids = ~id, weights = ~1, data = d)
  by <- svyby(~value, ~group, design, svymean, covmat = TRUE)
  contrast <- svycontrast(by, c(a = 1, b = -1))
  df <- degf(design)
  difference <- as.numeric(coef(contrast))
  error <- as.numeric(SE(contrast))
  t <- (difference - 0.125) / error
  reach <- qt(0.975, df) * error
  # One group alone has the respondents of that group only.
  one <- svymean(~value, svydesign(ids = ~id, weights = ~1, data = d[d$group == "a", ]))
  cat(paste(c(set[[1]], length(totals), paste(totals, collapse = ";"),
              text(c(as.numeric(coef(one)), as.numeric(SE(one)), difference, error)), df,
              text(c(t, 2 * pt(-abs(t), df), pt(t, df), pt(-t, df), difference - reach,
                     difference + reach))), collapse = ","), "\n", sep = "")
}

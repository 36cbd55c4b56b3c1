# SPDX-License-Identifier: Apache-2.0
# Writes driver_survey.csv: an artificial survey of 300 people, ratings 1-10 of four drivers that go
# together, a score that loses more by a bad service than it wins by a good one, three segments,
# clusters and weights. Other scripts here fit it in R.
# Usage: Rscript driver_survey.R > ../driver_survey.csv
cat(sprintf("# R %s set.seed(2026), script generate/driver_survey.R, date 2026-11-25\n", getRversion()))
set.seed(2026)
n <- 300
common <- rnorm(n)
rating <- function(mean, spread, load) pmin(10, pmax(1, round(mean + spread * (load * common + sqrt(1 - load^2) * rnorm(n)))))
d <- data.frame(price = rating(6.1, 2.3, 0.5), network = rating(7.4, 1.9, 0.6), service = rating(7.0, 2.2, 0.7),
                app = rating(6.6, 2.0, 0.4))
d$segment <- sample(3, n, replace = TRUE, prob = c(0.5, 0.3, 0.2))
latent <- 0.18 * (d$price - 6) + 0.30 * (d$network - 7) * (d$segment != 2) + 0.45 * pmin(d$service - 6, 0) +
  0.1 * (d$app >= 8) + 0.8 + rnorm(n, sd = 1.2)
d$score <- (latent > 1) - (latent < 0)
d$cluster <- sample(40, n, replace = TRUE)
d$times <- sample(0:3, n, replace = TRUE, prob = c(0.1, 0.6, 0.2, 0.1))
d$weight <- round(exp(rnorm(n, sd = 0.5)), 3)
write.table(d, sep = ",", quote = FALSE, row.names = FALSE)

# SPDX-License-Identifier: Apache-2.0
# Adjusted p values by p.adjust; Sidak's by its formula in the form that keeps small p values.
# usage: Rscript multiplicity.R > ../multiplicity.csv
families <- list(
  one = 0.03,
  two = c(0.04, 0.02),
  plain = c(0.01, 0.04, 0.03, 0.002, 0.5),
  equal = c(0.02, 0.02, 0.02, 0.7),
  ends = c(0, 1, 0.3, 1e-300, 1),
  tiny = c(1e-12, 3e-17, 2e-9, 0.049, 1e-200),
  steps = c(0.011, 0.012, 0.013, 0.014, 0.015, 0.9),
  classic = c(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
              0.5719, 0.6528, 0.7590, 1.0))
set.seed(20261125)
families$many <- signif(c(runif(30)^3, runif(20)), 6)
methods <- c(none = "none", bonferroni = "bonferroni", holm = "holm", hochberg = "hochberg",
             hommel = "hommel", benjamini_hochberg = "BH", benjamini_yekutieli = "BY")
cat(sprintf("# R %s, script generate/multiplicity.R, date 2026-11-25\n", getRversion()))
cat("family,position,p,none,bonferroni,holm,hochberg,hommel,benjamini_hochberg,benjamini_yekutieli,sidak\n")
for (name in names(families)) {
  p <- families[[name]]
  adjusted <- cbind(sapply(methods, function(m) p.adjust(p, m)) |> matrix(nrow = length(p)),
                    -expm1(length(p) * log1p(-p)))
  for (i in seq_along(p)) {
    cat(paste(c(name, i - 1, sprintf("%.17g", c(p[i], adjusted[i, ]))), collapse = ","), "\n", sep = "")
  }
}

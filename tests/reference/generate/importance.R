# SPDX-License-Identifier: Apache-2.0
# Writes importance.csv: relaimpo's measures, with groups and with items that are always in.
# Usage: Rscript importance.R > ../importance.csv   (relaimpo in R_LIBS)
suppressMessages(library(relaimpo))
cat(sprintf("# R %s relaimpo %s calc.relimp, script generate/importance.R, date 2026-11-25\n", getRversion(),
            packageVersion("relaimpo")))
cat("data,names,rows,method,groups,controls,drivers,values,r_squared,controls_r_squared\n")
numbers <- function(x) paste(sprintf("%.17g", x), collapse = " ")
methods <- c(lmg = "shapley", first = "first", last = "last", betasq = "standardized_coefficient", pratt = "pratt",
             genizi = "johnson", car = "car")
written <- ""
# Outcome first, items after it; rows that are those of the line before are not written again. groups: a named list of items.
case <- function(data, d, groups = NULL, always = NULL, types = names(methods)) {
  names(d) <- gsub("[^A-Za-z0-9]", "_", names(d))
  rows <- paste(apply(as.matrix(d), 1, numbers), collapse = ";")
  for (type in types) {
    if (rows == written) shown <- "=" else shown <- rows
    written <<- rows
    arguments <- list(d, type = type, rela = FALSE)
    if (!is.null(groups)) {
      arguments$groups <- if (length(groups) == 1) groups[[1]] else unname(groups)
      arguments$groupnames <- names(groups)
    }
    if (!is.null(always)) arguments$always <- always
    r <- suppressWarnings(do.call(calc.relimp, arguments))
    value <- slot(r, type)
    cat(data, paste(names(d)[-1], collapse = " "), shown, methods[[type]],
        paste(names(groups), sapply(groups, paste, collapse = "+"), sep = "=", collapse = ";"),
        paste(always, collapse = " "), paste(names(value), collapse = " "), numbers(value), sprintf("%.17g", r@R2),
        sprintf("%.17g", r@R2 - r@R2.decomp), sep = ",")
    cat("\n")
  }
}
cars <- mtcars[, c("mpg", "cyl", "disp", "hp", "gear")]
case("mtcars", cars)
case("mtcars", cars, groups = list(engine = c("cyl", "disp", "hp")), types = c("lmg", "first", "last"))
case("swiss", swiss)
case("swiss", swiss, groups = list(school = c("Examination", "Education")), types = c("lmg", "first", "last"))
case("swiss", swiss, groups = list(land = c("Agriculture", "Catholic"), school = c("Examination", "Education")),
     types = c("lmg", "first", "last"))
case("swiss", swiss, always = "Education", types = c("lmg", "first", "last", "betasq", "pratt"))
case("swiss", swiss, always = c("Catholic", "Agriculture"), types = c("lmg", "first", "last", "betasq", "pratt"))
case("attitude", attitude)
case("stackloss", stackloss[, c(4, 1:3)])
case("airquality", na.omit(airquality)[, 1:4])
# Ratings of 10 items with a common halo.
set.seed(20261125)
halo <- rnorm(120)
items <- sapply(1:10, function(j) pmin(10, pmax(0, round(6 + 1.2 * halo + 1.6 * rnorm(120)))))
score <- pmin(10, pmax(0, round(items %*% seq(0.01, 0.2, length.out = 10) + 1 + rnorm(120))))
ratings <- data.frame(score = score, items)
names(ratings)[-1] <- paste0("q", 1:10)
case("ratings", ratings)
case("ratings", ratings, groups = list(a = c("q1", "q4", "q9"), b = c("q2", "q10")), types = c("lmg", "first", "last"))
case("ratings", ratings, always = c("q3", "q10"), types = c("lmg", "first", "last", "betasq", "pratt"))

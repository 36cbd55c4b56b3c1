# SPDX-License-Identifier: Apache-2.0
# Writes real_surveys.csv: models of surveys of real people, which are not part of the project. Only what the tools
# make of them is written, never a row.
# Usage: Rscript real_surveys.R FOLDER_OF_SURVEYS > ../real_surveys.csv   (logistf, relaimpo in R_LIBS)
suppressMessages({library(sandwich); library(ordinal); library(VGAM); library(logistf); library(relaimpo)})
folder <- commandArgs(TRUE)[1]
cat(sprintf("# R %s sandwich %s ordinal %s VGAM %s logistf %s relaimpo %s, script generate/real_surveys.R, date 2026-11-25\n",
            getRversion(), packageVersion("sandwich"), packageVersion("ordinal"), packageVersion("VGAM"),
            packageVersion("logistf"), packageVersion("relaimpo")))
cat("survey,model,quantity,index,value\n")
write <- function(survey, model, quantity, values)
  cat(sprintf("%s,%s,%s,%d,%.17g\n", survey, model, quantity, seq_along(values) - 1L, as.numeric(values)), sep = "")
complete <- function(file, columns) na.omit(read.csv(file.path(folder, file))[, columns])

airport <- complete("sfo_airport_2017/sfo2017.csv", c("netpro", "q7sign", "q7walkways", "q7screens", "q7wifi", "q9restroom",
                                                      "q10safe", "runid", "weight"))
airport$score <- (airport$netpro >= 9) - (airport$netpro <= 6)
drivers <- score ~ q7sign + q7walkways + q7screens + q7wifi + q9restroom + q10safe
fit <- lm(drivers, airport)
write("airport", "least_squares", "n", nobs(fit))
write("airport", "least_squares", "estimate", coef(fit))
write("airport", "least_squares", "classical", sqrt(diag(vcov(fit))))
write("airport", "least_squares", "hc3", sqrt(diag(vcovHC(fit, "HC3"))))
write("airport", "least_squares", "clustered", sqrt(diag(vcovCL(fit, airport$runid, type = "HC1"))))
write("airport", "least_squares", "p_value", coef(summary(fit))[, 4])
write("airport", "least_squares", "r_squared", summary(fit)$r.squared)
weighted <- lm(drivers, airport, weights = weight)
write("airport", "weighted", "estimate", coef(weighted))
write("airport", "weighted", "clustered", sqrt(diag(vcovCL(weighted, airport$runid, type = "HC1"))))

# Errors of glm are of its last iteration but one: let it iterate on.
fit <- glm(update(drivers, I(score == 1) ~ .), binomial, airport, control = glm.control(epsilon = 1e-300, maxit = 30))
write("airport", "logistic", "estimate", coef(fit))
write("airport", "logistic", "classical", sqrt(diag(vcov(fit))))
write("airport", "logistic", "clustered", sqrt(diag(vcovCL(fit, airport$runid, type = "HC0"))))
write("airport", "logistic", "likelihood", logLik(fit))

# Errors of vglm are of its last iteration but one: it starts once more where it ended.
categories <- update(drivers, factor(score) ~ .)
fit <- vglm(categories, multinomial(refLevel = 1), airport, epsilon = 1e-12)
fit <- vglm(categories, multinomial(refLevel = 1), airport, epsilon = 1e-12, etastart = predict(fit))
write("airport", "multinomial", "estimate", coef(fit, matrix = TRUE))
write("airport", "multinomial", "classical", matrix(sqrt(diag(vcov(fit))), ncol = 2, byrow = TRUE))
write("airport", "multinomial", "likelihood", logLik(fit))

tight <- clm.control(gradTol = 1e-13, maxIter = 200)
university <- complete("university_service/univer.csv", c("global", "informat", "willingn", "officeho", "compete"))
fit <- clm(factor(global) ~ ., data = university, control = tight)
write("university", "proportional_odds", "n", nobs(fit))
write("university", "proportional_odds", "estimate", coef(fit))
write("university", "proportional_odds", "classical", sqrt(diag(vcov(fit))))
write("university", "proportional_odds", "likelihood", logLik(fit))

haskell <- complete("haskell_community/haskell_2018_2022.csv", c("recommend", "welcome", "satisfied_language",
                                                                 "libraries_quality", "libraries_documented", "maintainable"))
fit <- clm(factor(recommend) ~ ., data = haskell, control = tight)
write("haskell", "proportional_odds", "n", nobs(fit))
write("haskell", "proportional_odds", "estimate", coef(fit))
write("haskell", "proportional_odds", "classical", sqrt(diag(vcov(fit))))
write("haskell", "proportional_odds", "likelihood", logLik(fit))

phone <- complete("mobile_phone_ecsi/mobi.csv", c("CUSL3", paste0("PERQ", 1:7), "PERV1", "PERV2"))
fit <- logistf(I(CUSL3 <= 6) ~ PERQ1 + PERQ4 + PERV1 + PERV2, phone, pl = FALSE,
               control = logistf.control(maxit = 1000, xconv = 1e-14, gconv = 1e-14, lconv = 1e-14))
write("phone", "firth", "estimate", coef(fit))
methods <- c(lmg = "shapley", first = "first", last = "last", betasq = "standardized_coefficient", pratt = "pratt",
             genizi = "johnson", car = "car")
r <- calc.relimp(phone, type = names(methods), rela = FALSE)
write("phone", "importance", "r_squared", r@R2)
for (type in names(methods)) write("phone", "importance", methods[[type]], slot(r, type))

# Usage: Rscript fit.R FOLDER PEER REPEATS SET; PEER is nlme or nlmer. One JSON line: processor seconds
# of one fit (the mean of REPEATS after one that is not counted), estimates, log-likelihood.
suppressMessages(library(nlme))
words <- commandArgs(trailingOnly = TRUE)
folder <- words[1]; peer <- words[2]; repeats <- as.integer(words[3]); set <- words[4]
if (peer == "nlmer") suppressMessages(library(lme4))
read <- function(name, columns) {
  table <- read.csv(file.path(folder, paste0(name, ".csv")))
  names(table)[seq_along(columns)] <- columns
  table$id <- factor(as.character(table$id))
  table
}
growth <- deriv(~ lK - log(1 + (exp(lK - lN0) - 1) * exp(-exp(lr) * x)), c("lr", "lK", "lN0"),
  function(x, lr, lK, lN0) NULL)
data <- switch(set,
  orange = read("Orange", c("id", "x", "y")),
  theoph_diag2 = read("Theoph", c("id", "wt", "dose", "x", "y")),
  sim_logistic_diag = , sim_logistic_full = read("sim_logistic", c("id", "x", "y")),
  read(set, c("id", "x", "y")))
start <- switch(set,
  orange = c(Asym = 190, xmid = 730, scal = 350),
  theoph_diag2 = c(lKe = -2.5, lKa = 0.5, lCl = -3),
  sim_logistic_diag = , sim_logistic_full = c(lr = -0.3, lK = 3.5, lN0 = -0.6),
  loblolly = c(Asym = 103, R0 = -8.5, lrc = -3.3),
  indometh = c(A1 = 2.8, lrc1 = 0.78, A2 = 0.46, lrc2 = -1.3),
  soybean = c(Asym = 18, xmid = 52, scal = 7.5))
linearised <- function() switch(set,
  orange = nlme(y ~ SSlogis(x, Asym, xmid, scal), data, Asym + xmid + scal ~ 1,
    list(id = Asym ~ 1), start = start, method = "ML"),
  theoph_diag2 = nlme(y ~ SSfol(dose, x, lKe, lKa, lCl), data, lKe + lKa + lCl ~ 1,
    list(id = pdDiag(lKa + lCl ~ 1)), start = start, method = "ML"),
  sim_logistic_diag = nlme(y ~ growth(x, lr, lK, lN0), data, lr + lK + lN0 ~ 1,
    list(id = pdDiag(lr + lK ~ 1)), start = start, method = "ML"),
  sim_logistic_full = nlme(y ~ growth(x, lr, lK, lN0), data, lr + lK + lN0 ~ 1,
    list(id = lr + lK ~ 1), start = start, method = "ML"),
  loblolly = nlme(y ~ SSasymp(x, Asym, R0, lrc), data, Asym + R0 + lrc ~ 1,
    list(id = Asym ~ 1), start = start, method = "ML"),
  indometh = nlme(y ~ SSbiexp(x, A1, lrc1, A2, lrc2), data, A1 + lrc1 + A2 + lrc2 ~ 1,
    list(id = pdDiag(A1 + lrc1 + A2 ~ 1)), start = start, method = "ML"),
  soybean = nlme(y ~ SSlogis(x, Asym, xmid, scal), data, Asym + xmid + scal ~ 1,
    list(id = pdDiag(Asym + xmid ~ 1)), start = start, method = "ML"))
laplace <- function() switch(set,
  orange = nlmer(y ~ SSlogis(x, Asym, xmid, scal) ~ Asym | id, data, start = start),
  theoph_diag2 = nlmer(y ~ SSfol(dose, x, lKe, lKa, lCl) ~ (0 + lKa | id) + (0 + lCl | id), data,
    start = start),
  sim_logistic_diag = nlmer(y ~ growth(x, lr, lK, lN0) ~ (0 + lr | id) + (0 + lK | id), data,
    start = start),
  sim_logistic_full = nlmer(y ~ growth(x, lr, lK, lN0) ~ (lr + lK | id), data, start = start),
  loblolly = nlmer(y ~ SSasymp(x, Asym, R0, lrc) ~ Asym | id, data, start = start),
  indometh = nlmer(y ~ SSbiexp(x, A1, lrc1, A2, lrc2) ~ (0 + A1 | id) + (0 + lrc1 | id) +
    (0 + A2 | id), data, start = start),
  soybean = nlmer(y ~ SSlogis(x, Asym, xmid, scal) ~ (0 + Asym | id) + (0 + xmid | id), data,
    start = start))
fit <- if (peer == "nlme") linearised else laplace
answer <- try(suppressWarnings(suppressMessages(fit())), silent = TRUE)
if (inherits(answer, "try-error")) {
  cat(sprintf("{\"set\": \"%s\", \"failed\": true}\n", set))
  quit()
}
clock <- function() { t <- proc.time(); t[["user.self"]] + t[["sys.self"]] }
before <- clock()
for (k in seq_len(repeats)) suppressWarnings(suppressMessages(fit()))
seconds <- (clock() - before) / repeats
deviations <- if (peer == "nlme") {
  as.numeric(VarCorr(answer)[seq_len(nrow(VarCorr(answer)) - 1), "StdDev"])
} else unlist(lapply(lme4::VarCorr(answer), function(v) attr(v, "stddev")))
numbers <- function(x) paste0("[", paste(sprintf("%.10g", x), collapse = ", "), "]")
cat(sprintf("{\"set\": \"%s\", \"seconds\": [%.6g], \"fixed\": %s, \"deviations\": %s, \"logLik\": %.8f}\n",
  set, seconds, numbers(fixef(answer)), numbers(deviations), as.numeric(logLik(answer))))

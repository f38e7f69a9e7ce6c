# Usage: Rscript classics.R FOLDER: three sets of nlme as CSV.
suppressMessages(library(nlme))
folder <- commandArgs(trailingOnly = TRUE)[1]
write <- function(name, id, x, y) write.csv(data.frame(id = as.character(id), x = x, y = y),
  file.path(folder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
write("loblolly", Loblolly$Seed, Loblolly$age, Loblolly$height)
write("indometh", Indometh$Subject, Indometh$time, Indometh$conc)
write("soybean", Soybean$Plot, Soybean$Time, Soybean$weight)

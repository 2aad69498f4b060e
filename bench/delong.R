# Times pROC on scores and labels from a binary file: roc and ci.auc, the median of five.
suppressPackageStartupMessages(library(pROC))
arguments <- commandArgs(trailingOnly = TRUE)
n <- as.integer(arguments[2])
file <- file(arguments[1], "rb")
scores <- readBin(file, "double", n)
labels <- as.integer(readBin(file, "double", n))
close(file)
once <- function() {
  curve <- roc(labels, scores, direction = "<", levels = c(0, 1), quiet = TRUE, algorithm = 2)
  ci.auc(curve, method = "delong")
}
seconds <- replicate(5, system.time(once())["elapsed"])
interval <- once()
cat(sprintf('{"seconds": %.4f, "auroc": %.15f, "lo": %.15f}\n', median(seconds), interval[2], interval[1]))

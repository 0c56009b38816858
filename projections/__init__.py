"""Read models: pure folds over the log, their rows, and the questions asked of them."""

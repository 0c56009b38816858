"""查验: proves that the log is whole, and that everything else follows from it."""

"""考核指标: versioned formulas over the read models, each number with the tickets behind it."""

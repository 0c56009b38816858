"""疑点: ratings as the rules of suspicion see them, and what the rules found."""

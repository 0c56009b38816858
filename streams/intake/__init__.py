"""收件: messages of the intake topics, produced, taken in, answered and read again."""

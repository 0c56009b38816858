"""What to text to whom and when, and the outbox that sends it once."""

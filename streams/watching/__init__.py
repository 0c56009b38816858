"""看守: what follows the log to look after ratings and personal data, beside every request."""

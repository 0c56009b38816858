"""跟进: read models follow the log, in order and each position once."""

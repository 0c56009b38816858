"""Commands in, outcomes out: what must be stored when a command meets a record. Pure."""

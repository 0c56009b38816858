"""时间线: the history of one stream as a person reads it, and how a ticket stood at any version."""

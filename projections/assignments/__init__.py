"""派单记录: one row an assignment, for the figures of departments and for ping-pong."""

"""派单: the catalogue and the rule that picks a department and says why."""

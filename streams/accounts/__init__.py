"""账号: staff log-ins, sessions, keys, and what a member of staff keeps for himself."""

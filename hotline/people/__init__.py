"""People: staff, roles, departments and the permission table; citizens by reference only."""

"""人: who a number belongs to, and the vault of what may not stand in the log."""

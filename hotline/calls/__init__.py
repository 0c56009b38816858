"""来电: a call of a citizen from its ring to its end, and what it leaves behind."""

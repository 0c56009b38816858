"""Synthetic cities: staff and citizens that act on what the log says, by seed."""

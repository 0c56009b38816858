"""往来: what citizens write back, what they want to hear, and what must be told by telephone."""

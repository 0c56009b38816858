"""死信: what could not be handled, its bytes, the reason, and the way back."""

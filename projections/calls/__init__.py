"""来电记录: one row a call, for the queue, the screen pop and the figures of a shift."""

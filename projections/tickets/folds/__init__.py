"""工单折叠: one small function an event type. None of them can fail on a fact that was recorded."""

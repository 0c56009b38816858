"""工单: the ticket and its loop."""

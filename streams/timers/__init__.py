"""定时: rows that wait for a moment, the moment itself, and due dates computed anew."""

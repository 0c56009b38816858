"""时限: working-day calendars, clock rules and due dates that explain themselves."""

"""审计: every fact as one row that can be searched by who, when, what and where."""

"""数据库: engine, tables, statements and the form of the schema, for SQLite and PostgreSQL."""

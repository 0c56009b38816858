"""日志: events appended, read and verified, and how they are written as bytes."""

"""短信: texts planned in the transaction, texts that came in, and what is told by telephone."""

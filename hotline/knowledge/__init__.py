"""知识库: answers that operators give at once, each edition kept as it was cited."""

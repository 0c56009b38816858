"""报文: what travels over Kafka, as bytes; the only room that knows CloudEvents and JSON Schema."""

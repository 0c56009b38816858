"""Kafka: topics, access, and pages of the log on their way out."""

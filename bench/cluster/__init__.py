"""The distributed product under load: real Apache Kafka, PostgreSQL, API and worker processes."""

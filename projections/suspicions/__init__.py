"""疑点: what software notices and a person has to look into (domain handbook, section 7)."""

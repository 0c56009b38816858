"""上报: every rating and its rectification leaves for the upper platform, each once in effect."""

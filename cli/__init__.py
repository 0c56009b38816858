"""The `bihuan` command."""

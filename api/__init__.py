"""The faces: JSON API, pages and static files."""

"""The pages: HTML for people, usable without JavaScript."""

"""Revisions of the tables that must never be lost."""

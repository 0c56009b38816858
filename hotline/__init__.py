"""The pure core: what a ticket is, how its loop runs, and which clock it runs on.

Owns every rule. Knows no clock, database, network, random number or environment; it is handed them.
Uses the standard library only.
"""

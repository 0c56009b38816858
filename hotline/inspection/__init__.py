"""Inspection 纪检监察: what inspectors put on record beside the tickets."""

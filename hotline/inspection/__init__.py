"""Inspection 纪检监察: what inspectors put on record: suspicions examined, samples drawn, findings."""

"""The desk of the inspectors 纪检监察: they read everything here and change no ticket."""

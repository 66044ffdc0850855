"""Rules: their registry, and those that several file kinds use."""

"""Verify batch files of awarding organisations: ULNs beside names (specification `lrs` 5.2 and 5.3)."""

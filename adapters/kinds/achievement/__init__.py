"""Achievement batch files of awarding organisations for the personal learning record (specification `lrs` 5.4, 5.5)."""

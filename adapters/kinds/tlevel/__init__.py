"""The files of T Levels: registrations, assessment entries and results (specification `awarding` 5)."""

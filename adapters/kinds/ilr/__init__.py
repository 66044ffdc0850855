"""Individualised Learner Record (ILR) files of colleges and training providers (specification `ilr`)."""

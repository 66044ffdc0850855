"""Learner Gateway: batch files of learner data in, matched and answered."""

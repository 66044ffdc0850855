"""Learner registration batch files (LRB): read, checked, answered and made."""

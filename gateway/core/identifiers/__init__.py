"""The identifiers in school and college files: a module for each, judging a trimmed value and naming what is wrong."""

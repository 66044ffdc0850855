"""One folder for each file kind."""

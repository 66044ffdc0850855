"""Ways to tell operators."""

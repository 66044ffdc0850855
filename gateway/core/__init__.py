"""Values and judgement: no input, no output, no clock, no randomness."""

"""Where submissions, organisations, the register and the bytes are kept."""

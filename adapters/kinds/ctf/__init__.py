"""Common Transfer Files (CTF) that schools send to get ULNs: read, checked, answered and made."""

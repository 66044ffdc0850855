"""Readers of formats, for any kind."""

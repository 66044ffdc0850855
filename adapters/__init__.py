"""Adapters: each file one, reached through entry points alone."""

"""Versions of the database, applied in order by `adapters.stores.migrate`."""

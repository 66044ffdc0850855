"""The ports: what the pipeline needs of the world, by subject, six methods each at most.

An adapter is a class with `from_settings(mapping)` and its port's methods; it is found by name through entry points.
"""

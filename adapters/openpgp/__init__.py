"""OpenPGP: files that come encrypted and signed, and responses that go encrypted."""

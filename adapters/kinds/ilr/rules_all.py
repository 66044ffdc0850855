"""All modules that hold rules on ILR learners; what imports this has every rule in the book."""

from typing import Final

from adapters.kinds.ilr import (
    rules_achievement,
    rules_birth,
    rules_codes,
    rules_copies,
    rules_dates,
    rules_funding,
    rules_outcome,
    rules_person,
    rules_programme,
    rules_reference,
    rules_register,
    rules_repeats,
    rules_uln,
    rules_unlisted,
)

RULES: Final = (
    rules_achievement,
    rules_birth,
    rules_codes,
    rules_copies,
    rules_dates,
    rules_funding,
    rules_outcome,
    rules_person,
    rules_programme,
    rules_reference,
    rules_register,
    rules_repeats,
    rules_uln,
    rules_unlisted,
)
"""Codes come before what is asked of coded fields, and forms of postcodes before the list of them."""

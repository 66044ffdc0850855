"""Who is whom: text made comparable, details compared, and one decision for each learner."""

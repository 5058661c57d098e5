"""Which factors of a study move an outcome, how far, and under which conditions it comes about."""

"""Answers from the terms and the moments that decided: no second model."""

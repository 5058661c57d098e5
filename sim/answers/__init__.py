"""Answers to an analyst's questions, from the terms and the runs that decided: no second model."""
